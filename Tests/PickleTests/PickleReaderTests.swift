import ByteIO
import Testing

@testable import Pickle

@Suite struct PickleReaderTests {
    @Test(
        "a pickle names the globals that CPython's unpickler would look up, in the same order",
        arguments: try PickleFixture.all())
    func globals(_ fixture: PickleFixture) throws {
        let graph = try fixture.graph()
        var names: [[String]] = []
        for id in graph.globals() {
            let global = try #require(graph.global(.node(id))).resolved
            if !names.contains([global.module, global.name]) { names.append([global.module, global.name]) }
        }
        #expect(names == fixture.facts.globals)
    }

    @Test("persistent IDs come in the order in which CPython meets them", arguments: try PickleFixture.all())
    func storages(_ fixture: PickleFixture) throws {
        let graph = try fixture.graph()
        var keys: [String] = []
        for id in graph.persistentIDs() {
            guard case .persistentID(let payload) = graph[id] else { continue }
            let items = try #require(graph.tuple(payload))
            let key = try #require(graph.text(items[2]))
            if !keys.contains(key) { keys.append(key) }
        }
        #expect(keys == fixture.facts.storages)
    }

    @Test("the memo has as many slots as the pickle fills", arguments: try PickleFixture.all())
    func memo(_ fixture: PickleFixture) throws {
        var machine = PickleMachine(try fixture.bytes())
        try machine.run()
        #expect(machine.memo.count == fixture.facts.memo)
    }

    @Test("plain data of every protocol reads as Python prints it", arguments: try PickleFixture.all())
    func representation(_ fixture: PickleFixture) throws {
        guard let expected = fixture.facts.repr else { return }
        // A Python `repr` of a recursive tuple says (...), as here.
        #expect(try fixture.graph().line == expected)
    }

    @Test("the fixtures are there")
    func presence() throws { #expect(try PickleFixture.all().count == 32) }

    @Test("several pickles in a row are read one by one, and the cursor stops after each STOP")
    func sequence() throws {
        var cursor = ByteCursor(Bytes([0x80, 2, 0x4B, 7, 0x2E, 0x4E, 0x2E, 0xFF, 0xFE]))
        #expect(try PickleReader.read(&cursor).root == .int(7))
        #expect(cursor.position == 5)
        #expect(try PickleReader.read(&cursor).root == .none)
        #expect(cursor.position == 7)
        #expect(throws: PickleError.unknownOpcode(0xFF, offset: 7)) { try PickleReader.read(&cursor) }
        #expect(cursor.position == 7)
    }

    @Test("the memo holds the object, not a copy: what changes it later is seen through every reference")
    func identity() throws {
        let graph = try PickleGraph("(]q\u{0}h\u{0}h\u{0}K\u{1}at.")
        let items = try #require(graph.tuple(graph.root))
        #expect(items.count == 3)
        #expect(items[0] == items[1] && items[1] == items[2])
        #expect(graph.sequence(items[0]) == [.int(1)])
    }

    @Test("items and state of an object are kept in their order")
    func steps() throws {
        let graph = try PickleGraph("cm\nC\n)R(K\u{1}K\u{2}eK\u{3}a}bK\u{4}K\u{5}s.")
        let object = try #require(graph.object(graph.root))
        #expect(object.listItems == [.int(1), .int(2), .int(3)])
        #expect(object.states.count == 1)
        #expect(object.dictItems == [PickleEntry(.int(4), .int(5))])
        #expect(object.steps.count == 3)
        #expect(graph.line == "m.C() + [1, 2, 3] with {} | {4: 5}")
    }

    @Test("a state that is set on a class is kept, and the class stays one object")
    func modifiedClass() throws {
        let graph = try PickleGraph("cm\nC\nq\u{0}}bh\u{0}\u{86}.")
        #expect(graph.line == "(m.C with {}, m.C with {})")
        let written = try PickleWriter.write(graph)
        #expect(try PickleReader.read(Bytes(written)).line == graph.line)
    }

    @Test("a state setter's call is kept with the object that it changes")
    func stateSetter() throws {
        let graph = try PickleGraph("\u{80}\u{2}cm\nC\nq\u{0})Rq\u{1}cm\nset\nq\u{2}h\u{1}K\u{7}\u{86}q\u{3}R0.")
        #expect(graph.line == "m.C() then m.set(..., 7)")
        #expect(
            try PickleWriter.write(graph)
                == "\u{80}\u{2}cm\nC\nq\u{0})Rq\u{1}cm\nset\nq\u{2}h\u{1}K\u{7}\u{86}q\u{3}R0.".latin1)
    }

    @Test(
        "text opcodes of protocol 0 read as CPython reads them",
        arguments: [
            ("I01\n.", "True"), ("I00\n.", "False"), ("I1\n.", "1"), ("I-5\n.", "-5"), ("I0x1F\n.", "31"),
            ("L123L\n.", "123"),
            ("L-170141183460469231731687303715884105728L\n.", "-170141183460469231731687303715884105728"),
            ("F1.5\n.", "1.5"), ("Fnan\n.", "nan"), ("F-inf\n.", "-inf"), ("F1e400\n.", "inf"),
            ("Va\\u00e9\\U0001F600\\x\\\\u0041\n.", "'aé😀\\\\x\\\\\\\\u0041'"), ("V\u{e9}\n.", "'é'"),
            ("V\\ud800\n.", "'\\ud800'"),
            ("S'a\\n\\x41\\101\\q'\n.", "b'a\\nAA\\\\q'"), ("S\"it's\"\n.", "b\"it's\""),
            ("(lp0\nI1\na.", "[1]"), ("(dI1\nI2\ns.", "{1: 2}"), ("(I1\nI2\nd.", "{1: 2}"), ("(I1\nI2\nl.", "[1, 2]"),
            ("Pabc\n.", "<persistent 'abc'>"), ("(I1\nimod\nCls\n.", "mod.Cls(1)"),
            ("(cmod\nCls\nI1\no.", "mod.Cls(1)"),
            ("I1\np5\n0g5\n.", "1"), ("I1\n2\u{86}.", "(1, 1)"), ("(I1\nI2\n1I3\n.", "3"), ("(0I3\n.", "3"),
        ])
    func textForms(_ pickle: String, _ expected: String) throws {
        #expect(try PickleReader.read(Bytes(pickle.latin1)).line == expected)
    }

    @Test(
        "LONG1 is two's complement with its sign extended",
        arguments: [
            ([], 0), ([0xFF], -1), ([0x80], -128), ([0x80, 0], 128), ([0, 0xFF], -256), ([0x85, 0xFF], -123),
        ]
            as [([UInt8], Int64)])
    func longs(_ bytes: [UInt8], _ value: Int64) throws {
        #expect(try PickleReader.read(Bytes([0x8A, UInt8(bytes.count)] + bytes + [0x2E])).root == .int(value))
    }

    @Test("extension codes, out-of-band buffers and NEWOBJ_EX are inert nodes")
    func inertNodes() throws {
        let graph = try PickleReader.read(
            Bytes("\u{80}\u{5}(\u{82}\u{7}\u{84}\u{1}\u{0}\u{1}\u{0}\u{97}\u{97}\u{98}cm\nC\n)}\u{92}t.".latin1))
        #expect(graph.line == "(<extension 7>, <extension 65537>, <buffer 0>, <buffer 1>, m.C(**{}))")
    }

    @Test("a node knows the offset of the opcode that made it")
    func offsets() throws {
        let graph = try PickleGraph("]q\u{0}}a.")
        let ids = Array(graph.ids)
        #expect(ids.map { graph.offset(of: $0) } == [0, 3])
    }
}

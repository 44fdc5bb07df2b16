import ByteIO
import Testing

@testable import Pickle

@Suite struct PickleWriterTests {
    private static func protocol2() throws -> [PickleFixture] {
        let others: Set = [
            "nested_p0", "nested_p1", "nested_p3", "nested_p4", "nested_p5", "bytes_p5", "mmengine_p4", "python2_p0",
        ]
        return try PickleFixture.all().filter { !others.contains($0.name) }
    }

    @Test("what CPython wrote at protocol 2 is written back byte for byte", arguments: try protocol2())
    func roundTrip(_ fixture: PickleFixture) throws {
        #expect(try PickleWriter.write(fixture.graph()) == fixture.bytes().array)
    }

    @Test("a graph brought into another one gives the same bytes", arguments: try protocol2())
    func importedRoundTrip(_ fixture: PickleFixture) throws {
        var target = PickleGraph()
        _ = target.string("in the way")
        var move = PickleImport(from: try fixture.graph())
        target.root = move.bring(move.source.root, into: &target)
        #expect(try PickleWriter.write(target) == fixture.bytes().array)
    }

    @Test(
        "plain data of any protocol is written as CPython writes it at protocol 2",
        arguments: ["nested_p0", "nested_p1", "nested_p3", "nested_p4", "nested_p5"])
    func downgrade(_ name: String) throws {
        let written = try PickleWriter.write(PickleFixture.named(name).graph())
        #expect(try written == PickleFixture.named("nested_p2").bytes().array)
    }

    @Test("sets, bytes and bytearrays of protocol 5 become the calls that protocol 2 has for them")
    func reducedForms() throws {
        let written = try PickleWriter.write(PickleFixture.named("bytes_p5").graph())
        let again = try PickleReader.read(Bytes(written))
        #expect(again.protocolVersion == 2)
        #expect(again.line == "[b'abc', bytearray(b'xy'), {1}, frozenset({2})]")
        #expect(try PickleWriter.write(again) == written)
    }

    @Test("a checkpoint of protocol 4, methods included, becomes what CPython writes at protocol 2")
    func checkpointDowngrade() throws {
        let written = try PickleWriter.write(PickleFixture.named("mmengine_p4").graph())
        let again = try PickleReader.read(Bytes(written))
        let expected = try PickleFixture.named("mmengine").graph()
        #expect(again.line == expected.line)
        #expect(
            again.globals().compactMap { again.global(.node($0)) }
                == expected.globals().compactMap { expected.global(.node($0)) })
    }

    @Test(
        "NEWOBJ_EX and a name with a newline raise the protocol to 4, an out-of-band buffer to 5",
        arguments: [
            ("cm\nC\n)}\u{92}.", 4), ("Vm\\u000a\nVC\n\u{93}.", 4), ("\u{80}\u{4}cm\nC.D.E\n.", 2), ("\u{97}.", 5),
            ("]q\u{0}.", 2),
        ])
    func raisedProtocol(_ pickle: String, _ version: UInt8) throws {
        let graph = try PickleGraph(pickle)
        let written = try PickleWriter.write(graph)
        #expect(written.prefix(2) == [0x80, version])
        let again = try PickleReader.read(Bytes(written)).line
        #expect(again == graph.line || again == "getattr(getattr(m.C, 'D'), 'E')")
    }

    @Test("protocols 3 to 5 hold every fixture", arguments: try PickleFixture.all(), [3, 4, 5])
    func laterProtocols(_ fixture: PickleFixture, _ version: Int) throws {
        let graph = try fixture.graph()
        let written = try PickleWriter.write(graph, protocol: version)
        let again = try PickleReader.read(Bytes(written))
        #expect(again.protocolVersion == version)
        // Methods are globals from protocol 4 on only.
        if version >= 4 || fixture.name != "mmengine_p4" { #expect(again.line == graph.line) }
    }

    @Test("an object that two others share is written once, also if it was read without a memo slot")
    func sharedUnmemoized() throws {
        let graph = try PickleGraph("cm\nC\n)R2\u{86}.")
        let again = try PickleReader.read(Bytes(PickleWriter.write(graph)))
        let items = try #require(again.tuple(again.root))
        #expect(items[0] == items[1])
    }

    @Test("a state dict built here is what torch.save writes for it")
    func builtStateDict() throws {
        let read = try PickleFixture.named("plain_state_dict").graph()
        var graph = PickleGraph()
        let rebuild = graph.global(module: "torch._utils", name: "_rebuild_tensor_v2")
        let orderedDict = graph.global(module: "collections", name: "OrderedDict")
        let storage = graph.string("storage")
        let cpu = graph.string("cpu")
        var entries: [PickleEntry] = []
        for entry in try #require(read.entries(read.root)) {
            let object = try #require(read.object(entry.value))
            let arguments = read.arguments(of: object)
            guard case .persistentID(let payload) = try #require(read[arguments[0]]) else { continue }
            let old = try #require(read.tuple(payload))
            let type = try #require(read.global(old[1]))
            let pid = graph.tuple([
                storage, .node(graph.global(module: type.module, name: type.name)),
                graph.string(try #require(read.text(old[2]))), cpu, old[4],
            ])
            let size = graph.tuple(try #require(read.tuple(arguments[2])))
            let stride = graph.tuple(try #require(read.tuple(arguments[3])))
            let hooks = graph.object(calling: orderedDict, [])
            let tensor = graph.object(
                calling: rebuild,
                [graph.persistentID(pid), arguments[1], size, stride, arguments[4], .node(hooks)])
            entries.append(PickleEntry(graph.string(try #require(read.text(entry.key))), .node(tensor)))
        }
        graph.root = graph.dict(entries)
        #expect(entries.count == 7)
        #expect(try PickleWriter.write(graph) == PickleFixture.named("plain_state_dict").bytes().array)
    }

    @Test("a tuple that contains itself is an error, not a loop")
    func immutableCycle() throws {
        var graph = PickleGraph()
        let id = graph.append(.tuple([]))
        graph.replace(id, with: .tuple([.node(id)]))
        graph.root = .node(id)
        #expect(throws: PickleError.tooDeep(limit: 1000)) {
            try PickleWriter.write(graph, limits: PickleLimits(depth: 1000))
        }
    }
}

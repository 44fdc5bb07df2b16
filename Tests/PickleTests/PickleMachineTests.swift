import ByteIO
import Testing

@testable import Pickle

@Suite struct PickleMachineTests {
    @Test(
        "an opcode that finds too little on the stack says what it needs",
        arguments: [
            (".", .stop, 1, 0), ("2", .dup, 1, 0), ("0", .pop, 1, 0), ("a", .append, 1, 0), ("Ks", .setitem, 2, 1),
            ("b", .build, 1, 0), ("R", .reduce, 2, 0), ("\u{81}", .newobj, 2, 0), ("NN\u{92}", .newobjEx, 3, 2),
            ("\u{85}", .tuple1, 1, 0), ("N\u{86}", .tuple2, 2, 1), ("NN\u{87}", .tuple3, 3, 2), ("Q", .binpersid, 1, 0),
            ("q\u{0}", .binput, 1, 0), ("r\u{0}\u{0}\u{0}\u{0}", .longBinput, 1, 0), ("p0\n", .put, 1, 0),
            ("\u{94}", .memoize, 1, 0), ("N\u{93}", .stackGlobal, 2, 1), ("(o", .obj, 1, 0),
            ("\u{98}", .readonlyBuffer, 1, 0),
            ("(e", .appends, 1, 0), ("(u", .setitems, 1, 0), ("(\u{90}", .additems, 1, 0), ("N(2", .dup, 1, 0),
            ("N(.", .stop, 1, 0),
        ] as [(String, PickleOpcode, Int, Int)])
    func underflow(_ pickle: String, _ opcode: PickleOpcode, _ needed: Int, _ found: Int) {
        let pickle = pickle == "Ks" ? "Ns" : pickle
        let error = #expect(throws: PickleError.self) { try PickleGraph(pickle) }
        guard case .stackUnderflow(opcode, _, needed, found)? = error else {
            Issue.record("\(opcode) gives \(String(describing: error))")
            return
        }
    }

    @Test(
        "an opcode that needs a mark says so",
        arguments: [PickleOpcode.tuple, .list, .dict, .appends, .setitems, .additems, .frozenset, .obj, .popMark])
    func mark(_ opcode: PickleOpcode) {
        #expect(throws: PickleError.noMark(opcode, offset: 2)) {
            try PickleReader.read(Bytes([0x5D, 0x4E, opcode.rawValue]))
        }
    }

    @Test(
        "an opcode that finds another type names both",
        arguments: [
            ("cm\nC\n}R.", "@0x6: REDUCE needs a tuple, found dict"),
            ("N)R.", "@0x2: REDUCE needs a callable, found None"),
            ("])R.", "@0x2: REDUCE needs a callable, found list"),
            ("K\u{1})\u{81}.", "@0x3: NEWOBJ needs a callable, found int"),
            ("cm\nC\n))\u{92}.", "@0x7: NEWOBJ_EX needs a dict, found tuple"),
            ("NNa.", "@0x2: APPEND needs a list or an object, found None"),
            ("}Na.", "@0x2: APPEND needs a list or an object, found dict"),
            ("](NNu.", "@0x4: SETITEMS needs a dict or an object, found list"),
            ("}(N\u{90}.", "@0x3: ADDITEMS needs a set or an object, found dict"),
            ("]}b.", "@0x2: BUILD needs an object, found list"),
            ("G????????}b.", "@0xa: BUILD needs an object, found float"),
            ("Va\nN\u{93}.", "@0x4: STACK_GLOBAL needs a str as name, found None"),
            ("NVa\n\u{93}.", "@0x4: STACK_GLOBAL needs a str as module, found None"),
            ("N\u{98}.", "@0x1: READONLY_BUFFER needs a buffer, found None"),
            ("\u{82}\u{0}.", "@0x0: EXT1 needs a code above 0, found 0"),
            ("}(Nu.", "@0x3: SETITEMS needs keys and values in pairs, found 1 values"),
            ("h\u{5}.", "@0x0: BINGET fetches memo slot 5, which nothing has filled"),
            ("g-1\n.", "@0x0: GET needs a memo slot of 0 or more, found '-1'"),
            ("Ix\n.", "@0x0: INT needs an integer, found 'x'"),
            ("F0x1p3\n.", "@0x0: FLOAT needs a number, found '0x1p3'"),
            ("Sabc\n.", "@0x0: STRING needs a quoted string, found 'abc'"),
            ("V\\u12\n.", "@0x0: UNICODE needs text in raw-unicode-escape, found '\\u12'"),
            ("I1", "@0x0: INT needs a line, no newline is in the 1 bytes that remain"),
            ("K", "@0x0: BININT1 needs 1 bytes, 0 remain"),
            ("N", "@0x1: the pickle has no end: an opcode needs 1 byte, 0 remain"),
            ("\u{80}\u{6}.", "@0x0: pickle protocol 6, the highest known is 5"),
            ("\u{FF}", "@0x0: 0xff is not an opcode of pickle protocols 0 to 5"),
            ("c\u{FF}\nC\n.", "@0x0: GLOBAL needs a name in UTF-8, found '?'"),
            (
                "cm\n" + String(repeating: "C", count: 513) + "\n.",
                "@0x0: GLOBAL needs a name of up to 512 bytes, found one of 513"
            ),
        ])
    func wrongTypes(_ pickle: String, _ message: String) {
        let error = #expect(throws: PickleError.self) { try PickleGraph(pickle) }
        #expect(error?.description == message)
    }

    @Test("a state of None does nothing to any value, as in CPython", arguments: ["]Nb.", "}Nb.", "K\u{5}Nb.", ")Nb."])
    func emptyState(_ pickle: String) throws {
        #expect(throws: Never.self) { try PickleGraph(pickle) }
    }

    @Test("after an error the graph still holds what came before")
    func partialGraph() {
        var machine = PickleMachine(Bytes("cos\nsystem\nVls\n\u{85}R!".latin1))
        #expect(throws: PickleError.unknownOpcode(0x21, offset: 17)) { try machine.run() }
        #expect(machine.graph.count == 4)
        #expect(machine.graph.global(.node(machine.graph.ids[0]))?.qualifiedName == "os.system")
    }
}

@Suite struct LenientPickleMachineTests {
    private func globals(_ pickle: String) -> [String] {
        var machine = PickleMachine(Bytes(pickle.unicodeScalars.map { UInt8($0.value) }), isLenient: true)
        try? machine.run()
        return machine.graph.imports.compactMap { machine.graph.global(.node($0))?.qualifiedName }
    }

    @Test(
        "a lenient machine goes on where some unpickler does",
        arguments: [
            ("]Nb0ca\nb\n.", ["a.b"]), ("I 1_0\n0ca\nb\n.", ["a.b"]), ("S'a'\nS'b'\n\u{93}.", ["a.b"]),
            ("S'a'\nN\u{93}.", ["a.?"]), ("ca\nb\n]R.", ["a.b"]), ("\u{95}\u{1}\0\0\0\0\0\0\0ca\nb\n.", ["a.b"]),
            ("C\u{1}x\u{98}0ca\nb\n.", ["a.b"]),
        ])
    func lenience(_ pickle: String, _ expected: [String]) { #expect(globals(pickle) == expected) }

    @Test("a machine that pauses goes on after bytes that are not opcodes")
    func pause() throws {
        var machine = PickleMachine(Bytes(utf8: "ca\nb\n)RNb\u{1}\u{2}\u{3}0N."))
        #expect(try machine.run(through: .build))
        try machine.skip(3)
        #expect(try !machine.run(through: .build))
        #expect(machine.graph.root == .none)
    }
}

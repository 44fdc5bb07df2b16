import ByteIO
import TestSupport
import Testing

@testable import Pickle

@Suite struct HostileInputTests {
    @Test(
        "who goes on where others stop does not copy what a few bytes refer to again and again",
        arguments: [
            // A tuple of 1,000 that is appended to, a text likewise.
            [0x28] + [UInt8](repeating: 0x4E, count: 1000) + [0x74] + Self.repeated([0x4E, 0x61], 1000),
            [0x58, 0xE8, 3, 0, 0] + [UInt8](repeating: 0x61, count: 1000) + Self.repeated([0x4E, 0x61], 1000),
        ])
    func lenientChanges(_ opcodes: [UInt8]) throws {
        let pickle = Bytes([0x80, 2] + opcodes + [0x2E])
        #expect(throws: PickleError.self) { try PickleReader.read(pickle) }
        var machine = PickleMachine(pickle, isLenient: true)
        try machine.run()
        #expect(machine.graph.count == 1)
    }

    @Test("a list that is the arguments of any number of calls is copied for some of them only")
    func lenientArguments() {
        // ]q\0 (N…e, then (c os system, h\0, R, 0) …
        let list: [UInt8] = [0x5D, 0x71, 0, 0x28] + [UInt8](repeating: 0x4E, count: 5000) + [0x65]
        let call: [UInt8] = [0x63] + Array("os\nsystem\n".utf8) + [0x68, 0, 0x52, 0x30]
        var machine = PickleMachine(Bytes([0x80, 2] + list + Self.repeated(call, 100) + [0x2E]), isLenient: true)
        #expect(throws: PickleError.self) { try machine.run() }
        #expect(machine.graph.imports.count > 10)
    }

    private static func repeated(_ opcodes: [UInt8], _ count: Int) -> [UInt8] {
        (0..<count).flatMap { _ in opcodes }
    }

    @Test("a pickle that is cut anywhere is an error, never a value", arguments: try PickleFixture.all())
    func truncation(_ fixture: PickleFixture) throws {
        let bytes = try fixture.bytes()
        let readable = try (0..<bytes.count).filter { count in
            let cut = try bytes.slice(at: 0, count: count)
            return (try? PickleReader.read(cut)) != nil
        }
        #expect(readable.isEmpty, "of \(bytes.count) bytes")
    }

    @Test(
        "what random damage leaves readable can be printed, walked, written and read again",
        arguments: try PickleFixture.all())
    func mutation(_ fixture: PickleFixture) throws {
        let original = try fixture.bytes().array
        var random = SplitMix64(seed: UInt64(original.count))
        for _ in 0..<200 {
            var damaged = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: damaged[place] = UInt8.random(in: .min ... .max, using: &random)
                case 1: damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: damaged.remove(at: place)
                default: damaged.insert(PickleOpcode.allCases.randomElement(using: &random)?.rawValue ?? 0, at: place)
                }
                if damaged.isEmpty { break }
            }
            guard let graph = try? PickleReader.read(Bytes(damaged)) else { continue }
            #expect(graph.line.utf8.count < 1_000_000)
            _ = graph.persistentIDs()
            // Below protocol 4 a method is a call, which prints otherwise.
            guard let written = try? PickleWriter.write(graph, protocol: max(4, graph.protocolVersion)) else {
                continue
            }
            let again = try PickleReader.read(Bytes(written))
            #expect(again.line == graph.line, "\(damaged)")
        }
    }

    @Test(
        "100,000 nested containers cost memory, not the stack",
        arguments: ["list", "tuple", "dict", "object", "persistent ID"])
    func nesting(_ kind: String) throws {
        let depth = 100_000
        let (before, after): ([UInt8], [UInt8]) =
            switch kind {
            case "list": ("]".latin1, "a".latin1)
            case "tuple": ([], [0x85])
            case "dict": ("}N".latin1, "s".latin1)
            case "object": ("cm\nC\n".latin1, "\u{85}R".latin1)
            default: ([], "Q".latin1)
            }
        var pickle: [UInt8] = []
        for _ in 0..<depth { pickle += before }
        pickle += "N".latin1
        for _ in 0..<depth { pickle += after }
        pickle += ".".latin1
        let graph = try PickleReader.read(Bytes(pickle))
        #expect(graph.count >= depth)
        #expect(graph.reachable(from: graph.root).count == graph.count)
        let again = try PickleReader.read(Bytes(PickleWriter.write(graph)))
        #expect(again.reachable(from: again.root).count >= depth)
        var target = PickleGraph()
        var move = PickleImport(from: graph)
        #expect(move.bring(graph.root, into: &target) != .none)
        #expect(target.count == graph.count)
        #expect(graph.line.contains("…"))
    }

    @Test("a memo slot of 2³¹ takes no memory", arguments: ["r", "p"])
    func memoBomb(_ opcode: String) throws {
        let slot = opcode == "r" ? [0, 0, 0, 0x80] : "2147483648\n".latin1
        let fetch = opcode == "r" ? "j".latin1 + [0, 0, 0, 0x80] : "g2147483648\n".latin1
        let graph = try PickleReader.read(Bytes("]".latin1 + opcode.latin1 + slot + fetch + "\u{86}.".latin1))
        let items = try #require(graph.tuple(graph.root))
        #expect(items[0] == items[1])
    }

    @Test("a key whose tuples double at each of 60 levels is looked into once, and what it holds is found")
    func sharedKey() throws {
        let tuple = String(repeating: "2\u{86}", count: 60)
        #expect(try PickleReader.read(Bytes("})\(tuple)Ns.".latin1)).count > 60)
        #expect(throws: PickleError.self) { try PickleReader.read(Bytes("}]\(tuple)Ns.".latin1)) }
    }

    @Test("a structure that doubles at each of 60 levels stays as small as its pickle")
    func laughs() throws {
        var pickle = "]q\u{0}".latin1
        for _ in 0..<60 { pickle += "h\u{0}h\u{0}\u{86}q\u{0}".latin1 }
        let graph = try PickleReader.read(Bytes(pickle + ".".latin1))
        #expect(graph.count == 61)
        let written = try PickleWriter.write(graph)
        #expect(written.count < 2 * pickle.count)
        let line = PickleDescription(depth: 100, length: 1000).text(graph.root, in: graph)
        #expect(line.utf8.count < 3000)
    }

    @Test(
        "a length beyond the input is an error before anything is allocated",
        arguments: [
            "X\u{FF}\u{FF}\u{FF}\u{FF}", "B\u{FF}\u{FF}\u{FF}\u{7F}",
            "\u{8D}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{7F}",
            "\u{8E}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{80}", "\u{96}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}",
            "\u{8B}\u{FF}\u{FF}\u{FF}\u{7F}",
            "T\u{FF}\u{FF}\u{FF}\u{7F}", "\u{95}\u{9}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}",
        ])
    func lengths(_ pickle: String) {
        #expect(throws: PickleError.self) { try PickleGraph(pickle + "abc.") }
    }

    @Test("a negative length is an error", arguments: [("\u{8B}", PickleOpcode.long4), ("T", .binstring)])
    func negativeLength(_ opcode: String, _ expected: PickleOpcode) {
        #expect(throws: PickleError.negative(expected, offset: 0, length: -1)) {
            try PickleGraph(opcode + "\u{FF}\u{FF}\u{FF}\u{FF}.")
        }
    }

    @Test("an opcode that crosses its frame's end, a frame in a frame and a STOP before the end are errors")
    func frames() throws {
        let head = "\u{80}\u{4}\u{95}"
        let zeros = "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}"
        #expect(try PickleGraph(head + "\u{3}" + zeros + "K\u{7}.").root == .int(7))
        #expect(try PickleGraph(head + "\u{2}" + zeros + "K\u{7}.").root == .int(7))
        #expect(throws: PickleError.crossesFrame(.binint1, offset: 11, needed: 1, available: 0)) {
            try PickleGraph(head + "\u{1}" + zeros + "K\u{7}.")
        }
        #expect(throws: PickleError.unfinishedFrame(.frame, offset: 11, remaining: 1)) {
            try PickleGraph(head + "\u{A}" + zeros + "\u{95}\u{1}" + zeros + "NN.")
        }
        #expect(throws: PickleError.unfinishedFrame(.stop, offset: 12, remaining: 1)) {
            try PickleGraph(head + "\u{3}" + zeros + "N.N")
        }
    }

    @Test("a limit on objects and one on text hold")
    func limits() {
        #expect(throws: PickleError.limit(.emptyList, offset: 2, of: "objects", limit: 2)) {
            try PickleReader.read(Bytes("]]]t.".latin1), limits: PickleLimits(nodes: 2))
        }
        #expect(throws: PickleError.limit(.binunicode, offset: 0, of: "bytes of text", limit: 2)) {
            try PickleReader.read(Bytes("X\u{3}\u{0}\u{0}\u{0}abc.".latin1), limits: PickleLimits(textBytes: 2))
        }
    }

    @Test(
        "a million single mutations of one object do not copy it each time", .timeLimit(.minutes(20)),
        arguments: [
            ("]", "Na"), ("}", "NNs"), ("\u{8F}", "(N\u{90}"), ("cm\nC\n)R", "Na"), ("cm\nC\n)R", "NNs"),
            ("cm\nC\n)R", "Nb"), ("cm\nC\n", "Na"),
        ])
    func manySingles(_ object: String, _ mutation: String) throws {
        var pickle = object.latin1
        for _ in 0..<1_000_000 { pickle += mutation.latin1 }
        // A moment where arrays grow in place; a quarter of an hour where each mutation copies them.
        let graph = try PickleReader.read(Bytes(pickle + ".".latin1))
        #expect(graph.count < 5)
    }
}

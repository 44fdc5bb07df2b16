import ByteIO
import Testing

@testable import PickleScan

@Suite struct OpcodeWalkTests {
    private func walk(_ text: String, limit: Int = .max) -> OpcodeWalk {
        OpcodeWalk(Bytes(text.unicodeScalars.map { UInt8($0.value) }), limit: limit)
    }

    @Test("a pickle is walked to behind its STOP")
    func stop() {
        let walk = walk("\u{80}\u{2}]q\u{0}.rest")
        #expect(walk.end == .stop && walk.position == 6 && !walk.hasImports)
    }

    @Test("opcodes that import are noticed", arguments: ["cos\nsystem\n.", "(ios\nx\n.", "NN\u{93}.", "\u{82}\u{1}."])
    func imports(_ pickle: String) { #expect(walk(pickle).hasImports) }

    @Test(
        "what no unpickler can decode ends the walk",
        arguments: ["\u{FF}", "\u{80}\u{9}.", "cats and\ndogs\n.", "c\n\n.", "cmod\n\u{F8}\n."])
    func invalid(_ data: String) {
        let walk = walk(data)
        #expect(walk.end == .invalid && !walk.hasImports)
    }

    @Test("a name that only some modules have is not taken for an import, and the walk goes on")
    func oddName() {
        let walk = walk("cats\nand dogs\n.")
        #expect(walk.end == .stop && !walk.hasImports)
        #expect(self.walk("ctorch.ops\nx y\n0cos\nsystem\n.").hasImports)
    }

    @Test("an operand that is not all there ends the walk", arguments: ["X\u{5}\u{0}\u{0}\u{0}ab", "M\u{1}", "S'a'"])
    func truncated(_ data: String) { #expect(walk(data).end == .truncated) }

    @Test("a walk over what is not a pickle has a limit")
    func limit() { #expect(walk(String(repeating: "(", count: 100), limit: 10).end == .limit) }

    @Test(
        "an opcode across the end of a frame, and a frame inside a frame, are noticed",
        arguments: [
            ("\u{95}\u{2}\0\0\0\0\0\0\0K\u{1}.", nil),
            ("\u{95}\u{2}\0\0\0\0\0\0\0M\u{1}\u{1}.", 9),
            ("\u{95}\u{14}\0\0\0\0\0\0\0\u{95}\u{1}\0\0\0\0\0\0\0NNNNNNNNNNNNN.", 9),
            ("\u{95}\u{50}\0\0\0\0\0\0\0N.", 0),
        ] as [(String, Int?)])
    func frames(_ pickle: String, _ violation: Int?) { #expect(walk(pickle).frameViolation == violation) }
}

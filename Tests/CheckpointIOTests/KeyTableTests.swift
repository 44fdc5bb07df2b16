import Testing

@testable import CheckpointIO

@Suite struct KeyTableTests {
    @Test("a string is known at its first position, through every growth")
    func positions() {
        var table = KeyTable(capacity: 0)
        let texts = (0..<1000).map { "layers.\($0 % 500).weight" }
        for (position, text) in texts.enumerated() {
            #expect(table.earlierPosition(of: text, orEnterAt: position) == (position < 500 ? nil : position - 500))
        }
    }

    @Test("strings are compared by their bytes", arguments: ["", "a", "12345678", "123456789"])
    func bytes(_ stem: String) {
        var table = KeyTable(capacity: 4)
        #expect(table.earlierPosition(of: stem + "\u{E9}", orEnterAt: 0) == nil)
        #expect(table.earlierPosition(of: stem + "e\u{301}", orEnterAt: 1) == nil)
        #expect(table.earlierPosition(of: stem, orEnterAt: 2) == nil)
        #expect(table.earlierPosition(of: stem + "\u{E9}", orEnterAt: 3) == 0)
    }
}

import ByteIO
import Testing

@Suite struct PositionTableTests {
    @Test("a thing is known at its first position, through every growth")
    func positions() {
        let texts = (0..<1000).map { "layers.\($0 % 500).weight" }
        var table = PositionTable(capacity: 0)
        for (position, text) in texts.enumerated() {
            let hash = ByteHash.hash(text)
            let earlier = table.earlierPosition(hash: hash, orEnterAt: position) { texts[$0] == text }
            #expect(earlier == (position < 500 ? nil : position - 500))
            #expect(table.position(hash: hash) { texts[$0] == text } == position % 500)
        }
        #expect(table.position(hash: ByteHash.hash("layers.500.weight")) { _ in false } == nil)
    }

    @Test("things of one hash are told apart", arguments: [0, 1 << 63, UInt64.max])
    func equalHashes(_ hash: UInt64) {
        var table = PositionTable(capacity: 2)
        for thing in 0..<40 {
            #expect(table.earlierPosition(hash: hash, orEnterAt: thing) { $0 == thing } == nil)
        }
        for thing in 0..<40 {
            #expect(table.position(hash: hash) { $0 == thing } == thing)
        }
    }
}

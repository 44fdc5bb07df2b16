/// Where the lines of a text begin.
package struct SourceLines: Sendable {
    private let text: [UInt8]
    private let starts: [Int]
    /// Scalars before each block of bytes, so that long lines cost no more than short ones.
    private let scalars: [Int]

    private static let blockLength = 256

    /// - Parameter text: UTF-8 whose lines end in `\n`.
    package init(_ text: [UInt8]) {
        self.text = text
        starts = [0] + text.indices.lazy.filter { text[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
        var scalars = [0]
        for block in stride(from: 0, to: text.count, by: Self.blockLength) {
            let end = min(block + Self.blockLength, text.count)
            scalars.append(scalars[scalars.count - 1] + Self.count(text[block..<end]))
        }
        self.scalars = scalars
    }

    /// Line and column, both counted from 1; the column in Unicode scalars.
    /// - Parameter offset: in bytes; one past the end is the end.
    package func position(of offset: Int) -> (line: Int, column: Int) {
        let offset = min(max(offset, 0), text.count)
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return (low + 1, scalarCount(before: offset) - scalarCount(before: starts[low]) + 1)
    }

    private func scalarCount(before offset: Int) -> Int {
        let block = offset / Self.blockLength
        return scalars[block] + Self.count(text[(block * Self.blockLength)..<offset])
    }

    private static func count(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    }
}

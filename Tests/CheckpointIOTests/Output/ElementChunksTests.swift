import ByteIO
import TensorCore
import Testing

@testable import CheckpointIO

@Suite struct ElementChunksTests {
    @Test(
        "elements come in order, whether a piece holds many rows, one or a part of one",
        arguments: [
            ([3_000_000], [2]), ([3000, 1000], [1, 3000]), ([2, 1500, 700], [700, 1400, 1]), ([1, 1_500_000], [7, 2]),
            ([2, 1_200_000], [1, 2]), ([5, 0], [0, 1]), ([0], [2]),
        ])
    func order(shape: [Int], strides: [Int]) throws {
        let layout = try StridedLayout(shape: shape, strides: strides, offset: 3)
        let content = Bytes((0..<layout.requiredElements + 3).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
        var expected = [UInt8](repeating: 0, count: layout.count)
        expected.withUnsafeMutableBytes { target in
            content.withUnsafeBytes { layout.gather(from: $0, width: 1, into: target) }
        }
        var chunks = ElementChunks(content, layout, width: 1)
        var found: [UInt8] = []
        while let chunk = chunks.next() { found += chunk }
        #expect(found == expected)
    }
}

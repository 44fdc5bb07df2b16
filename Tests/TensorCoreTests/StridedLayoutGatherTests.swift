import TensorCore
import Testing

@Suite struct StridedLayoutGatherTests {
    /// Shape, strides, offset: contiguous, transposed, sliced, expanded, overlapping, with extents of 0 and 1.
    static let layouts: [(shape: [Int], strides: [Int], offset: Int)] = [
        ([], [], 3), ([7], [1], 2), ([7], [3], 0), ([3, 5], [5, 1], 1), ([5, 3], [1, 5], 0), ([3, 4], [0, 0], 6),
        ([2, 3, 4], [1, 8, 2], 0), ([2, 3, 1], [9, 2, 100], 1), ([4, 4], [1, 1], 0), ([0, 3], [3, 1], 0),
        ([1, 3, 5, 7], [105, 1, 21, 3], 2), ([3, 1], [2, 1], 0), ([37, 5, 9], [1, 333, 37], 4),
        ([41, 300], [1, 41], 0), ([2, 33, 3, 100], [9_900, 1, 33, 99], 1), ([8, 3], [1, 0], 0), ([9, 2], [1, 3], 0),
    ]

    @Test("elements come in row-major order at every width", arguments: layouts, [1, 2, 4, 8, 16])
    func gather(_ parts: (shape: [Int], strides: [Int], offset: Int), _ width: Int) throws {
        let layout = try StridedLayout(shape: parts.shape, strides: parts.strides, offset: parts.offset)
        let storage = (0..<layout.requiredElements * width).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 8) }
        var expected: [UInt8] = []
        for position in 0..<layout.count {
            var rest = position
            var index = parts.offset
            for axis in parts.shape.indices.reversed() {
                index += rest % parts.shape[axis] * parts.strides[axis]
                rest /= parts.shape[axis]
            }
            expected += storage[index * width..<(index + 1) * width]
        }
        var found = [UInt8](repeating: 0, count: layout.count * width)
        storage.withUnsafeBytes { source in
            found.withUnsafeMutableBytes { layout.gather(from: source, width: width, into: $0) }
        }
        #expect(found == expected)
    }

    @Test("elements come in pieces as they come at once", arguments: layouts, [1, 2, 3, 5, 100])
    func pieces(_ parts: (shape: [Int], strides: [Int], offset: Int), _ size: Int) throws {
        let layout = try StridedLayout(shape: parts.shape, strides: parts.strides, offset: parts.offset)
        let storage = (0..<layout.requiredElements).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 8) }
        var whole = [UInt8](repeating: 0, count: layout.count)
        var pieces: [UInt8] = []
        storage.withUnsafeBytes { source in
            whole.withUnsafeMutableBytes { layout.gather(from: source, width: 1, into: $0) }
            for start in stride(from: 0, to: layout.count, by: size) {
                let elements = start..<min(start + size, layout.count)
                var piece = [UInt8](repeating: 0, count: elements.count)
                piece.withUnsafeMutableBytes { layout.gather(elements, from: source, width: 1, into: $0) }
                pieces += piece
            }
        }
        #expect(pieces == whole)
    }

    @Test("byte orders are turned around by the unit, not by the element")
    func swap() {
        var bytes = (1...16).map { UInt8($0) }
        func swapped(_ dtype: DType) -> [UInt8] {
            bytes.withUnsafeMutableBytes { dtype.swapByteOrder($0) }
            defer { bytes.withUnsafeMutableBytes { dtype.swapByteOrder($0) } }
            return bytes
        }
        #expect(swapped(.uint8) == (1...16).map { UInt8($0) })
        #expect(swapped(.float16).prefix(4) == [2, 1, 4, 3])
        #expect(swapped(.complex32).prefix(4) == [2, 1, 4, 3])
        #expect(swapped(.float32).prefix(4) == [4, 3, 2, 1])
        #expect(swapped(.complex64).prefix(8) == [4, 3, 2, 1, 8, 7, 6, 5])
        #expect(swapped(.int64).prefix(8) == [8, 7, 6, 5, 4, 3, 2, 1])
        #expect(swapped(.complex128).prefix(8) == [8, 7, 6, 5, 4, 3, 2, 1])
    }

    @Test(
        "blocks of whole steps are the elements in their order, from wherever they begin", arguments: layouts, [1, 4])
    func blocks(_ parts: (shape: [Int], strides: [Int], offset: Int), _ width: Int) throws {
        let layout = try StridedLayout(shape: parts.shape, strides: parts.strides, offset: parts.offset)
        let storage = (0..<layout.requiredElements * width).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 8) }
        var whole = [UInt8](repeating: 0, count: layout.count * width)
        storage.withUnsafeBytes { source in
            whole.withUnsafeMutableBytes { layout.gather(from: source, width: width, into: $0) }
        }
        for size in [1, 7, 64, 1000, max(layout.count, 1)] where layout.count < 20_000 || size > 7 {
            var found: [UInt8] = []
            for start in stride(from: 0, to: layout.count, by: size) {
                let elements = start..<min(start + size, layout.count)
                var part = [UInt8](repeating: 0, count: elements.count * width)
                storage.withUnsafeBytes { source in
                    part.withUnsafeMutableBytes { layout.gatherBlocks(elements, from: source, width: width, into: $0) }
                }
                found += part
            }
            #expect(found == whole, "\(parts) \(size)")
        }
    }
}

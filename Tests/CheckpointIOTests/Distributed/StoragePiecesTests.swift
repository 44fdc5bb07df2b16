import ByteIO
import TensorCore
import TestSupport
import Testing

@testable import CheckpointIO

@Suite struct StoragePiecesTests {
    /// A tensor of int16 that counts from 0, cut at these indices of each axis; every other piece is transposed.
    private func pieces(_ shape: [Int], cuts: [[Int]]) throws -> [StoragePieces.Piece] {
        let whole = try StridedLayout(contiguous: shape)
        var starts: [[Int]] = [[]]
        var extents: [[Int]] = [[]]
        for (axis, cuts) in cuts.enumerated() {
            let edges = [0] + cuts + [shape[axis]]
            let parts = zip(edges, edges.dropFirst()).map { ($0, $1 - $0) }
            (starts, extents) = (
                starts.flatMap { start in parts.map { start + [$0.0] } },
                extents.flatMap { extent in parts.map { extent + [$0.1] } }
            )
        }
        return try zip(starts, extents).enumerated().map { number, box in
            let part = try StridedLayout(
                shape: box.1, strides: whole.strides, offset: zip(box.0, whole.strides).reduce(0) { $0 + $1.0 * $1.1 })
            // As they lie in the piece: row-major, or the last axis first.
            let isTurned = number % 2 == 1 && box.1.count > 1
            let order = isTurned ? Array(box.1.indices.reversed()) : Array(box.1.indices)
            let packed = StridedLayout.contiguousStrides(of: order.map { box.1[$0] })
            var strides = packed
            for (place, axis) in order.enumerated() { strides[axis] = packed[place] }
            let layout = try StridedLayout(shape: box.1, strides: strides, offset: 1)
            var values = [UInt16](repeating: 0xFFFF, count: 1 + part.count)
            var sources: [Int] = []
            part.forEachRow { first, length, step in sources += (0..<length).map { first + $0 * step } }
            var targets: [Int] = []
            layout.forEachRow { first, length, step in targets += (0..<length).map { first + $0 * step } }
            for (target, source) in zip(targets, sources) { values[target] = UInt16(source) }
            let bytes = Bytes(values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
            let storage = TensorStorage(
                id: number, name: "\(number)", dtype: .int16, device: "cpu", byteCount: bytes.count,
                declaredType: .int16, content: .bytes(bytes))
            return StoragePieces.Piece(storage: storage, layout: layout, start: box.0)
        }
    }

    @Test(
        "pieces cut along any axes are the tensor, in blocks of any size and from any byte on",
        arguments: [
            ([7, 5], [[3], [2]]), ([7, 5], [[], [1, 2]]), ([4, 3, 6], [[1], [2], [3, 5]]), ([1, 1, 9], [[], [], [4]]),
            ([2, 40], [[], [7, 30]]), ([11], [[2, 5]]), ([], []),
        ])
    func joined(_ shape: [Int], _ cuts: [[Int]]) throws {
        let joined = try StoragePieces(pieces(shape, cuts: cuts), shape: shape, dtype: .int16, key: Key("k"))
        let count = shape.reduce(1, *)
        let expected = (0..<count).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        let whole = try joined.bytes()
        #expect(Array(whole) == expected)
        for blockSize in [1, 6, 10, 24, 1 << 20] {
            for range in [0..<expected.count, 1..<expected.count, expected.count / 3..<expected.count / 2 + 1] {
                var found: [UInt8] = []
                joined.forEachBlock(of: range, from: try joined.sources(), blockSize: blockSize) { found += $0 }
                #expect(found == Array(expected[range]), "blocks of \(blockSize), \(range)")
            }
        }
    }

    @Test("pieces that leave out or repeat elements are errors")
    func covered() throws {
        let all = try pieces([6, 4], cuts: [[2, 3], [1]])
        #expect(throws: PieceError.gap(key: Key("k"), held: 15, needed: 24)) {
            _ = try StoragePieces(all.dropLast(), shape: [6, 4], dtype: .int16, key: Key("k"))
        }
        #expect(throws: PieceError.overlap(key: Key("k"))) {
            _ = try StoragePieces(all.dropLast() + [all[0]], shape: [6, 4], dtype: .int16, key: Key("k"))
        }
        let columns = try pieces([2, 9], cuts: [[], [2, 5]])
        #expect(throws: PieceError.overlap(key: Key("k"))) {
            _ = try StoragePieces(columns + [columns[1]], shape: [2, 9], dtype: .int16, key: Key("k"))
        }
        let scalar = try pieces([], cuts: [])
        #expect(throws: PieceError.overlap(key: Key("k"))) {
            _ = try StoragePieces(scalar + scalar, shape: [], dtype: .int16, key: Key("k"))
        }
        #expect(throws: PieceError.self) {
            _ = try StoragePieces([], shape: [Int.max, 2], dtype: .int16, key: Key("k"))
        }
    }
}

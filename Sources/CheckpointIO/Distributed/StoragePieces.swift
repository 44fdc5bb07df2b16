import ByteIO
import TensorCore

/// The row-major elements of a tensor whose parts lie in several places. They are joined when they are asked for, all at
/// once or block by block, so that a tensor may be larger than memory.
final class StoragePieces: Sendable {
    /// A box of the tensor and the elements in it.
    struct Piece: Sendable {
        let storage: TensorStorage
        /// The layout of the box in the storage.
        let layout: StridedLayout
        /// The box's lowest indices.
        let start: [Int]
    }

    /// The shape of the whole tensor.
    let shape: [Int]
    /// Bytes per element.
    let width: Int
    /// Sorted by their lowest indices.
    let pieces: [Piece]
    /// The size of the whole tensor in bytes.
    let count: Int

    /// The usual size of a block in bytes.
    static let blockSize = 1 << 20

    /// - Parameter pieces: each inside the shape.
    /// - Throws: `PieceError.gap` or `.overlap` unless every element is in exactly one piece; `.description` for a
    ///   shape that cannot be addressed, for too many pieces, and for pieces that share their bytes.
    init(_ pieces: [Piece], shape: [Int], dtype: DType, key: Key) throws(PieceError) {
        self.shape = shape
        width = dtype.byteWidth
        self.pieces = pieces.filter { $0.layout.count > 0 }.sorted { $0.start.lexicographicallyPrecedes($1.start) }
        guard let count = dtype.byteCount(ofShape: shape), let whole = try? StridedLayout(contiguous: shape) else {
            throw .description("'\(key)' has the shape \(shape), whose elements cannot be addressed")
        }
        self.count = count
        guard self.pieces.count <= Self.pieceLimit else {
            throw .description(
                "'\(key)' is in \(grouped(pieces.count)) pieces, the limit is \(grouped(Self.pieceLimit))")
        }
        let held = self.pieces.reduce(0) { $0.addingReportingOverflow($1.layout.count).partialValue }
        if Self.overlaps(self.pieces) { throw .overlap(key: key) }
        guard held == whole.count else { throw .gap(key: key, held: held, needed: whole.count) }
        // After the gaps: the pieces of a large tensor of which some are missing have few of its bytes, too.
        try Self.checkRoom(self.pieces, needed: count, key: key)
    }

    /// Checks that pieces that share their bytes do not make much more of them than there are.
    private static func checkRoom(_ pieces: [Piece], needed: Int, key: Key) throws(PieceError) {
        var storages: Set<ObjectIdentifier> = []
        var held = 0
        for piece in pieces where storages.insert(ObjectIdentifier(piece.storage)).inserted {
            held = held.addingReportingOverflow(piece.storage.byteCount).partialValue
        }
        guard needed <= max(held, 1 << 30) else {
            throw .description("'\(key)' takes \(grouped(needed)) bytes, its pieces share \(grouped(held))")
        }
    }

    /// The most pieces a tensor may have: no job has as many ranks.
    private static let pieceLimit = 1 << 16

    /// Whether two boxes meet.
    private static func overlaps(_ pieces: [Piece]) -> Bool {
        // Sorted along the axis with the most cuts, each piece has the fewest others beside it.
        let rank = pieces.first?.start.count ?? 0
        let cuts = (0..<rank).map { axis in Set(pieces.map { $0.start[axis] }).count }
        guard let axis = cuts.indices.max(by: { cuts[$0] < cuts[$1] }) else { return pieces.count > 1 }
        let sorted = pieces.sorted { $0.start[axis] < $1.start[axis] }
        for (index, piece) in sorted.enumerated() {
            for other in sorted[(index + 1)...] {
                if other.start[axis] >= piece.start[axis] + piece.layout.shape[axis] { break }
                let meets = piece.start.indices.allSatisfy { axis in
                    piece.start[axis] < other.start[axis] + other.layout.shape[axis]
                        && other.start[axis] < piece.start[axis] + piece.layout.shape[axis]
                }
                if meets { return true }
            }
        }
        return false
    }

    /// All elements, in memory.
    func bytes() throws(CheckpointError) -> Bytes {
        try Bytes(count: count) { (target) throws(CheckpointError) in
            var filled = 0
            forEachBlock(from: try sources()) { block in
                UnsafeMutableRawBufferPointer(rebasing: target[filled..<filled + block.count]).copyMemory(from: block)
                filled += block.count
            }
        }
    }

    /// The bytes of the storages, one for each piece.
    /// - Throws: `CheckpointError` if an archive is damaged.
    func sources() throws(CheckpointError) -> [Bytes] {
        try pieces.map { (piece) throws(CheckpointError) in try piece.storage.bytes() }
    }

    /// Calls `body` with the bytes in order, a block at a time, which is valid during the call only. What was read of
    /// mapped files does not stay resident.
    /// - Parameters:
    ///   - range: the bytes to pass; nil for all.
    ///   - sources: what `sources()` gives.
    ///   - blockSize: the largest size of a block in bytes, unless one element is larger.
    func forEachBlock<Failure: Error>(
        of range: Range<Int>? = nil, from sources: [Bytes], blockSize: Int = blockSize,
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let range = range ?? 0..<count
        guard count > 0, !range.isEmpty else { return }
        // The axis along which blocks are cut: the first of which one index fits into a block, or the last.
        var inner = shape
        var axis = 0
        var rowBytes = count / max(shape.first ?? 1, 1)
        while axis + 1 < shape.count, rowBytes > blockSize {
            axis += 1
            rowBytes /= shape[axis]
        }
        let extent = shape.isEmpty ? 1 : shape[axis]
        let rows = max(min(blockSize / rowBytes, extent), 1)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: rows * rowBytes, alignment: 64)
        defer { buffer.deallocate() }
        var start = [Int](repeating: 0, count: shape.count)
        var offset = 0
        while offset < range.upperBound {
            let taken = shape.isEmpty ? 1 : min(rows, extent - start[axis])
            let size = taken * rowBytes
            if offset + size > range.lowerBound {
                for index in inner.indices { inner[index] = index < axis ? 1 : index == axis ? taken : shape[index] }
                let block = UnsafeMutableRawBufferPointer(rebasing: buffer[..<size])
                for (piece, source) in zip(pieces, sources) { copy(piece, source, into: block, start, inner) }
                let part = max(range.lowerBound - offset, 0)..<min(range.upperBound - offset, size)
                try body(UnsafeRawBufferPointer(rebasing: block[part]))
            }
            offset += size
            advance(&start, along: axis, by: taken)
        }
    }

    private func advance(_ start: inout [Int], along axis: Int, by count: Int) {
        guard !start.isEmpty else { return }
        start[axis] += count
        var axis = axis
        while axis > 0, start[axis] >= shape[axis] {
            start[axis] = 0
            axis -= 1
            start[axis] += 1
        }
    }

    /// Copies what a piece and a block have in common.
    /// - Parameters:
    ///   - start: the block's lowest indices.
    ///   - extents: the block's shape; it is row-major.
    private func copy(
        _ piece: Piece, _ source: Bytes, into block: UnsafeMutableRawBufferPointer, _ start: [Int], _ extents: [Int]
    ) {
        var low: [Int] = []
        var common: [Int] = []
        for axis in shape.indices {
            let first = max(piece.start[axis], start[axis])
            let end = min(piece.start[axis] + piece.layout.shape[axis], start[axis] + extents[axis])
            guard first < end else { return }
            low.append(first)
            common.append(end - first)
        }
        let targetStrides = StridedLayout.contiguousStrides(of: extents)
        var from = piece.layout.offset
        var to = 0
        for axis in shape.indices {
            from += (low[axis] - piece.start[axis]) * piece.layout.strides[axis]
            to += (low[axis] - start[axis]) * targetStrides[axis]
        }
        // The last axes that are laid out alike in both form one run.
        var run = 1
        var outer = shape.count
        while outer > 0,
            common[outer - 1] == 1 || piece.layout.strides[outer - 1] == run && targetStrides[outer - 1] == run
        {
            outer -= 1
            run *= common[outer]
        }
        var index = [Int](repeating: 0, count: outer)
        var lowest = from
        var highest = from
        while true {
            let target = UnsafeMutableRawBufferPointer(rebasing: block[to * width..<(to + run) * width])
            (lowest, highest) = (min(lowest, from), max(highest, from + run))
            if target.count >= Self.wholeRead {
                // Reading a long run from the file leaves no pages of the mapping resident.
                try? source.copy(at: from * width, into: target)
            } else {
                source.withUnsafeBytes {
                    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[from * width..<(from + run) * width]))
                }
            }
            var axis = outer - 1
            while axis >= 0 {
                index[axis] += 1
                from += piece.layout.strides[axis]
                to += targetStrides[axis]
                if index[axis] < common[axis] { break }
                from -= piece.layout.strides[axis] * common[axis]
                to -= targetStrides[axis] * common[axis]
                index[axis] = 0
                axis -= 1
            }
            if axis < 0 { break }
        }
        if let touched = try? source.slice(lowest * width..<highest * width) { touched.releasePages() }
    }

    /// Runs of this many bytes or more are read from the file.
    private static let wholeRead = 1 << 14
}

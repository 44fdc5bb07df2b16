import ByteIO
import TensorCore

extension LazyTensor {
    /// Whether any part of the elements can be read by itself: they are in row-major order, in one place or in pieces,
    /// or in any order in one place.
    package var hasRanges: Bool {
        guard hasElements, dtype.elementsPerByte == 1 else { return false }
        return isVerbatim && layout.isContiguous || form == .strided && storage.content.isInOnePlace
    }

    /// Copies a part of the row-major, little-endian elements. What is read of a mapped file does not stay resident, but
    /// for elements in another order, of which every part may be all over the storage.
    ///
    /// Without `hasRanges` each call makes all elements: ask for all of them at once then.
    /// - Parameters:
    ///   - range: in bytes; within `byteCount`.
    ///   - target: as large as the range.
    /// - Throws: as `contiguousBytes()`.
    package func copyElements(_ range: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws(CheckpointError) {
        if hasRanges, !(isVerbatim && layout.isContiguous) { return try gatherElements(range, into: target) }
        guard hasRanges, let pieces = storage.pieces else {
            let bytes = try contiguousBytes()
            do throws(ByteError) {
                try bytes.copy(at: range.lowerBound, into: target)
            } catch {
                throw CheckpointError(node.source.path, .noElements(unreadable ?? .meta))
            }
            return
        }
        try checkElements()
        let start = layout.offset * dtype.byteWidth
        var filled = 0
        pieces.forEachBlock(
            of: start + range.lowerBound..<start + range.upperBound, from: try pieces.sources()
        ) { block in
            UnsafeMutableRawBufferPointer(rebasing: target[filled..<filled + block.count]).copyMemory(from: block)
            filled += block.count
        }
    }

    /// - Parameter range: in bytes, of whole elements.
    private func gatherElements(
        _ range: Range<Int>, into target: UnsafeMutableRawBufferPointer
    ) throws(CheckpointError) {
        try checkElements()
        let (bytes, width) = (try storage.bytes(), dtype.byteWidth)
        bytes.withUnsafeBytes {
            layout.gatherBlocks(
                range.lowerBound / width..<range.upperBound / width, from: $0, width: width, into: target)
        }
        if isNegated { dtype.negate(target) }
        if isConjugated { dtype.conjugate(target) }
    }

    /// The storage in which the elements lie as `layout` says; nil where they are in row-major order anyway, or need
    /// more than a layout to be read.
    /// - Throws: as `contiguousBytes()`.
    package func bytesAsTheyLie() throws(CheckpointError) -> Bytes? {
        guard isVerbatim, hasRanges, !layout.isContiguous else { return nil }
        try checkElements()
        return try storage.bytes()
    }
}

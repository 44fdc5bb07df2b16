import ByteIO
import TensorCore

extension LazyTensor {
    /// Whether any part of the elements can be read by itself: they are in row-major order, in one place or in pieces.
    package var hasRanges: Bool { hasElements && isVerbatim && layout.isContiguous && dtype.elementsPerByte == 1 }

    /// Copies a part of the row-major, little-endian elements. What is read of a mapped file does not stay resident.
    ///
    /// Without `hasRanges` each call makes all elements: ask for all of them at once then.
    /// - Parameters:
    ///   - range: in bytes; within `byteCount`.
    ///   - target: as large as the range.
    /// - Throws: as `contiguousBytes()`.
    package func copyElements(_ range: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws(CheckpointError) {
        guard hasRanges, let pieces = storage.pieces else {
            let bytes = try contiguousBytes()
            do throws(ByteError) {
                try bytes.copy(at: range.lowerBound, into: target)
            } catch {
                throw CheckpointError(node.source.path, .noElements(form == .strided ? .meta : .form(form)))
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
}

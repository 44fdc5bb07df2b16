import ByteIO
import TensorCore

/// Reads a tensor's elements from the first to the last, as much at a time as is asked for: for several tensors that are
/// read side by side. Neither the storage nor a copy of the elements is in memory as a whole, except where the storage
/// must be unpacked or the elements are conjugated or negated.
package final class ElementReader {
    private let tensor: LazyTensor
    private var source: Source
    /// How many bytes have been read.
    private var position = 0

    private enum Source {
        case pieces
        case bytes(Bytes)
        case chunks(ChunkQueue)
    }

    /// Chunks of a strided tensor and what is left of the one under way.
    private final class ChunkQueue {
        private var chunks: ElementChunks
        private var rest: Slice<UnsafeRawBufferPointer>?
        private let source: Bytes

        init(_ source: Bytes, _ tensor: LazyTensor) {
            self.source = source
            chunks = ElementChunks(source, tensor.layout, width: tensor.dtype.byteWidth)
        }

        /// A chunk may touch all of the storage, and of several tensors that are read side by side all would be resident.
        private func nextChunk() -> Slice<UnsafeRawBufferPointer>? {
            defer { source.releasePages() }
            return chunks.next()?[...]
        }

        func read(into target: UnsafeMutableRawBufferPointer) {
            var filled = 0
            while filled < target.count {
                guard let chunk = rest ?? nextChunk() else { return }
                let part = chunk.prefix(target.count - filled)
                UnsafeMutableRawBufferPointer(rebasing: target[filled...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
                filled += part.count
                rest = part.count < chunk.count ? chunk.dropFirst(part.count) : nil
            }
        }
    }

    /// - Throws: as `LazyTensor.contiguousBytes()`.
    package init(_ tensor: LazyTensor) throws(CheckpointError) {
        try tensor.checkElements()
        self.tensor = tensor
        if tensor.hasRanges, tensor.isInPieces {
            source = .pieces
        } else if tensor.isVerbatim, !tensor.layout.isContiguous, !tensor.isInPieces {
            source = .chunks(ChunkQueue(try tensor.storage.bytes(), tensor))
        } else {
            source = .bytes(try tensor.contiguousBytes())
        }
    }

    /// Fills `target` with the next bytes.
    /// - Precondition: there are as many left of the tensor's `byteCount`.
    package func read(into target: UnsafeMutableRawBufferPointer) throws(CheckpointError) {
        precondition(target.count <= tensor.byteCount - position)
        switch source {
        case .pieces: try tensor.copyElements(position..<position + target.count, into: target)
        case .bytes(let bytes):
            do throws(ByteError) {
                try bytes.copy(at: position, into: target)
            } catch {
                throw CheckpointError(tensor.node.source.path, .noElements(.meta))
            }
        case .chunks(let queue): queue.read(into: target)
        }
        position += target.count
    }
}

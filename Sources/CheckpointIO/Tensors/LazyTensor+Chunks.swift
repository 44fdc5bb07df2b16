import ByteIO
import TensorCore

extension LazyTensor {
    /// Calls `body` with the elements in row-major order, little-endian, `size` bytes at a time, at last fewer. Neither
    /// the storage nor a copy of the elements is in memory as a whole, but for storages that must be unpacked.
    /// - Parameter size: a multiple of the element's width.
    /// - Throws: as `contiguousBytes()`, and what `body` throws.
    package func forEachChunk(of size: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try checkElements()
        if isVerbatim, layout.isContiguous, let pieces = storage.pieces {
            let start = layout.offset * dtype.byteWidth
            // Blocks need not end where chunks do.
            var chunk: [UInt8] = []
            chunk.reserveCapacity(min(size, byteCount))
            try pieces.forEachBlock(of: start..<start + byteCount, from: pieces.sources()) { (block) throws in
                var rest = block[...]
                while !rest.isEmpty {
                    let part = rest.prefix(size - chunk.count)
                    chunk += part
                    rest = rest.dropFirst(part.count)
                    if chunk.count == size {
                        try chunk.withUnsafeBytes(body)
                        chunk.removeAll(keepingCapacity: true)
                    }
                }
            }
            if !chunk.isEmpty { try chunk.withUnsafeBytes(body) }
            return
        }
        if !isVerbatim, hasRanges {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(size, byteCount), alignment: 64)
            defer { buffer.deallocate() }
            for start in stride(from: 0, to: byteCount, by: max(size, 1)) {
                let range = start..<min(start + size, byteCount)
                let chunk = UnsafeMutableRawBufferPointer(rebasing: buffer[..<range.count])
                try copyElements(range, into: chunk)
                try body(UnsafeRawBufferPointer(chunk))
            }
            return
        }
        guard isVerbatim, !layout.isContiguous else {
            return try contiguousBytes().forEachChunk(of: size) { (chunk) throws in try body(chunk) }
        }
        var pieces = ElementChunks(try storage.bytes(), layout, width: dtype.byteWidth)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(size, byteCount), alignment: 64)
        defer { buffer.deallocate() }
        var filled = 0
        while let piece = pieces.next() {
            var rest = piece[...]
            while !rest.isEmpty {
                let part = rest.prefix(buffer.count - filled)
                UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
                filled += part.count
                rest = rest.dropFirst(part.count)
                if filled == buffer.count {
                    try body(UnsafeRawBufferPointer(buffer))
                    filled = 0
                }
            }
        }
        if filled > 0 { try body(UnsafeRawBufferPointer(rebasing: buffer[..<filled])) }
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A run of bytes as a place in a file.
public struct FileRegion: Sendable {
    /// The path that the file was opened by.
    public var path: String { file.path }
    /// The offset of the first byte in the file.
    public let offset: Int
    public let count: Int
    let file: FileDescriptor
}

extension Bytes {
    /// The place in a mapped file that these bytes are, or nil for bytes on the heap.
    public var fileRegion: FileRegion? {
        guard let file = storage.file else { return nil }
        return FileRegion(offset: base - UnsafeRawPointer(storage.base), count: count, file: file)
    }

    /// Calls `body` with the bytes in order, at most `size` at a time. What lies in a mapped file leaves this
    /// process's resident memory again after each call.
    public func forEachChunk<Failure: Error>(
        of size: Int = 1 << 20, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        defer { withExtendedLifetime(storage) {} }
        var offset = 0
        while offset < count {
            let length = Swift.min(size, count - offset)
            try body(UnsafeRawBufferPointer(start: base + offset, count: length))
            releasePages(at: offset, count: length)
            offset += length
        }
    }

    /// Takes the whole pages of a mapped file under these bytes out of resident memory. They stay readable.
    public func releasePages() { releasePages(at: 0, count: count) }

    private func releasePages(at offset: Int, count: Int) {
        guard let region = fileRegion, count > 0 else { return }
        let page = Int(getpagesize())
        let first = (region.offset + offset) / page * page
        let end = region.offset + offset + count
        madvise(storage.base + first, end - first, MADV_DONTNEED)
    }
}

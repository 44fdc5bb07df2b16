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

    /// Calls `body` with the bytes in order, at most `size` at a time. The buffer is valid during the call only.
    ///
    /// What lies in a mapped file is read from that file into one small buffer: neither does the whole become
    /// resident, nor does each page cost a fault.
    public func forEachChunk<Failure: Error>(
        of size: Int = 1 << 18, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        defer { withExtendedLifetime(storage) {} }
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: storage.file == nil ? 0 : Swift.min(size, count), alignment: 64)
        defer { buffer.deallocate() }
        var offset = 0
        while offset < count {
            let length = Swift.min(size, count - offset)
            if length <= buffer.count, read(into: .init(rebasing: buffer[..<length]), at: offset) {
                try body(UnsafeRawBufferPointer(rebasing: buffer[..<length]))
            } else {
                try body(UnsafeRawBufferPointer(start: base + offset, count: length))
            }
            offset += length
        }
    }

    /// A copy in memory of its own of `count` bytes from `offset` on.
    ///
    /// What lies in a mapped file is read from that file, so that short reads all over a large one don't make
    /// it resident.
    /// - Throws: `ByteError.truncated` when they are not all there.
    public func copy(at offset: Int, count: Int) throws(ByteError) -> Bytes {
        let source = try slice(at: offset, count: count)
        return Bytes(count: count) { target in
            if !source.read(into: target, at: 0) {
                target.copyMemory(from: UnsafeRawBufferPointer(start: source.base, count: count))
            }
        }
    }

    /// Fills `buffer` from the mapped file, starting `offset` bytes into these.
    /// - Returns: false if they lie on the heap or cannot be read so; the mapping itself has the last word then.
    private func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Bool {
        guard let region = fileRegion else { return false }
        return (try? region.file.read(into: buffer, at: region.offset + offset)) != nil
    }

    /// Takes the pages of a mapped file under these bytes out of resident memory. They stay readable.
    public func releasePages() {
        guard let region = fileRegion, count > 0 else { return }
        let page = Int(getpagesize())
        let first = region.offset / page * page
        madvise(storage.base + first, region.offset + count - first, MADV_DONTNEED)
    }
}

import PlatformC

#if canImport(CLinux)
    import CLinux
#endif

/// A run of bytes as a place in a file.
package struct FileRegion: Sendable {
    /// The path that the file was opened by.
    package var path: String { file.path }
    /// The offset of the first byte in the file.
    package let offset: Int
    package let count: Int
    let file: FileDescriptor
}

extension Bytes {
    /// The place in a mapped file that these bytes are, or nil for bytes on the heap.
    package var fileRegion: FileRegion? {
        guard let file = storage.file else { return nil }
        return FileRegion(offset: base - UnsafeRawPointer(storage.base), count: count, file: file)
    }

    /// Calls `body` with the bytes in order, at most `size` at a time. The buffer is valid during the call only.
    ///
    /// What lies in a mapped file is read from that file into one small buffer: neither does the whole become
    /// resident, nor does each page cost a fault.
    package func forEachChunk<Failure: Error>(
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
    package func copy(at offset: Int, count: Int) throws(ByteError) -> Bytes {
        let source = try slice(at: offset, count: count)
        return Bytes(count: count) { source.copy(into: $0) }
    }

    /// Fills `target` with the bytes from `offset` on, as `copy(at:count:)` does.
    /// - Throws: `ByteError.truncated` when they are not all there.
    package func copy(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(ByteError) {
        try slice(at: offset, count: target.count).copy(into: target)
    }

    private func copy(into target: UnsafeMutableRawBufferPointer) {
        if read(into: target, at: 0) { return }
        withUnsafeBytes { target.copyMemory(from: $0) }
    }

    /// The integer of type `type` at `offset`, as `load` gives it, but read from the file where these lie in a mapped one.
    /// - Throws: `ByteError.truncated` when its bytes are not all there.
    package func read<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type, at offset: Int, _ order: ByteOrder = .little
    ) throws(ByteError) -> Value {
        var value = Value.zero
        let source = try slice(at: offset, count: MemoryLayout<Value>.size)
        guard withUnsafeMutableBytes(of: &value, { source.read(into: $0, at: 0) }) else {
            return try load(type, at: offset, order)
        }
        return order == .little ? Value(littleEndian: value) : Value(bigEndian: value)
    }

    /// Fills `buffer` from the mapped file, starting `offset` bytes into these.
    /// - Returns: false if they lie on the heap or cannot be read so; the mapping itself has the last word then.
    private func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Bool {
        guard let region = fileRegion else { return false }
        return (try? region.file.read(into: buffer, at: region.offset + offset)) != nil
    }

    /// Brings the pages of a mapped file under these bytes into memory. Only a hint.
    ///
    /// One page of each run that Linux maps at a touch is asked for: to ask for all takes twice as long.
    func populatePages() {
        #if os(Linux)
            let pageSize = Int(getpagesize())
            guard let pages = pages(alignment: pageSize) else { return }
            let start = Int(bitPattern: storage.base)
            var next = pages.lowerBound
            while next < pages.upperBound {
                guard madvise(storage.base + next, pageSize, Int32(CLINUX_MADV_POPULATE_READ)) == 0 else { return }
                next = ((start + next) / Self.faultAround + 1) * Self.faultAround - start
            }
        #endif
    }

    /// Has the system begin to read what lies in a mapped file, as a whole: for a caller who takes it in small parts.
    /// Only a hint.
    package func prefetch() {
        guard let pages = pages(alignment: Int(getpagesize())) else { return }
        madvise(storage.base + pages.lowerBound, pages.count, MADV_WILLNEED)
    }

    /// Takes the pages of a mapped file under these bytes out of resident memory, with those that a touch brings along.
    /// They stay readable.
    package func releasePages() {
        guard let pages = pages(alignment: Self.faultAround) else { return }
        madvise(storage.base + pages.lowerBound, pages.count, MADV_DONTNEED)
    }

    /// What Linux maps at a touch, aligned to as much.
    private static let faultAround = 1 << 16

    /// The bytes of the mapped file that these lie in, to multiples of `alignment` in memory; nil for those on the heap.
    private func pages(alignment: Int) -> Range<Int>? {
        guard let region = fileRegion, count > 0 else { return nil }
        let start = Int(bitPattern: storage.base)
        let first = (start + region.offset) / alignment * alignment - start
        let end = (start + region.offset + count + alignment - 1) / alignment * alignment - start
        return Swift.max(first, 0)..<Swift.min(end, storage.count)
    }

    /// These and, in the same mapped file, `next`, which begins no more than `gap` bytes after them; nil otherwise.
    func extended(over next: Bytes, gap: Int) -> Bytes? {
        guard storage === next.storage, next.base >= base, next.base - (base + count) <= gap else { return nil }
        return Bytes(storage: storage, base: base, count: Swift.max(count, next.base - base + next.count))
    }
}

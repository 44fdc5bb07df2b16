#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The memory behind `Bytes`: a mapped file or a heap buffer, released with the last slice of it.
@usableFromInline
final class ByteStorage: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let count: Int
    /// The file that is mapped here from its first byte, or nil for a heap buffer.
    let file: FileDescriptor?

    /// A heap buffer, 64-byte aligned, not initialised.
    init(allocating count: Int) {
        self.base = .allocate(byteCount: max(count, 1), alignment: 64)
        self.count = count
        self.file = nil
    }

    /// Maps the first `count` bytes of `file`, read-only.
    init(mapping file: FileDescriptor, count: Int) throws(IOError) {
        guard count > 0 else {
            self.base = .allocate(byteCount: 1, alignment: 64)
            self.count = 0
            self.file = file
            return
        }
        guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, file.descriptor, 0), base != MAP_FAILED else {
            throw IOError(.map, file.path)
        }
        self.base = base
        self.count = count
        self.file = file
    }

    deinit {
        if file != nil, count > 0 {
            munmap(base, count)
        } else {
            base.deallocate()
        }
    }
}

import PlatformC

/// The memory behind `Bytes`: a mapped file or a heap buffer, released with the last slice of it.
///
/// A large buffer has pages of its own, which go back to the system with it: in the heap they would stay resident.
///
/// Not checked: written only before it becomes part of a `Bytes`, and read-only from then on.
@usableFromInline
final class ByteStorage: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let count: Int
    /// The file that is mapped here from its first byte, or nil for a heap buffer.
    let file: FileDescriptor?
    private let isMapped: Bool

    /// A heap buffer, 64-byte aligned, not initialised.
    init(allocating count: Int) {
        if count >= Self.ownPages,
            let pages = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            pages != MAP_FAILED
        {
            #if canImport(Glibc)
                // Fewer of them, of 2 MiB: each costs an interruption at the first touch. Only a hint.
                madvise(pages, count, MADV_HUGEPAGE)
            #endif
            base = pages
            isMapped = true
        } else {
            base = .allocate(byteCount: max(count, 1), alignment: 64)
            isMapped = false
        }
        self.count = count
        self.file = nil
    }

    /// In bytes.
    private static let ownPages = 1 << 23

    /// Maps the first `count` bytes of `file`, read-only.
    init(mapping file: FileDescriptor, count: Int) throws(IOError) {
        guard count > 0 else {
            self.base = .allocate(byteCount: 1, alignment: 64)
            self.count = 0
            self.file = file
            isMapped = false
            return
        }
        let mapped = try file.withDescriptor { mmap(nil, count, PROT_READ, MAP_PRIVATE, $0, 0) }
        guard let base = mapped, base != MAP_FAILED else {
            throw IOError(.map, file.path)
        }
        self.base = base
        self.count = count
        self.file = file
        isMapped = true
    }

    deinit {
        if isMapped {
            munmap(base, count)
        } else {
            base.deallocate()
        }
    }
}

#if canImport(Glibc)
    import CLinux
    import Glibc
#endif

/// The memory that a tool's objects lie in.
public enum HeapPages {
    /// What one growth of the heap adds.
    private static let step: Int32 = 32 << 20
    /// Of a large page.
    private static let pageSize: UInt = 1 << 21
    /// Blocks from this size on get pages of their own, which go back to the system with them.
    private static let ownPages: Int32 = 8 << 20

    /// Lets the heap grow in large steps, the first of them on large pages where the system has them (Linux's
    /// `transparent_hugepage`).
    ///
    /// A checkpoint of ten thousand tensors fills some 4,000 pages of 4 kB, each of which costs an interruption of
    /// 1 to 2 µs: a third of the time it takes to show it. Address space is taken here, no memory.
    static func enlarge() {
        #if canImport(Glibc)
            guard mallopt(M_TOP_PAD, step) == 1, mallopt(M_TRIM_THRESHOLD, 2 * step) == 1,
                mallopt(M_MMAP_THRESHOLD, ownPages) == 1, let before = sbrk(0)
            else { return }
            // More than the heap has left: it grows. To ask for the size keeps the compiler from leaving both out.
            let block = malloc(1 << 20)
            let size = malloc_usable_size(block)
            free(block)
            guard size > 0, let after = sbrk(0), after > before else { return }
            let start = (UInt(bitPattern: before) + pageSize - 1) & ~(pageSize - 1)
            guard start < UInt(bitPattern: after), let first = UnsafeMutableRawPointer(bitPattern: start) else {
                return
            }
            madvise(first, UnsafeMutableRawPointer(after) - first, MADV_HUGEPAGE)
        #endif
    }

    /// The same for a thread that makes about as much: the C library gives it a heap of its own, which otherwise grows
    /// page by page.
    public static func enlargeForThread() {
        #if canImport(Glibc)
            // Blocks that are just too small for pages of their own; freed, they stay with the heap.
            let size = Int(ownPages) - (1 << 16)
            let (block, next) = (malloc(size), malloc(size))
            defer {
                free(next)
                free(block)
            }
            // One range, where they are neighbours: between two there would be up to 2 MB of small pages.
            guard let block, let next, next > block, next - block <= malloc_usable_size(block) + (1 << 12) else { return }
            let start = (UInt(bitPattern: block) + pageSize - 1) & ~(pageSize - 1)
            guard let first = UnsafeMutableRawPointer(bitPattern: start) else { return }
            madvise(first, next + malloc_usable_size(next) - first, MADV_HUGEPAGE)
        #endif
    }
}

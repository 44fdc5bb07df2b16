#if canImport(Glibc)
    import CLinux
    import Glibc
#endif

/// The memory that a tool's objects lie in.
package enum HeapPages {
    /// What one growth of the heap adds.
    private static let step: Int32 = 32 << 20
    /// Bytes of a large page.
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

    /// The same for a thread that makes about as much: the C library gives it a heap of its own.
    package static func enlargeForThread() {
        #if canImport(Glibc)
            guard let block = malloc(1 << 12), malloc_usable_size(block) > 0 else { return }
            free(block)
            // `enlarge` has seen to the heap of the first thread, which lies below the break.
            guard let end = sbrk(0), block > end else { return }
            let address = UInt(bitPattern: block)
            let start = (address + pageSize) & ~(pageSize - 1)
            guard let pages = UnsafeMutableRawPointer(bitPattern: start) else { return }
            madvise(pages, Int(address) + Int(step) - Int(start), MADV_HUGEPAGE)
            // What lies before the first large page has been touched, and so consists of small ones: it is left alone.
            let gap = Int(start - address) - (1 << 12)
            if gap > 0 { _ = malloc_usable_size(malloc(gap)) }
        #endif
    }
}

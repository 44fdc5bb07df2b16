#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Floats that start at a cache line, all zero at first.
final class AlignedBuffer: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    let count: Int

    /// Bytes that the floats take.
    var bytes: Int { count * MemoryLayout<Float>.stride }

    init(count: Int) {
        self.count = count
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let alignment = bytes >= Self.hugePage ? Self.hugePage : 64
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: alignment)
        #if os(Linux)
            // Weights are read from end to end on each run: fewer pages, fewer misses of the TLB. Only a hint.
            if bytes >= Self.hugePage { madvise(memory, bytes, Int32(MADV_HUGEPAGE)) }
        #endif
        base = memory.initializeMemory(as: Float.self, repeating: 0, count: max(count, 1))
    }

    deinit { UnsafeMutableRawPointer(base).deallocate() }

    private static let hugePage = 2 << 20
}

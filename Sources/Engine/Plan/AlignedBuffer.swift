#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Floats that start at a cache line.
final class AlignedBuffer: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    let count: Int

    /// Bytes that the floats take.
    var bytes: Int { count * MemoryLayout<Float>.stride }

    /// - Parameter value: what all floats hold at first.
    init(count: Int, filledWith value: Float = 0) {
        self.count = count
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let alignment = bytes >= Self.hugePage ? Self.hugePage : 64
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: alignment)
        #if os(Linux)
            // Weights are read from end to end on each run: fewer pages, fewer misses of the TLB. Only a hint.
            if bytes >= Self.hugePage { madvise(memory, bytes, Int32(MADV_HUGEPAGE)) }
        #endif
        base = memory.initializeMemory(as: Float.self, repeating: value, count: max(count, 1))
    }

    deinit { UnsafeMutableRawPointer(base).deallocate() }

    private static let hugePage = 2 << 20
}

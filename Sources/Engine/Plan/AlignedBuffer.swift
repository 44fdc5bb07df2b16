import PlatformC
import Synchronization

/// Floats that start at a cache line.
///
/// Not checked: the address and the count stay; what the floats hold is up to the plan, which runs one program at a time and
/// gives each thread its own part of a step.
final class AlignedBuffer: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    let count: Int
    private let reserve: BufferReserve?

    /// Bytes that the floats take.
    var bytes: Int { count * MemoryLayout<Float>.stride }

    /// - Parameter value: what all floats hold at first.
    init(count: Int, filledWith value: Float = 0) {
        self.count = count
        reserve = nil
        base = Self.allocate(count)
        base.initialize(repeating: value, count: max(count, 1))
    }

    /// Floats that hold anything at first.
    /// - Parameter reserve: where the memory comes from if there is some, and goes to.
    init(uninitialized count: Int, from reserve: BufferReserve?) {
        self.count = count
        self.reserve = reserve
        base = reserve?.take(count) ?? Self.allocate(count)
    }

    deinit {
        if let reserve { reserve.give(base, count) } else { UnsafeMutableRawPointer(base).deallocate() }
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let alignment = bytes >= hugePage ? hugePage : 64
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: alignment)
        #if os(Linux)
            // Weights are read from end to end on each run: fewer pages, fewer misses of the TLB. Only a hint.
            if bytes >= hugePage { madvise(memory, bytes, Int32(MADV_HUGEPAGE)) }
        #endif
        return memory.bindMemory(to: Float.self, capacity: max(count, 1))
    }

    private static let hugePage = 2 << 20
}

/// Memory of plans that are gone, for the next plan of the same graph: the system need not clear it again.
package final class BufferReserve: Sendable {
    /// Not checked: memory in the reserve has no other owner.
    private struct Memory: @unchecked Sendable {
        let base: UnsafeMutablePointer<Float>
    }

    /// By the number of floats.
    private let free = Mutex<[Int: [Memory]]>([:])

    package init() {}

    deinit {
        free.withLock { free in
            for memory in free.values.joined() { UnsafeMutableRawPointer(memory.base).deallocate() }
        }
    }

    fileprivate func take(_ count: Int) -> UnsafeMutablePointer<Float>? {
        free.withLock { $0[count]?.popLast() }?.base
    }

    fileprivate func give(_ base: UnsafeMutablePointer<Float>, _ count: Int) {
        let memory = Memory(base: base)
        free.withLock { $0[count, default: []].append(memory) }
    }
}

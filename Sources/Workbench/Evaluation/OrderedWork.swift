import Dispatch
import Synchronization

/// Computes parts of `0..<count` on several threads and hands the results to `use` on this one, in order.
/// - Parameters:
///   - size: how many neighbours make a part; the last may have fewer.
///   - workers: how many threads compute; each calls `compute` with its own number below that.
/// - Throws: what `compute` or `use` throws first, in the order of the parts; what follows is dropped.
func forEachPart<Result: Sendable>(
    of size: Int, in count: Int, workers: Int,
    compute: @escaping @Sendable (_ worker: Int, _ part: Range<Int>) throws -> Result,
    use: (_ part: Range<Int>, Result) throws -> Void
) throws {
    let parts = (count + size - 1) / size
    let work = OrderedWork<Result>(ahead: 4 * workers)
    let group = DispatchGroup()
    for worker in 0..<min(workers, parts) {
        DispatchQueue.global().async(group: group) {
            while let index = work.next(below: parts) {
                let part = index * size..<min((index + 1) * size, count)
                work.put(Swift.Result { try compute(worker, part) }, at: index)
            }
        }
    }
    defer {
        work.stop()
        group.wait()
    }
    for index in 0..<parts {
        try use(index * size..<min((index + 1) * size, count), work.take(index).get())
    }
}

/// Results that wait for their turn.
private final class OrderedWork<Value: Sendable>: Sendable {
    /// Parts that may be begun: no thread runs far ahead of a slow one.
    private let room = DispatchSemaphore(value: 0)
    /// Results that were put down.
    private let ready = DispatchSemaphore(value: 0)
    private let state = Mutex(State())

    private struct State {
        var next = 0
        var results: [Int: Result<Value, any Error>] = [:]
        var isStopped = false
    }

    // A semaphore must not end below the value that it began with.
    init(ahead: Int) { for _ in 0..<ahead { room.signal() } }

    /// The number of a part to compute; nil where there is none left, or none is wanted any more.
    func next(below count: Int) -> Int? {
        room.wait()
        let index = state.withLock { state -> Int? in
            guard !state.isStopped, state.next < count else { return nil }
            state.next += 1
            return state.next - 1
        }
        // The others find out, too.
        if index == nil { room.signal() }
        return index
    }

    func put(_ result: Result<Value, any Error>, at index: Int) {
        state.withLock { $0.results[index] = result }
        ready.signal()
    }

    /// Waits for a result, which makes room for another.
    func take(_ index: Int) -> Result<Value, any Error> {
        while true {
            if let result = state.withLock({ $0.results.removeValue(forKey: index) }) {
                room.signal()
                return result
            }
            ready.wait()
        }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        room.signal()
    }
}

import Dispatch
import Synchronization

/// Prepares the batches of `0..<count` in order on another thread, at most two ahead of `use`, which is called with each in
/// order.
/// - Throws: what `use` throws; the batches after it are dropped.
func forEachBatch<Batch: Sendable>(
    of size: Int, in count: Int, prepare: @escaping @Sendable (Range<Int>) -> Batch,
    use: (Range<Int>, Batch) throws -> Void
) throws {
    let queue = BatchQueue<Batch>()
    let producer = DispatchGroup()
    DispatchQueue.global().async(group: producer) {
        for start in stride(from: 0, to: count, by: size) {
            guard queue.awaitRoom() else { return }
            queue.put(prepare(start..<min(start + size, count)))
        }
    }
    defer {
        queue.stop()
        producer.wait()
    }
    for start in stride(from: 0, to: count, by: size) {
        try use(start..<min(start + size, count), queue.take())
    }
}

/// Batches that wait to be used.
private final class BatchQueue<Batch: Sendable>: Sendable {
    private let room = DispatchSemaphore(value: 2)
    private let ready = DispatchSemaphore(value: 0)
    private let state = Mutex(State())

    private struct State {
        var batches: [Batch] = []
        var isStopped = false
    }

    /// Waits until another batch may be prepared.
    /// - Returns: false where none is wanted any more.
    func awaitRoom() -> Bool {
        room.wait()
        return state.withLock { !$0.isStopped }
    }

    func put(_ batch: Batch) {
        state.withLock { $0.batches.append(batch) }
        ready.signal()
    }

    /// Waits for the next batch.
    func take() -> Batch {
        ready.wait()
        defer { room.signal() }
        return state.withLock { $0.batches.removeFirst() }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        room.signal()
    }
}

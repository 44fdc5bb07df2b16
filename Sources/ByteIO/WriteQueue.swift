import Dispatch
import Synchronization

/// Writes batches to a file on a thread of its own, in the order in which they come, so that the next is made
/// meanwhile. A failure ends the writing.
final class WriteQueue: Sendable {
    private let queue = DispatchQueue(label: "WriteQueue")
    /// Signalled for each batch that was written.
    private let room = DispatchSemaphore(value: WriteQueue.depth)
    private let state = Mutex(State())
    /// Used on the queue only.
    private let appender: Mutex<FileAppender>

    private struct State {
        var failure: IOError?
        var isStopped = false
        /// Batches to be filled again.
        var written: [WriteBatch] = []
    }

    /// Batches that may wait.
    private static let depth = 4

    init(_ file: FileDescriptor) { appender = Mutex(FileAppender(file)) }

    /// Has a batch written; waits while too many are. Whether that goes well, `checkFailure()` tells.
    /// - Returns: an empty one, in the place of the given one, which is the queue's now.
    func submit(_ batch: WriteBatch) -> WriteBatch {
        batch.populatePages()
        room.wait()
        queue.async { [self] in
            perform { (appender) throws(IOError) in try appender.append(batch) }
            state.withLock { $0.written.append(batch) }
            room.signal()
        }
        let next = state.withLock { $0.written.popLast() } ?? WriteBatch()
        next.removeAll()
        return next
    }

    /// Sets room on the disk aside for the bytes to come, as far as it is known how many they are.
    func reserve(_ count: Int) {
        queue.async { [self] in perform { (appender) in appender.reserve(count) } }
    }

    /// Has what was submitted made durable, without waiting for it.
    func startSync() {
        queue.async { [self] in perform { (appender) throws(IOError) in try appender.sync() } }
    }

    /// Waits until everything submitted is done.
    func drain() throws(IOError) {
        queue.sync {}
        try checkFailure()
    }

    /// - Throws: what ended the writing, if anything did so far.
    func checkFailure() throws(IOError) {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// Leaves out what has not begun; returns when nothing is being written any more.
    func stop() {
        state.withLock { $0.isStopped = true }
        queue.sync {}
    }

    private func perform(_ body: (inout FileAppender) throws(IOError) -> Void) {
        guard state.withLock({ $0.failure == nil && !$0.isStopped }) else { return }
        do throws(IOError) {
            try appender.withLock { (appender) throws(IOError) in try body(&appender) }
        } catch {
            state.withLock { $0.failure = error }
        }
    }
}

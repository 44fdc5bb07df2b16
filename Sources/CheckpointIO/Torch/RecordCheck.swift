import Synchronization

/// A checksum that is compared once, when its bytes are first asked for.
final class RecordCheck: Sendable {
    private let isDone = Mutex(false)
    private let body: @Sendable () throws(CheckpointError) -> Void

    /// - Parameter body: reads the bytes; throws if they are not as they were written.
    init(_ body: @escaping @Sendable () throws(CheckpointError) -> Void) { self.body = body }

    func run() throws(CheckpointError) {
        if isDone.withLock({ $0 }) { return }
        try body()
        isDone.withLock { $0 = true }
    }
}

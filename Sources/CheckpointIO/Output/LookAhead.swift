import ByteIO
import Dispatch
import Synchronization
import TensorCore

/// Computes tensors on a second thread, in the order in which they are written and ahead of the writing.
///
/// What is computed and not yet taken never exceeds a bound, but for a single tensor that does so alone.
final class LookAhead: Sendable {
    private let tensors: [(key: Key, tensor: ComputedTensor)]
    /// The path of the output, for errors.
    private let path: String
    private let memoryLimit: Int

    private struct State {
        /// Computed and not taken yet, by position.
        var results: [Int: Result<Bytes, CheckpointError>] = [:]
        /// Bytes that are computed, or being computed, and not taken.
        var held = 0
        var taken = 0
        var isStopped = false
    }

    private let state = Mutex(State())
    /// Signalled for each result, and for each room that a taken one leaves.
    private let filled = DispatchSemaphore(value: 0)
    private let freed = DispatchSemaphore(value: 0)
    private let worker = DispatchGroup()

    init(_ tensors: [(key: Key, tensor: ComputedTensor)], path: String, memoryLimit: Int = 1 << 24) {
        self.tensors = tensors
        self.path = path
        self.memoryLimit = memoryLimit
        guard !tensors.isEmpty else { return }
        DispatchQueue.global().async(group: worker) { [self] in work() }
    }

    /// The bytes of the next tensor.
    /// - Precondition: called no more often than there are tensors, by one thread.
    func next() throws(CheckpointError) -> Bytes {
        filled.wait()
        let result = state.withLock { state in
            defer { state.taken += 1 }
            state.held -= tensors[state.taken].tensor.byteCount
            return state.results.removeValue(forKey: state.taken)
        }
        freed.signal()
        guard let result else { preconditionFailure("no tensor was to be computed") }
        return try result.get()
    }

    /// Ends the computing, whether or not everything was taken; returns when it has ended.
    func stop() {
        state.withLock { $0.isStopped = true }
        freed.signal()
        worker.wait()
    }

    private func work() {
        for (position, item) in tensors.enumerated() {
            guard reserve(item.tensor.byteCount) else { return }
            let result = Result { () throws(CheckpointError) in try item.tensor.checkedBytes(item.key, path: path) }
            state.withLock { $0.results[position] = result }
            filled.signal()
            if case .failure = result { return }
        }
    }

    /// Waits until as many bytes fit.
    /// - Returns: false if nobody wants them any more.
    private func reserve(_ count: Int) -> Bool {
        while true {
            let answer: Bool? = state.withLock { state in
                if state.isStopped { return false }
                guard state.held == 0 || count <= memoryLimit - state.held else { return nil }
                state.held += count
                return true
            }
            if let answer { return answer }
            freed.wait()
        }
    }
}

extension ComputedTensor {
    /// - Parameter path: of the output, for errors.
    fileprivate func checkedBytes(_ key: Key, path: String) throws(CheckpointError) -> Bytes {
        let bytes: Bytes
        do {
            bytes = try self.bytes()
        } catch {
            throw CheckpointError(error, in: key, path: path)
        }
        guard bytes.count == byteCount else {
            throw CheckpointError(path, .computedSize(key: key, expected: byteCount, found: bytes.count))
        }
        return bytes
    }

    /// Passes the bytes to `write`, part by part, if they come so.
    /// - Parameter path: of the output, for errors.
    func forEachPart(
        _ key: Key, path: String, _ write: (UnsafeRawBufferPointer) throws(IOError) -> Void
    ) throws(CheckpointError) {
        guard let parts else { return }
        var count = 0
        do {
            try parts { part in
                count += part.count
                // What comes too much is counted, not written.
                if count <= byteCount { try write(part) }
            }
        } catch let error as IOError {
            throw CheckpointError(path, .io(error))
        } catch {
            throw CheckpointError(error, in: key, path: path)
        }
        guard count == byteCount else {
            throw CheckpointError(path, .computedSize(key: key, expected: byteCount, found: count))
        }
    }
}

extension CheckpointError {
    /// What the computing of a tensor threw.
    fileprivate init(_ error: any Error, in key: Key, path: String) {
        self = error as? CheckpointError ?? CheckpointError(path, .computation(key: key, String(describing: error)))
    }
}

import CheckpointIO
import Synchronization
import TensorCore
import TensorOperations

/// The numbers that casts found too large, tensor by tensor, in the order in which these are written, and the tensors
/// that were not cast.
package final class OverflowReport: Sendable {
    /// Whether they are written as what PyTorch makes of them; else they are an error.
    private let isAllowed: Bool
    private let counts = Mutex<[(key: Key, count: Int, result: String)]>([])

    /// Tensors that a cast of all passed over.
    private let uncast = Mutex<[(key: Key, form: String)]>([])

    /// Tensors that were cast without their scales.
    private let unscaled = Mutex<UnscaledCast?>(nil)

    init(isAllowed: Bool) { self.isAllowed = isAllowed }

    /// Casts of one tensor: calls `body` with a tally, and judges what it has counted.
    /// - Throws: `WorkbenchError.overflow`, and what `body` throws.
    func tallying<Result>(_ key: Key, to dtype: DType, _ body: (OverflowTally) throws -> Result) throws -> Result {
        let tally = OverflowTally()
        let result = try body(tally)
        guard tally.count > 0 else { return result }
        guard isAllowed else {
            throw WorkbenchError.overflow(count: tally.count, dtype: dtype.rawValue, result: dtype.overflowResult)
        }
        counts.withLock { $0.append((key, tally.count, dtype.overflowResult)) }
        return result
    }

    /// Notes a tensor of floats that has no elements of its own to cast.
    func passOver(_ key: Key, _ tensor: LazyTensor) {
        let form = tensor.form == .wrapper ? tensor.typeName ?? tensor.form.rawValue : tensor.form.rawValue
        uncast.withLock { $0.append((key, form)) }
    }

    /// Notes tensors whose scales a cast of all did not heed.
    func passOver(_ cast: UnscaledCast) { unscaled.withLock { $0 = cast } }

    /// What was written so, and what was not cast, once everything is written: one sentence each.
    package var notes: [String] { [unscaled.withLock { $0?.note }, overflowNote, uncastNote].compactMap(\.self) }

    private var uncastNote: String? {
        uncast.withLock { uncast in
            guard let first = uncast.first else { return nil }
            let rest = uncast.count == 1 ? " keeps its type" : " and \(uncast.count - 1) more keep their types"
            return "'\(first.key)' (\(first.form))\(rest): only the elements of dense tensors are cast"
        }
    }

    private var overflowNote: String? {
        counts.withLock { counts in
            guard let first = counts.first else { return nil }
            let total = counts.reduce(0) { $0 + $1.count }
            let tensors =
                counts.count == 1
                ? "in '\(first.key)'" : "in \(countText(counts.count, "tensor")), first '\(first.key)'"
            let results = Set(counts.map { $0.result }).sorted().joined(separator: " or ")
            return "\(countText(total, "value")) too large for the type written as \(results) \(tensors)"
        }
    }
}

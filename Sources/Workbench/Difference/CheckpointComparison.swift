import CheckpointIO
import CommandLineKit
import Dispatch
import JSON
import KeyRules
import Synchronization
import TensorCore

/// What to compare with what.
public struct DifferenceOptions: Sendable {
    public var checkpoint: String
    public var reference: ModelReference
    public var stateKey: String?
    public var ignored: [Glob]

    public init(checkpoint: String, reference: ModelReference, stateKey: String? = nil, ignored: [Glob] = []) {
        self.checkpoint = checkpoint
        self.reference = reference
        self.stateKey = stateKey
        self.ignored = ignored
    }
}

/// A checkpoint held against a model or another checkpoint. No tensor is read.
public struct CheckpointComparison: Sendable {
    public let file: String
    /// The name of the model, or the path of the other checkpoint.
    public let reference: String
    /// What of the model was taken from the checkpoint: sentences.
    public let notes: [String]
    public let difference: ShapeDifference
    /// What loading the file in Python would do besides; nil for an ordinary one.
    public let safetyWarning: String?

    /// What was compared: to be kept where taking it down would only cost time.
    private let checkpoints: [Checkpoint]

    /// - Throws: `CheckpointError`, `ModelZooError`; where neither side opens, what is wrong with the reference.
    public init(_ options: DifferenceOptions) throws {
        let expecting = Mutex<Result<(model: PlanRequest.Model, checkpoint: Checkpoint?), any Error>?>(nil)
        let finding = Mutex<Result<(checkpoint: Checkpoint, tensors: [TensorSignature]), any Error>?>(nil)
        DispatchQueue.concurrentPerform(iterations: 2) { side in
            HeapPages.enlargeForThread()
            if side == 0 {
                let result = Result { try options.reference.opened() }
                expecting.withLock { $0 = result }
            } else {
                let result = Result {
                    let checkpoint = try Checkpoint.open(options.checkpoint)
                    let tensors = try checkpoint.stateDict(at: options.stateKey).tensors.map { $0.signature }
                    return (checkpoint: checkpoint, tensors: tensors)
                }
                finding.withLock { $0 = result }
            }
        }
        guard let (model, other) = try expecting.withLock({ try $0?.get() }),
            let (checkpoint, tensors) = try finding.withLock({ try $0?.get() })
        else { preconditionFailure("a side was not opened") }
        file = options.checkpoint
        let adapted = try options.reference.adapted(to: tensors)
        notes = adapted?.notes ?? []
        reference = model.name
        checkpoints = [checkpoint] + (other.map { [$0] } ?? [])
        safetyWarning = checkpoint.safetyWarning
        difference = ShapeDifference(
            expected: try adapted?.definition.signatures ?? model.tensors ?? [], found: tensors, ignoring: options.ignored)
    }

    public func text(_ palette: Palette) -> String { difference.text(file: file, reference: reference, palette) }

    public var json: JSONValue { difference.json }
}

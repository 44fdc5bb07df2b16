import CheckpointIO
import CommandLineKit
import KeyRules
import ModelZoo
import TensorCore

/// What a state dict is held against.
package enum ModelReference: Sendable, Equatable {
    case model(ModelSource)
    /// The path of another checkpoint; the first usual dictionary in it counts.
    case checkpoint(String)

    /// What `--model` or `--config`, and `--against` say; nil where neither is given.
    package init?(model: ModelSource?, against path: String?) throws(UsageError) {
        switch (model, path) {
        case (let model?, nil): self = .model(model)
        case (nil, let path?): self = .checkpoint(path)
        case (nil, nil): return nil
        case (_?, _?): throw .combination("--against excludes --model, --config and --program")
        }
    }

    /// The model with the numbers of classes and input channels of a checkpoint under its keys; nil where it has no
    /// others than its own, and for a checkpoint.
    /// - Parameter description: as `opened()` gives it.
    /// - Throws: `ModelZooError.disagreement` where two tensors state different numbers.
    func adapted(
        _ description: ModelDescription?, to checkpoint: [TensorSignature]
    ) throws -> (model: ModelDescription, notes: [String])? {
        guard case .model(let source) = self, let description else { return nil }
        let adapted = try source.adapted(description, to: checkpoint)
        return adapted.notes.isEmpty ? nil : adapted
    }

    /// The keys, shapes and dtypes, under the model's name or the checkpoint's path. No tensor is read.
    /// - Throws: `CheckpointError`, `ModelZooError`, or what is wrong with a config or a program.
    func stateDict() throws -> PlanRequest.Model { try opened().model }

    /// The same, and the model or the checkpoint that it is of.
    func opened() throws -> (model: PlanRequest.Model, description: ModelDescription?, checkpoint: Checkpoint?) {
        switch self {
        case .model(let source):
            let description = try source.description()
            let model = PlanRequest.Model(name: description.name, tensors: try description.signatures)
            return (model, description, nil)
        case .checkpoint(let path):
            let checkpoint = try Checkpoint.open(path)
            let tensors = try checkpoint.stateDict().tensors.map { $0.signature }
            return (PlanRequest.Model(name: path, tensors: tensors, isOfResult: true), nil, checkpoint)
        }
    }
}

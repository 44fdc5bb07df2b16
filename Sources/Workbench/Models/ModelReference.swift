import CheckpointIO
import CommandLineKit
import KeyRules
import ModelZoo
import TensorCore

/// What a state dict is held against.
public enum ModelReference: Sendable, Equatable {
    case model(ModelSource)
    /// The path of another checkpoint; the first usual dictionary in it counts.
    case checkpoint(String)

    /// What `--model` or `--config`, and `--against` say; nil where neither is given.
    public init?(model: ModelSource?, against path: String?) throws(UsageError) {
        switch (model, path) {
        case (let model?, nil): self = .model(model)
        case (nil, let path?): self = .checkpoint(path)
        case (nil, nil): return nil
        case (_?, _?): throw .combination("--against excludes --model and --config")
        }
    }

    /// The model with the numbers of classes and input channels of a checkpoint under its keys; nil where it has no
    /// others than its own, and for a checkpoint.
    /// - Parameter definition: as `opened()` gives it.
    /// - Throws: `ModelZooError.disagreement` where two tensors state different numbers.
    func adapted(_ definition: ModelDefinition?, to checkpoint: [TensorSignature]) throws -> AdaptedModel? {
        guard case .model(let source) = self, let definition else { return nil }
        let adapted = try source.adapted(definition, to: checkpoint)
        return adapted.notes.isEmpty ? nil : adapted
    }

    /// The keys, shapes and dtypes, under the model's name or the checkpoint's path. No tensor is read.
    /// - Throws: `CheckpointError`, `ModelZooError`, or what is wrong with a config.
    func stateDict() throws -> PlanRequest.Model { try opened().model }

    /// The same, and the model or the checkpoint that it is of.
    func opened() throws -> (model: PlanRequest.Model, definition: ModelDefinition?, checkpoint: Checkpoint?) {
        switch self {
        case .model(let source):
            let definition = try source.definition()
            let model = PlanRequest.Model(name: definition.name, tensors: try definition.signatures)
            return (model, definition, nil)
        case .checkpoint(let path):
            let checkpoint = try Checkpoint.open(path)
            let tensors = try checkpoint.stateDict().tensors.map { $0.signature }
            return (PlanRequest.Model(name: path, tensors: tensors, isOfResult: true), nil, checkpoint)
        }
    }
}

extension ModelDefinition {
    /// Keys, shapes and dtypes of the state dict.
    var signatures: [TensorSignature] { get throws { try parameters.map(\.signature) } }
}

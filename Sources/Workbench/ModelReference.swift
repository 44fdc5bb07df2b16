import CheckpointIO
import CommandLineKit
import KeyRules
import ModelZoo
import TensorCore

/// What a state dict is held against.
public enum ModelReference: Sendable, Equatable {
    /// A name of the model zoo.
    case model(String)
    /// The path of another checkpoint; the first usual dictionary in it counts.
    case checkpoint(String)

    /// What `--model` and `--against` say; nil where neither is given.
    public init?(model: String?, against path: String?) throws(UsageError) {
        switch (model, path) {
        case (let name?, nil): self = .model(name)
        case (nil, let path?): self = .checkpoint(path)
        case (nil, nil): return nil
        case (_?, _?): throw .combination("--model and --against exclude each other")
        }
    }

    /// The keys, shapes and dtypes, under the model's name or the checkpoint's path. No tensor is read.
    /// - Throws: `CheckpointError`, `ModelZooError`.
    func stateDict() throws -> PlanRequest.Model { try opened().model }

    /// The same, and the checkpoint that it is of.
    func opened() throws -> (model: PlanRequest.Model, checkpoint: Checkpoint?) {
        switch self {
        case .model(let name):
            let definition = try ModelZoo.model(named: name)
            let tensors = try definition.parameters.map { $0.signature }
            return (PlanRequest.Model(name: definition.name, tensors: tensors), nil)
        case .checkpoint(let path):
            let checkpoint = try Checkpoint.open(path)
            let tensors = try checkpoint.stateDict().tensors.map { $0.signature }
            return (PlanRequest.Model(name: path, tensors: tensors, isOfResult: true), checkpoint)
        }
    }
}

import CheckpointIO
import KeyRules
import ModelZoo
import TensorCore

/// What a state dict is held against.
public enum ModelReference: Sendable, Equatable {
    /// A name of the model zoo.
    case model(String)
    /// The path of another checkpoint; the first usual dictionary in it counts.
    case checkpoint(String)

    /// The keys, shapes and dtypes, under the model's name or the checkpoint's path. No tensor is read.
    /// - Throws: `CheckpointError`, `ModelZooError`.
    func stateDict() throws -> PlanRequest.Model {
        switch self {
        case .model(let name):
            let definition = try ModelZoo.model(named: name)
            return PlanRequest.Model(name: definition.name, tensors: try definition.parameters.map(\.signature))
        case .checkpoint(let path):
            return PlanRequest.Model(
                name: path, tensors: try Checkpoint.open(path).stateDict().tensors.map(\.signature))
        }
    }
}

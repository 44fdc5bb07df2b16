import TensorCore

/// The tensors of one container of a checkpoint under the keys that they have there.
public struct StateDict: Sendable {
    /// The path of the container from the root, joined by `.`; empty for the root.
    public let path: String
    /// In file order, keys relative to the container and unique.
    public let tensors: [NamedTensor]
    /// The container's own entries that hold no tensor.
    public let others: [CheckpointDictionary.Entry]
    /// The container's `_metadata`: for each module path its version and whatever else it keeps.
    public let metadata: [Metadata]

    public struct Metadata: Sendable {
        public let module: String
        public let value: CheckpointValue

        public init(module: String, value: CheckpointValue) {
            self.module = module
            self.value = value
        }
    }

    let checkpoint: Checkpoint
    /// The container itself.
    public let container: CheckpointDictionary

    /// Where a state dict is looked for, in this order, when nobody says; else it is the root.
    public static let usualKeys = ["state_dict", "model", "model_state_dict", "module", "params"]
}

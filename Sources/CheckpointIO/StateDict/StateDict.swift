import TensorCore

/// The tensors of one container of a checkpoint under the keys that they have there.
public struct StateDict: Sendable {
    /// The path of the container from the root, joined by `.`; empty for the root.
    public let path: String
    /// In file order, keys relative to the container and unique.
    public let tensors: [NamedTensor]
    /// The container's own entries that hold no tensor.
    package let others: [CheckpointDictionary.Entry]
    /// The container's `_metadata`: for each module path its version and whatever else it keeps.
    package let metadata: [Metadata]

    package struct Metadata: Sendable {
        package let module: String
        package let value: CheckpointValue

        package init(module: String, value: CheckpointValue) {
            self.module = module
            self.value = value
        }
    }

    /// The module that it was taken from, where the file holds that whole. The path is empty then: what is written
    /// is the state dict alone.
    package private(set) var module: Module?
    /// The file that holds the module.
    private(set) var whole: Checkpoint?

    /// A module that a file holds whole, as an object of its class.
    package struct Module: Sendable, Equatable {
        /// The path from the root, joined by `.`; empty for the root.
        package let path: String
        /// The qualified name, such as `torchvision.models.vgg.VGG`.
        package let className: String

        /// A sentence without the file's name.
        package var note: String {
            let place = path.isEmpty ? "the file holds a module" : "'\(path)' is a module"
            return "\(place) of the class \(className): what is used is its state dict, and nothing else of the file"
        }
    }

    /// What is worth knowing of where it comes from: the notes of the file, and that of `module`.
    package var notes: [String] { checkpoint.notes }

    package let checkpoint: Checkpoint
    /// The container itself.
    package let container: CheckpointDictionary

    /// Where a state dict is looked for, in this order, when nobody says; else it is the root.
    package static let usualKeys = [
        "state_dict", "model", "model_state_dict", "module", "params", "params_ema", "state_dict_ema", "model_ema",
    ]

    init(
        path: String, tensors: [NamedTensor], others: [CheckpointDictionary.Entry], metadata: [Metadata],
        module: Module? = nil, checkpoint: Checkpoint, container: CheckpointDictionary
    ) {
        self.path = path
        self.tensors = tensors
        self.others = others
        self.metadata = metadata
        self.module = module
        self.checkpoint = checkpoint
        self.container = container
    }

    /// The state dict with other tensors under some of its keys, and without some of its tensors.
    package func replacing(_ replacements: [Key: LazyTensor], removing removed: Set<Key>) -> StateDict {
        with(
            tensors.filter { !removed.contains($0.key) }.map { tensor in
                guard let other = replacements[tensor.key] else { return tensor }
                return NamedTensor(key: tensor.key, tensor: other, parents: tensor.parents, name: tensor.name)
            })
    }

    /// The same state dict with other contents; what is nil stays.
    func with(
        _ tensors: [NamedTensor], others: [CheckpointDictionary.Entry]? = nil, metadata: [Metadata]? = nil
    ) -> StateDict {
        var result = StateDict(
            path: path, tensors: tensors, others: others ?? self.others, metadata: metadata ?? self.metadata,
            module: module, checkpoint: checkpoint, container: container)
        result.whole = whole
        return result
    }

    /// The same state dict as that of `module`, which `whole` holds.
    func taken(from module: Module, of whole: Checkpoint) -> StateDict {
        var result = self
        result.module = module
        result.whole = whole
        return result
    }
}

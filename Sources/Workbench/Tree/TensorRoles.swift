import CheckpointIO
import ModelGraph
import TensorCore

/// Which tensors of a state dict are buffers, as far as that can be told.
struct TensorRoles {
    /// The buffers of the model; nil without a model.
    private var buffers: Set<Key>?
    /// The elements of the file's `Parameter`s; nil where the file has none.
    private var parameters: Set<ComputedTensor.Memory>?

    init() {}

    init(of model: ModelDescription) throws {
        buffers = Set(try model.parameters.filter { $0.role == .buffer }.map(\.key))
    }

    /// Takes from a file with `Parameter`s, as modules that are saved whole have, that its other tensors are buffers.
    mutating func learn(from tensors: [NamedTensor]) {
        parameters = Set(tensors.lazy.filter(\.tensor.isParameter).map { ComputedTensor.Memory($0.tensor) })
    }

    func isBuffer(_ named: NamedTensor) -> Bool {
        if let buffers { return buffers.contains(named.key) }
        if let parameters { return !parameters.contains(ComputedTensor.Memory(named.tensor)) }
        return Self.names.contains(named.key.leaf) || Self.isIndex(named.tensor.dtype)
    }

    /// What PyTorch, torchvision, timm, transformers and MMPreTrain register as buffers, and what profilers leave.
    private static let names: Set = [
        "running_mean", "running_var", "num_batches_tracked", "relative_position_index", "relative_coords_table",
        "attn_mask", "position_ids", "token_type_ids", "inv_freq", "total_ops", "total_params", "rope_embed",
        "pos_embed_rope", "masked_bias", "num_updates", "n_averaged",
    ]

    /// Wide integers and booleans count or point; narrow ones may be packed weights.
    private static func isIndex(_ dtype: DType) -> Bool {
        switch dtype {
        case .int64, .uint64, .bool: true
        default: false
        }
    }
}

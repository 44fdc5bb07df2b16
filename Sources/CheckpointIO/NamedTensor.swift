import TensorCore

/// A tensor and where it stands in its checkpoint.
public struct NamedTensor: Sendable {
    /// The path joined by `.`; empty for a checkpoint that is one tensor.
    public let key: Key
    public let tensor: LazyTensor
    let parents: [String]
    let name: String?

    /// The path from the root: a string key of a dictionary as it is, another key as Python's `repr`; an index of
    /// a sequence in decimal; an attribute by name.
    public var parts: [String] { name.map { parents + [$0] } ?? [] }

    public var signature: TensorSignature {
        TensorSignature(key: key, dtype: tensor.dtype, shape: tensor.shape)
    }
}

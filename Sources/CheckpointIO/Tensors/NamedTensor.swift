import TensorCore

/// A tensor and where it stands in its checkpoint.
public struct NamedTensor: Sendable {
    /// The path joined by `.`; empty for a checkpoint that is one tensor.
    public let key: Key
    /// The tensor, whose elements are read when they are asked for.
    public let tensor: LazyTensor
    let parents: [String]
    let name: String?

    /// The path from the root: a string key of a dictionary as it is, another key as Python's `repr`; an index of
    /// a sequence in decimal; an attribute by name.
    package var parts: [String] { name.map { parents + [$0] } ?? [] }

    /// Key, type and shape.
    public var signature: TensorSignature {
        TensorSignature(key: key, dtype: tensor.dtype, shape: tensor.shape)
    }
}

extension NamedTensor {
    /// Every tensor in a tree, in its order: a dictionary's entries before its attributes, an object's arguments
    /// before its items and attributes.
    /// - Throws: `CheckpointError.Reason.keysTooLong` where long names on shared containers multiply.
    /// - Parameter pickleCount: the bytes of the pickle that the names stand in, if there is one.
    static func all(
        in root: CheckpointValue, path: String, pickleCount: Int? = nil
    ) throws(CheckpointError) -> [NamedTensor] {
        var collection = TensorCollection(pickleCount: pickleCount)
        collection.tensors.reserveCapacity(root.tensorCount)
        collection.add(root, parents: [], name: nil, prefix: "")
        guard collection.isComplete else {
            throw CheckpointError(path, .keysTooLong(limit: collection.maximumKeyBytes))
        }
        return collection.tensors
    }

    /// Every tensor in a value, each with its key relative to the value.
    /// - Throws: `CheckpointError.Reason.keysTooLong`.
    package static func inside(_ value: CheckpointValue) throws(CheckpointError) -> [NamedTensor] {
        try all(in: value, path: "")
    }

    /// The tensors that this one consists of, or that are set on it: a sparse one's `indices` and `values`, a
    /// wrapper's inner tensors. They are not among the tensors of a checkpoint or a state dict.
    package var components: [NamedTensor] {
        guard !tensor.attributes.isEmpty else { return [] }
        var collection = TensorCollection()
        let prefix = name == nil ? "" : key.text + "."
        for attribute in tensor.attributes {
            collection.add(attribute.value, parents: parts, name: attribute.name, prefix: prefix)
        }
        return collection.tensors
    }
}

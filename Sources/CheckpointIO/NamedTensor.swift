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

extension NamedTensor {
    /// Every tensor in a tree, in its order: a dictionary's entries before its attributes, an object's arguments
    /// before its items and attributes.
    static func all(in root: CheckpointValue) -> [NamedTensor] {
        var tensors: [NamedTensor] = []
        tensors.reserveCapacity(root.tensorCount)
        collect(root, parents: [], name: nil, prefix: "", into: &tensors)
        return tensors
    }

    /// The tensors that this one consists of, or that are set on it: a sparse one's `indices` and `values`, a
    /// wrapper's inner tensors. They are not among the tensors of a checkpoint or a state dict.
    public var components: [NamedTensor] {
        guard !tensor.attributes.isEmpty else { return [] }
        let prefix = name == nil ? "" : key.text + "."
        var components: [NamedTensor] = []
        for attribute in tensor.attributes {
            Self.collect(
                attribute.value, parents: parts, name: attribute.name, prefix: prefix, into: &components)
        }
        return components
    }

    /// - Parameter prefix: the joined path of what holds `value`, with its last dot.
    private static func collect(
        _ value: CheckpointValue, parents: [String], name: String?, prefix: String, into tensors: inout [NamedTensor]
    ) {
        if case .tensor(let tensor) = value {
            let key = name.map { prefix.isEmpty ? $0 : prefix + $0 } ?? ""
            tensors.append(NamedTensor(key: Key(key), tensor: tensor, parents: parents, name: name))
            return
        }
        guard value.tensorCount > 0 else { return }
        let parents = name.map { parents + [$0] } ?? parents
        let prefix = name.map { prefix + $0 + "." } ?? prefix
        func visit(_ values: [CheckpointValue]) {
            for (index, value) in values.enumerated() {
                collect(value, parents: parents, name: String(index), prefix: prefix, into: &tensors)
            }
        }
        func visit(_ entries: [CheckpointDictionary.Entry]) {
            // By index: an entry that is taken out of its array costs reference counts.
            for index in entries.indices {
                collect(
                    entries[index].value, parents: parents, name: entries[index].name, prefix: prefix,
                    into: &tensors)
            }
        }
        func visit(_ attributes: [CheckpointAttribute]) {
            for attribute in attributes {
                collect(attribute.value, parents: parents, name: attribute.name, prefix: prefix, into: &tensors)
            }
        }
        switch value {
        case .dictionary(let dictionary):
            visit(dictionary.entries)
            visit(dictionary.attributes)
        case .sequence(let sequence): visit(sequence.elements)
        case .object(let object):
            visit(object.arguments)
            visit(object.elements)
            visit(object.entries)
            visit(object.attributes)
        default: break
        }
    }
}

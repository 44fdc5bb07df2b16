import TensorCore

extension Checkpoint {
    /// The tensors of the container at the dotted path `stateKey` (`""`: the root); without one, of the first of
    /// `searching` that is a dictionary with tensors in the root, else of the root.
    /// - Throws: `CheckpointError.Reason.noContainer`, or `duplicateKey` where two paths join to one key.
    public func stateDict(
        at stateKey: String? = nil, searching: [String] = StateDict.usualKeys
    ) throws(CheckpointError) -> StateDict {
        if let stateKey, !stateKey.isEmpty { return try stateDict(container(at: stateKey), path: stateKey) }
        if stateKey == nil, case .dictionary(let root) = root {
            for name in searching {
                if case .dictionary(let found)? = root[name], found.tensorCount > 0 {
                    return try stateDict(.dictionary(found), path: name)
                }
            }
        }
        return try stateDict(root, path: "", tensors: tensors)
    }

    /// Follows a dotted path. Keys may hold dots themselves: the shortest key that leads on is taken.
    private func container(at stateKey: String) throws(CheckpointError) -> CheckpointValue {
        var value = root
        var rest = stateKey[...]
        while !rest.isEmpty {
            guard let (next, remaining) = value.child(along: rest) else {
                throw CheckpointError(path, .noContainer(path: stateKey, candidates: value.childNames))
            }
            value = next
            rest = remaining
        }
        return value
    }

    /// - Parameter tensors: those in `value`, where they are known.
    private func stateDict(
        _ value: CheckpointValue, path: String, tensors: [NamedTensor]? = nil
    ) throws(CheckpointError) -> StateDict {
        guard case .dictionary(let container) = value else {
            throw CheckpointError(self.path, .noContainer(path: path, candidates: value.childNames))
        }
        let tensors = tensors ?? NamedTensor.all(in: value)
        var seen = KeyTable(capacity: tensors.count)
        for (position, tensor) in tensors.enumerated()
        where seen.earlierPosition(of: tensor.key.text, orEnterAt: position) != nil {
            throw CheckpointError(self.path, .duplicateKey(tensor.key))
        }
        var metadata: [StateDict.Metadata] = []
        if case .dictionary(let modules)? = container.attribute("_metadata") {
            metadata = modules.entries.map { StateDict.Metadata(module: $0.name, value: $0.value) }
        }
        return StateDict(
            path: path, tensors: tensors, others: container.entries.filter { $0.value.tensorCount == 0 },
            metadata: metadata, checkpoint: self, container: container)
    }
}

extension CheckpointValue {
    /// What a path leads to, by name: entries of dictionaries and objects, attributes, elements by index.
    private var children: [(name: String, value: CheckpointValue)] {
        switch self {
        case .dictionary(let dictionary):
            dictionary.entries.map { ($0.name, $0.value) } + dictionary.attributes.map { ($0.name, $0.value) }
        case .sequence(let sequence):
            sequence.elements.enumerated().map { (String($0.offset), $0.element) }
        case .object(let object):
            object.entries.map { ($0.name, $0.value) } + object.attributes.map { ($0.name, $0.value) }
        default: []
        }
    }

    var childNames: [String] { children.map(\.name) }

    /// The child whose name `path` is or starts with before a dot, and the path from there.
    fileprivate func child(along path: Substring) -> (CheckpointValue, Substring)? {
        var best: (value: CheckpointValue, name: String)?
        for child in children where path.utf8.starts(with: child.name.utf8) {
            let end = path.utf8.index(path.startIndex, offsetBy: child.name.utf8.count)
            guard end == path.endIndex || path.utf8[end] == UInt8(ascii: ".") else { continue }
            if best.map({ child.name.utf8.count < $0.name.utf8.count }) ?? true { best = (child.value, child.name) }
        }
        guard let best else { return nil }
        let rest = path.utf8.dropFirst(best.name.utf8.count)
        return (best.value, Substring(rest.isEmpty ? rest : rest.dropFirst()))
    }
}

import TensorCore

extension StateDict {
    /// The empty tensors that stand for parameters which DeepSpeed's ZeRO-3 keeps elsewhere, with their true shapes: the
    /// file says them in `param_shapes`.
    public var placeholders: [(key: Key, shape: [Int])] {
        guard case .dictionary(let root) = checkpoint.root, let stated = root["param_shapes"],
            tensors.contains(where: { $0.tensor.shape.contains(0) })
        else { return [] }
        var shapes: [Key: [Int]] = [:]
        func add(_ value: CheckpointValue) {
            switch value {
            case .dictionary(let group):
                for entry in group.entries {
                    guard case .sequence(let sizes) = entry.value else { continue }
                    let shape = sizes.elements.compactMap { if case .int(let extent) = $0 { extent } else { nil } }
                    if shape.count == sizes.elements.count { shapes[Key(entry.name)] = shape }
                }
            case .sequence(let groups): groups.elements.forEach(add)
            default: break
            }
        }
        add(stated)
        return tensors.compactMap { tensor in
            guard tensor.tensor.shape.contains(0), let shape = shapes[tensor.key], !shape.contains(0) else {
                return nil
            }
            return (tensor.key, shape)
        }
    }

    /// - Throws: `CheckpointError.Reason.placeholders` for a state dict with such.
    public func checkPlaceholders() throws(CheckpointError) {
        let placeholders = placeholders
        guard let first = placeholders.first else { return }
        throw CheckpointError(
            checkpoint.path, .placeholders(key: first.key, shape: first.shape, count: placeholders.count))
    }
}

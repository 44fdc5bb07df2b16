import TensorCore

extension Checkpoint {
    /// What is wrong with a single file of a DeepSpeed ZeRO-3 checkpoint: its parameters are tensors of shape (0,), while
    /// `param_shapes` gives their true shapes. Nil for any other file.
    var placeholders: PieceError? {
        guard case .dictionary(let root) = root, let shapes = root["param_shapes"], let module = root["module"]?.named
        else { return nil }
        var trueShapes: [String: [Int]] = [:]
        for group in shapes.elements ?? [shapes] {
            for (name, shape) in group.named ?? [] { trueShapes[name] = shape.integers }
        }
        let empty = module.filter { name, value in
            guard case .tensor(let tensor) = value, tensor.shape == [0] else { return false }
            return trueShapes[name].map { !$0.contains(0) } ?? false
        }
        guard let first = empty.first else { return nil }
        return .placeholders(empty.count, first: Key(first.name), shape: trueShapes[first.name] ?? [])
    }

    /// - Throws: `CheckpointError` for a file whose parameters are placeholders.
    package func checkPlaceholders() throws(CheckpointError) {
        if let placeholders { throw CheckpointError(path, .pieces(placeholders)) }
    }
}

import TensorCore

/// Buffers that a model computes itself, such as `relative_position_index`.
enum ComputedBuffers {
    /// What is said of those that a checkpoint lacks.
    static func notes(absent keys: [Key]) -> [String] {
        guard let first = keys.first else { return [] }
        let others = keys.count == 1 ? "" : " and \(keys.count - 1) more"
        return ["the checkpoint lacks '\(first)'\(others): the model computes \(keys.count == 1 ? "it" : "them")"]
    }
}

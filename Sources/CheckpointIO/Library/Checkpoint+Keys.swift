import TensorCore

extension Checkpoint {
    /// The tensor with this key, of those in `tensors`; nil if there is none. Takes time in proportion to their number.
    public subscript(key: Key) -> LazyTensor? { tensors.first { $0.key == key }?.tensor }

    /// The tensors of the container at the dotted path `stateKey` (`""`: the root); without one, of the first that
    /// trainers use (`state_dict`, `model` …) which leads to tensors, else of the root.
    /// - Throws: `CheckpointError` for a path that leads to no container, and for two paths that join to one key.
    public func stateDict(at stateKey: String? = nil) throws(CheckpointError) -> StateDict {
        try stateDict(at: stateKey, searching: StateDict.usualKeys)
    }
}

extension StateDict {
    /// The tensor with this key; nil if there is none. Takes time in proportion to their number.
    public subscript(key: Key) -> LazyTensor? { tensors.first { $0.key == key }?.tensor }
}

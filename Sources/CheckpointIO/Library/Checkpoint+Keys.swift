import TensorCore

extension Checkpoint {
    /// The tensor with this key, of those in `tensors`; nil if there is none. Takes time in proportion to their number.
    public subscript(key: Key) -> LazyTensor? { tensors.first { $0.key == key }?.tensor }

    /// The tensors that make the model: those of `state_dict`, `model` or another usual container, else all of them. A
    /// module that was saved whole gives what its `state_dict()` would.
    /// - Throws: `CheckpointError` if two tensors have one key, or elements are elsewhere (DeepSpeed's ZeRO-3).
    public func stateDict() throws(CheckpointError) -> StateDict {
        try stateDict(at: nil, searching: StateDict.usualKeys, allowsTwins: false)
    }

    /// The tensors of one container.
    /// - Parameter path: its keys from the root, joined by dots, such as `state_dict` or `ema.model`; empty for the root.
    /// - Throws: `CheckpointError` if the path leads to no dictionary, and as `stateDict()`.
    public func stateDict(at path: String) throws(CheckpointError) -> StateDict {
        try stateDict(at: path, searching: [], allowsTwins: false)
    }
}

extension StateDict {
    /// The tensor with this key; nil if there is none. Takes time in proportion to their number.
    public subscript(key: Key) -> LazyTensor? { tensors.first { $0.key == key }?.tensor }
}

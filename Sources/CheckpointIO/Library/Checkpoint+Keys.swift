import TensorCore

extension Checkpoint {
    /// The tensor with this key, of those in `tensors`; nil if there is none. Takes time in proportion to their number.
    public subscript(key: Key) -> LazyTensor? { tensors.first { $0.key == key }?.tensor }
}

extension StateDict {
    /// The tensor with this key; nil if there is none. Takes time in proportion to their number.
    public subscript(key: Key) -> LazyTensor? { tensors.first { $0.key == key }?.tensor }
}

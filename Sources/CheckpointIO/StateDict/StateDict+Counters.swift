import ByteIO
import TensorCore

extension StateDict {
    /// The state dict with batch normalization's counters as int64, the type that PyTorch counts with: averaging
    /// checkpoints turns them into floats. Also returns the keys of those that were floats.
    /// - Throws: `CheckpointError` for a counter that does not fit 64 bits.
    package func castingCounters() throws(CheckpointError) -> (stateDict: StateDict, cast: [Key]) {
        guard tensors.contains(where: \.isFloatCounter) else { return (self, []) }
        var cast: [Key] = []
        let tensors = try tensors.map { (tensor) throws(CheckpointError) in
            guard tensor.isFloatCounter else { return tensor }
            cast.append(tensor.key)
            let counter = try tensor.tensor.counter(tensor.key)
            return NamedTensor(key: tensor.key, tensor: counter, parents: tensor.parents, name: tensor.name)
        }
        return (with(tensors), cast)
    }
}

extension NamedTensor {
    fileprivate var isFloatCounter: Bool {
        let text = key.text
        return tensor.dtype.isFloatingPoint && tensor.hasElements && tensor.layout.count == 1
            && (text.hasSuffix(".num_batches_tracked") || text == "num_batches_tracked")
    }
}

extension LazyTensor {
    /// The counter as `Tensor.copy_` converts it to int64: rounded toward zero.
    fileprivate func counter(_ key: Key) throws(CheckpointError) -> LazyTensor {
        let value = try? withFloat64 { $0.first }
        guard let value = value ?? nil, let count = Int64(exactly: value.rounded(.towardZero)),
            let layout = try? StridedLayout(contiguous: shape)
        else {
            throw CheckpointError(
                node.source.path, .tensor(key: key, "it counts batches, and is not a number of 64 bits"))
        }
        let bytes = withUnsafeBytes(of: count.littleEndian) { Bytes(Array($0)) }
        return made(.int64, layout, DeferredBytes(count: 8) { () throws(CheckpointError) in bytes })
    }
}

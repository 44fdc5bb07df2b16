import TensorCore

extension StateDict {
    /// Why the file holds only a part of the tensors: it has one rank's shares of them, or is one of a numbered set.
    /// A sentence; nil for a file that is whole.
    public var shardReason: String? {
        var parts = 0
        var first: (key: Key, held: Int, whole: Int)?
        for tensor in tensors {
            guard tensor.tensor.form == .wrapper, case .tensor(let local)? = tensor.tensor.attribute("_local_tensor"),
                local.layout.count < tensor.tensor.layout.count
            else { continue }
            parts += 1
            first = first ?? (tensor.key, local.layout.count, tensor.tensor.layout.count)
        }
        if let first {
            return
                "\(grouped(parts)) of its tensors are shares of one rank: '\(first.key)' holds \(grouped(first.held)) of "
                + "\(grouped(first.whole)) elements"
        }
        let name = checkpoint.path.utf8.split(separator: UInt8(ascii: "/")).last.flatMap { String($0) } ?? ""
        guard checkpoint.format != .shardedTorch, checkpoint.format != .shardedSafetensors,
            let shard = ShardName(name), shard.set.count > 1
        else { return nil }
        return "its name says that it is number \(shard.number) of \(shard.set.count)"
    }
}

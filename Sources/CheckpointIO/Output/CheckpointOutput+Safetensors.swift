import TensorCore

extension CheckpointOutput {
    /// One file or several, as `save_file` of safetensors writes them.
    /// - Parameter limit: the bytes of tensors that a file takes.
    func safetensors(_ path: String, limit: Int) throws(CheckpointError) -> OutputPlan {
        let losses = OutputLosses(of: self)
        let unheld = losses.unheldBySafetensors
        guard unheld.isEmpty else { throw CheckpointError(path, .notHeld(format: "safetensors", unheld)) }
        let tensors = entries.compactMap(\.safetensor)
        let source = stateDict.checkpoint
        let metadata =
            source.format == .safetensors || source.format == .shardedSafetensors
            ? OutputLosses.own(source.metadata) : [Checkpoint.MetadataItem(name: "format", value: "pt")]
        let items = tensors.enumerated().map {
            ShardSplit.Item(size: $1.bytes.count, memory: $1.bytes.count == 0 ? .empty : .own($0))
        }
        let split = ShardSplit(items, limit: limit)
        let names = names(path, split)
        let files = zip(names, split.shards).map { name, shard in
            OutputFile(path: name, SafetensorsLayout(shard.map { tensors[$0] }, metadata: metadata))
        }
        for file in files {
            guard case .safetensors(let layout) = file.content, layout.isReadable else {
                throw CheckpointError(file.path, .headerTooLong(limit: SafetensorsHeader.maximumLength))
            }
        }
        return OutputPlan(
            path: path,
            notes: losses.aroundStateDict("safetensors") + losses.inSafetensors
                + losses.multiplied(sharesNone: true), savedBytes: 0,
            files: files, index: index(path, split, names, tensors.map(\.key)))
    }
}

extension CheckpointOutput.Entry {
    /// The tensor as safetensors holds it; nil for other values.
    fileprivate var safetensor: SafetensorsLayout.Tensor? {
        let (dtype, shape, bytes): (DType, [Int], OutputBytes)
        switch source {
        case .stored(let tensor), .value(.tensor(let tensor)):
            (dtype, shape, bytes) = (tensor.dtype, tensor.shape, OutputBytes(tensor, key))
        case .computed(let tensor): (dtype, shape, bytes) = (tensor.dtype, tensor.shape, .computed(key, tensor))
        case .value: return nil
        }
        return SafetensorsType(dtype).map {
            SafetensorsLayout.Tensor(key: key, type: $0, dtype: dtype, shape: shape, bytes: bytes)
        }
    }
}

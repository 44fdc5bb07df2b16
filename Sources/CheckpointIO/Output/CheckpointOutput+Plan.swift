import ByteIO
import Pickle
import TensorCore

extension Checkpoint {
    /// Lays out all of the checkpoint as `torch.save` of PyTorch 2.15 would. A torch zip that such a `torch.save`
    /// wrote under the same name comes out byte for byte.
    ///
    /// Formats that hold a state dict only, and several files, take a `CheckpointOutput`.
    /// - Parameter path: may be the checkpoint's own.
    public func plan(to path: String, isCompact: Bool = false) throws(CheckpointError) -> OutputPlan {
        var graph = OutputGraph(source)
        graph.resolveStorages()
        let saved = isCompact ? graph.compact() : 0
        let file = try OutputFile(path: path, graph, expected: .init(tensors: tensors.map(\.signature)))
        return OutputPlan(
            path: path, notes: OutputLosses.notes(ofMetadata: metadata), savedBytes: saved, files: [file], index: nil)
    }
}

extension Checkpoint {
    /// Writes all of the checkpoint: `plan(to:)`, carried out.
    @discardableResult
    public func write(to path: String) throws(CheckpointError) -> [OutputPlan.WrittenFile] {
        try plan(to: path).write()
    }
}

extension CheckpointOutput {
    /// Writes one file as `torch.save` would: `plan(to:_:)`, carried out.
    @discardableResult
    public func write(to path: String) throws(CheckpointError) -> [OutputPlan.WrittenFile] {
        try plan(to: path).write()
    }

    /// Lays out the files. Storages that no entry uses are left out.
    /// - Parameter path: its last extension stays behind the numbers of several files. May be that of a checkpoint the
    ///   entries come from.
    /// - Throws: `CheckpointError.Reason.duplicateKey`, `layout` for a computed tensor that no memory holds, and
    ///   `notHeld` for what the format has no form for.
    public func plan(
        to path: String, _ options: OutputOptions = OutputOptions()
    ) throws(CheckpointError) -> OutputPlan {
        try checkEntries(path)
        switch (options.format, options.maxShardSize) {
        case (.torchZip, nil): return try torchZip(path, options)
        case (.torchZip, let limit?): return try torchShards(path, limit: limit, options)
        case (.safetensors, let limit): return try safetensors(path, limit: limit ?? .max)
        }
    }

    private func checkEntries(_ path: String) throws(CheckpointError) {
        var seen: Set<Key> = []
        for entry in entries {
            guard seen.insert(entry.key).inserted else { throw CheckpointError(path, .duplicateKey(entry.key)) }
            guard case .computed(let tensor) = entry.source else { continue }
            do throws(LayoutError) {
                try tensor.checkSize()
            } catch {
                throw CheckpointError(path, .layout(key: entry.key, error))
            }
        }
    }

    // MARK: torch zip

    private func torchZip(_ path: String, _ options: OutputOptions) throws(CheckpointError) -> OutputPlan {
        var graph = OutputGraph(stateDict.checkpoint.source)
        graph.replaceStateDict(self)
        graph.resolveStorages()
        let saved = options.isCompact ? graph.compact() : 0
        let attributes = stateDict.container.attributes.filter { $0.name != "_metadata" && $0.value.tensorCount > 0 }
        var expected: [TensorSignature] = []
        for entry in entries { expected += try entry.signatures(path) }
        for attribute in attributes { expected += try attribute.value.signatures(under: attribute.name, path) }
        let file = try OutputFile(path: path, graph, expected: .init(stateKey: stateDict.path, tensors: expected))
        let kept = entries.filter { !$0.isTensor }.map { "'\($0.key)' is no tensor and stays as it is" }
        return OutputPlan(
            path: path, notes: kept + OutputLosses.notes(ofMetadata: stateDict.checkpoint.metadata),
            savedBytes: saved, files: [file], index: nil)
    }

    private func torchShards(
        _ path: String, limit: Int, _ options: OutputOptions
    ) throws(CheckpointError) -> OutputPlan {
        let losses = OutputLosses(of: self)
        let tensors = entries.filter(\.isTensor)
        var graph = OutputGraph(stateDict.checkpoint.source)
        let items = tensors.map { PickleEntry(graph.graph.string($0.key.text), graph.value(of: $0)) }
        graph.graph.root = graph.graph.dict(items)
        graph.resolveStorages()
        let saved = options.isCompact ? graph.compact() : 0
        let split = ShardSplit(items.enumerated().map { graph.shardItem($0.offset, of: $0.element) }, limit: limit)
        let names = names(path, split)
        var files: [OutputFile] = []
        for (name, shard) in zip(names, split.shards) {
            var part = graph
            part.graph.root = part.graph.dict(shard.map { items[$0] })
            var expected: [TensorSignature] = []
            for position in shard { expected += try tensors[position].signatures(path) }
            files.append(try OutputFile(path: name, part, expected: .init(stateKey: "", tensors: expected)))
        }
        return OutputPlan(
            path: path,
            notes: losses.aroundStateDict("a shard") + OutputLosses.notes(ofMetadata: stateDict.checkpoint.metadata),
            savedBytes: saved, files: files, index: index(path, split, names, tensors.map(\.key)))
    }

    // MARK: safetensors

    private func safetensors(_ path: String, limit: Int) throws(CheckpointError) -> OutputPlan {
        let losses = OutputLosses(of: self)
        let unheld = losses.unheldBySafetensors
        guard unheld.isEmpty else { throw CheckpointError(path, .notHeld(format: "safetensors", unheld)) }
        let tensors = entries.compactMap(\.safetensor)
        let source = stateDict.checkpoint
        let metadata =
            source.format == .safetensors || source.format == .shardedSafetensors
            ? OutputLosses.own(source.metadata) : [MetadataItem(name: "format", value: "pt")]
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
                throw CheckpointError(file.path, .headerTooLong(limit: SafetensorsLayout.headerLimit))
            }
        }
        return OutputPlan(
            path: path, notes: losses.aroundStateDict("safetensors") + losses.inSafetensors, savedBytes: 0,
            files: files, index: index(path, split, names, tensors.map(\.key)))
    }

    private typealias MetadataItem = Checkpoint.MetadataItem

    // MARK: Several files

    /// One file has the path as it is.
    private func names(_ path: String, _ split: ShardSplit) -> [String] {
        let count = split.shards.count
        return count == 1 ? [path] : (0..<count).map { ShardNames(path: path).shard($0 + 1, of: count) }
    }

    private func index(_ path: String, _ split: ShardSplit, _ names: [String], _ keys: [Key]) -> OutputIndex? {
        guard split.shards.count > 1 else { return nil }
        let weightMap = zip(names, split.shards).flatMap { name, shard in
            shard.map { (key: keys[$0], file: ShardNames.name(name)) }
        }
        return OutputIndex(path: ShardNames(path: path).index, totalSize: split.totalSize, weightMap: weightMap)
    }
}

// MARK: - Entries

extension CheckpointOutput.Entry {
    var isTensor: Bool {
        switch source {
        case .stored, .computed, .value(.tensor): true
        case .value: false
        }
    }

    /// The tensors that are in the file because of this entry.
    /// - Parameter path: of the output, for errors.
    fileprivate func signatures(_ path: String) throws(CheckpointError) -> [TensorSignature] {
        switch source {
        case .stored(let tensor): [TensorSignature(key: key, dtype: tensor.dtype, shape: tensor.shape)]
        case .computed(let tensor): [TensorSignature(key: key, dtype: tensor.dtype, shape: tensor.shape)]
        case .value(let value): try value.signatures(under: key.text, path)
        }
    }

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

extension CheckpointValue {
    fileprivate func signatures(under name: String, _ path: String) throws(CheckpointError) -> [TensorSignature] {
        try NamedTensor.all(in: self, path: path).map { tensor in
            let key = tensor.key.text.isEmpty ? name : name + "." + tensor.key.text
            return TensorSignature(key: Key(key), dtype: tensor.tensor.dtype, shape: tensor.tensor.shape)
        }
    }
}

extension ComputedTensor {
    /// - Throws: `LayoutError` where no memory holds as many elements.
    fileprivate func checkSize() throws(LayoutError) {
        let count = try StridedLayout(contiguous: shape).count
        guard !count.multipliedReportingOverflow(by: dtype.byteWidth).overflow else { throw .overflow(shape: shape) }
    }
}

extension OutputGraph {
    /// What an entry of a state dict adds to a file: the storages that its value leads to, the first of which says
    /// what else must be in the same file.
    fileprivate func shardItem(_ position: Int, of entry: PickleEntry) -> ShardSplit.Item {
        let storages = graph.reachable(from: entry.value).compactMap { self.storages[$0] }
        guard let first = storages.first else { return ShardSplit.Item(size: 0, memory: .own(position)) }
        let size = storages.map(\.bytes.count).reduce(0, +)
        return ShardSplit.Item(size: size, memory: size == 0 ? .empty : .storage(ObjectIdentifier(first)))
    }
}

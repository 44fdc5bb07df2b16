import ByteIO
import Pickle
import TensorCore

extension Checkpoint {
    /// Lays out all of the checkpoint as `torch.save` of PyTorch 2.15 would. A torch zip that such a `torch.save`
    /// wrote under the same name comes out byte for byte.
    ///
    /// Formats that hold a state dict only, and several files, take a `CheckpointOutput`.
    /// - Parameter path: may be the checkpoint's own.
    package func plan(to path: String, isCompact: Bool = false) throws(CheckpointError) -> OutputPlan {
        if tensors.allSatisfy({ $0.tensor.shape.contains(0) }), let what = root.foreignNumbers {
            throw CheckpointError(
                self.path, .notCheckpoint("has no tensor, but numbers in a form that is not known: \(what)"))
        }
        var graph = OutputGraph(source)
        graph.replace(tensors.lazy.map(\.tensor).filter { $0.origin == .device || format == .pickle })
        graph.resolveStorages()
        let saved = isCompact ? graph.compact() : 0
        let file = try OutputFile(path: path, graph, expected: .init(tensors: tensors.map(\.signature)))
        return OutputPlan(
            path: path,
            notes: OutputLosses.notes(ofMetadata: metadata) + LoadRefusals(graph.graph, hasPlain: hasPlain).notes,
            savedBytes: saved, files: [file], index: nil)
    }

    /// Whether plain tensors can take the place of all of the state dict; true where there is none yet.
    private var hasPlain: Bool {
        do throws(CheckpointError) { return try stateDict().hasPlain } catch {
            if case .packedModule = error.reason { return false }
            return (try? stateDict(allowsTwins: true).hasPlain) ?? true
        }
    }
}

extension Checkpoint {
    /// Writes all of the checkpoint: `plan(to:)`, carried out.
    @discardableResult
    package func write(to path: String) throws(CheckpointError) -> [OutputPlan.WrittenFile] {
        try plan(to: path).write()
    }
}

extension CheckpointOutput {
    /// Writes one file as `torch.save` would: `plan(to:_:)`, carried out.
    @discardableResult
    package func write(to path: String) throws(CheckpointError) -> [OutputPlan.WrittenFile] {
        try plan(to: path).write()
    }

    /// Lays out the files. Storages that no entry uses are left out.
    /// - Parameter path: its last extension stays behind the numbers of several files. May be that of a checkpoint the
    ///   entries come from.
    /// - Throws: `CheckpointError.Reason.duplicateKey`, `layout` for a computed tensor that no memory holds, and
    ///   `notHeld` for what the format has no form for.
    package func plan(
        to path: String, _ options: OutputOptions = OutputOptions()
    ) throws(CheckpointError) -> OutputPlan {
        try checkEntries(path)
        let hidden = stateDict.hiddenNumbers
        guard hidden.isEmpty else { throw CheckpointError(path, .notHeld(format: "a dictionary of tensors", hidden)) }
        if entries.isEmpty { try stateDict.checkConstants() }
        var plan =
            switch (options.format, options.maxShardSize) {
            case (.torchZip, nil): try torchZip(path, options)
            case (.torchZip, let limit?): try torchShards(path, limit: limit, options)
            case (.safetensors, let limit): try safetensors(path, limit: limit ?? .max)
            }
        if options.trustsChecksums { plan.trustChecksums() }
        plan.keepsExisting = options.keepsExisting
        return plan
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

    // MARK: Several files

    /// One file has the path as it is.
    func names(_ path: String, _ split: ShardSplit) -> [String] {
        let count = split.shards.count
        return count == 1 ? [path] : (0..<count).map { ShardNames(path: path).shard($0 + 1, of: count) }
    }

    func index(_ path: String, _ split: ShardSplit, _ names: [String], _ keys: [Key]) -> OutputIndex? {
        guard split.shards.count > 1 else { return nil }
        let weightMap = zip(names, split.shards).flatMap { name, shard in
            shard.map { (key: keys[$0], file: ShardNames.name(name)) }
        }
        return OutputIndex(path: ShardNames(path: path).index, totalSize: split.totalSize, weightMap: weightMap)
    }
}

extension ComputedTensor {
    /// - Throws: `LayoutError` where no memory holds as many elements.
    fileprivate func checkSize() throws(LayoutError) {
        _ = try StridedLayout(contiguous: shape)
        guard dtype.byteCount(ofShape: shape) != nil else { throw .overflow(shape: shape) }
    }
}

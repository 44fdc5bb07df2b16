import Pickle
import TensorCore

extension CheckpointOutput {
    /// One file as `torch.save` writes it.
    func torchZip(_ path: String, _ options: OutputOptions) throws(CheckpointError) -> OutputPlan {
        var graph = OutputGraph(stateDict.checkpoint.source)
        graph.replaceStateDict(self)
        graph.resolveStorages()
        let saved = options.isCompact ? graph.compact() : 0
        let attributes = stateDict.container.attributes.filter { $0.name != "_metadata" && $0.value.tensorCount > 0 }
        var expected: [TensorSignature] = []
        for entry in entries { expected += try entry.signatures(path) }
        for attribute in attributes { expected += try attribute.value.signatures(under: attribute.name, path) }
        let file = try OutputFile(path: path, graph, expected: .init(stateKey: stateDict.path, tensors: expected))
        let kept = entries.filter { !$0.isTensor }.map { "'\($0.key)' is not a tensor and stays as it is" }
        var plan = OutputPlan(
            path: path,
            notes: kept + OutputLosses(of: self).inside
                + OutputLosses.notes(ofMetadata: stateDict.checkpoint.metadata)
                + OutputLosses(of: self).multiplied(sharesNone: false)
                + LoadRefusals(graph.graph, hasPlain: stateDict.hasPlain).notes,
            savedBytes: saved, files: [file], index: nil)
        plan.holdsWholeCheckpoint = true
        return plan
    }

    /// Several such files, each with a part of the state dict.
    func torchShards(
        _ path: String, limit: Int, _ options: OutputOptions
    ) throws(CheckpointError) -> OutputPlan {
        let losses = OutputLosses(of: self)
        let foreign = entries.compactMap { entry in
            entry.foreignNumbers.map { CheckpointError.Unheld(key: entry.key, what: $0) }
        }
        guard foreign.isEmpty else { throw CheckpointError(path, .notHeld(format: "a shard", foreign)) }
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
            notes: losses.aroundStateDict("a shard") + OutputLosses.notes(ofMetadata: stateDict.checkpoint.metadata)
                + losses.multiplied(sharesNone: false)
                + LoadRefusals(graph.graph, hasPlain: stateDict.hasPlain).notes,
            savedBytes: saved, files: files, index: index(path, split, names, tensors.map(\.key)))
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

import TensorCore

/// A box of a tensor that a rank's file has the elements of.
struct RankShare {
    let local: LazyTensor
    let box: DistributedPlacement.Box
}

extension LazyTensor {
    /// Whether it is a part of a tensor that several ranks hold.
    var isDistributed: Bool { isDTensor || isShardedTensor }

    private var isDTensor: Bool { form == .wrapper && typeName?.hasSuffix(".DTensor") ?? false }

    /// What FSDP1 saves without a mesh of devices.
    private var isShardedTensor: Bool { form == .wrapper && typeName?.hasSuffix(".ShardedTensor") ?? false }

    /// The rank's shares: at most one of a DTensor, any number of a `ShardedTensor`.
    /// - Parameter rank: the rank in the file's name.
    /// - Throws: `PieceError` for a tensor of another rank, or one that is not divided into boxes.
    func shares(_ key: Key, rank: Int, file: String) throws(PieceError) -> [RankShare] {
        guard isDTensor else { return try shards(key, rank: rank, file: file) }
        guard let placement = try DistributedPlacement(self, key: key, rank: rank, file: file) else { return [] }
        return [RankShare(local: placement.local, box: placement.box)]
    }

    /// What a rank holds where that is all of the tensor: on a mesh of one rank, or replicated.
    func wholeLocalTensor(_ key: Key) -> LazyTensor? {
        guard isDistributed, let held = try? shares(key, rank: ownRank, file: node.source.path),
            held.count == 1, held[0].box.shape == shape, held[0].local.shape == shape
        else { return nil }
        return held[0].local
    }

    /// How many elements of the tensor the file holds; nil for a tensor that is not distributed.
    var heldElements: Int? {
        if isShardedTensor {
            let held = (try? shares(Key(""), rank: ownRank, file: "")) ?? []
            return held.reduce(0) { $0.addingReportingOverflow($1.local.layout.count).partialValue }
        }
        guard form == .wrapper, case .tensor(let local)? = attribute("_local_tensor") else { return nil }
        return local.layout.count
    }

    /// The ranks among which the tensor was divided; empty where the file does not say.
    var sharingRanks: [Int] {
        if isDTensor { return attribute("_spec")?.field("mesh").map { DistributedPlacement.ranks(of: $0) } ?? [] }
        let count = shardedState?[2].field("global_world_size")?.integer ?? 0
        return (1...1 << 20).contains(count) ? Array(0..<count) : []
    }

    private var ownRank: Int {
        let rank = isDTensor ? attribute("_spec")?.field("mesh")?.field("_rank") : shardedState?[2].field("global_rank")
        return rank?.integer ?? 0
    }

    // MARK: ShardedTensor

    /// The shards, the metadata of all, the ranks, the way it was divided, and a flag.
    ///
    /// Source: `ShardedTensor.__getstate__` in `torch/distributed/_shard/sharded_tensor/api.py` of PyTorch 2.13.
    private var shardedState: [CheckpointValue]? {
        guard let state = attribute("__state__")?.elements, state.count == 5 else { return nil }
        return state
    }

    private func shards(_ key: Key, rank: Int, file: String) throws(PieceError) -> [RankShare] {
        guard let state = shardedState, let shards = state[0].elements else {
            throw .foreign(file: file, "'\(key)' does not say how it is divided")
        }
        if let own = state[2].field("global_rank")?.integer, own != rank {
            throw .foreign(file: file, "it was written by rank \(own)")
        }
        var shares: [RankShare] = []
        for shard in shards {
            let metadata = shard.field("metadata")
            guard case .tensor(let local)? = shard.field("tensor"),
                let start = metadata?.field("shard_offsets")?.integers,
                let extents = metadata?.field("shard_sizes")?.integers
            else { throw .foreign(file: file, "'\(key)' does not say how it is divided") }
            shares.append(RankShare(local: local, box: DistributedPlacement.Box(start: start, shape: extents)))
        }
        return shares
    }
}

import ByteIO
import Pickle
import TensorCore

/// A torch file per rank, such as `model_world_size_2_rank_0.pt`, in which DTensors hold the rank's part.
///
/// It becomes what rank 0's file holds, with each DTensor as the whole that `full_tensor()` makes of it.
struct RankFiles {
    let listing: FolderListing
    /// The files, by rank.
    let names: [(rank: Int, name: String)]

    /// - Returns: nil where the files are not one set of ranks.
    /// - Throws: `CheckpointError` if a rank of the set is missing.
    static func find(_ listing: FolderListing, among names: [String]) throws(CheckpointError) -> RankFiles? {
        struct Stem: Hashable {
            let stem: String
            let suffix: String
        }
        var sets: [Stem: [(RankName, String)]] = [:]
        for name in names {
            guard let rank = RankName(name) else { continue }
            sets[Stem(stem: rank.stem, suffix: rank.suffix), default: []].append((rank, name))
        }
        var chosen = sets.keys.sorted { ($0.stem, $0.suffix) < ($1.stem, $1.suffix) }
        // Where a trainer writes several sets, the model's is meant.
        if chosen.count > 1, chosen.contains(where: { $0.stem.hasPrefix("model") }) {
            chosen.removeAll { !$0.stem.hasPrefix("model") }
        }
        guard let stem = chosen.first, let set = sets[stem] else { return nil }
        if chosen.count > 1 {
            let names = chosen.prefix(4).map { "\($0.stem)*\($0.suffix)" }.joined(separator: ", ")
            throw CheckpointError(
                listing.path,
                .pieces(
                    .description("holds the rank files of \(chosen.count) checkpoints: \(names); keep one in a folder"))
            )
        }
        // A single file whose name does not give the number of ranks is a checkpoint by itself.
        if set.count == 1, set[0].0.worldSize == nil { return nil }
        let ranks = set.map { (rank: $0.0.rank, name: $0.1) }.sorted { $0.rank < $1.rank }
        guard let count = set[0].0.worldSize ?? ranks.last.map({ $0.rank + 1 }), count < 1 << 20 else { return nil }
        if let foreign = ranks.first(where: { $0.rank >= count }) {
            throw CheckpointError(
                listing.path, .pieces(.foreign(file: foreign.name, "there is no rank \(foreign.rank) of \(count)")))
        }
        let present = Set(ranks.map(\.rank))
        guard present.count == ranks.count else {
            throw CheckpointError(
                listing.path, .pieces(.description("holds two files of one rank: \(ranks.map(\.name).prefix(4))")))
        }
        let missing = (0..<count).filter { !present.contains($0) }
        if let first = missing.first {
            let example = set[0].0.name(of: first)
            throw CheckpointError(listing.path, .pieces(.missingRanks(missing, count: count, example: example)))
        }
        return RankFiles(listing: listing, names: ranks)
    }

    func source() throws(CheckpointError) -> CheckpointSource {
        var files: [RankFile] = []
        for (rank, name) in names {
            let source = try CheckpointSource.open(listing.path(of: name))
            files.append(RankFile(rank: rank, name: name, checkpoint: try Checkpoint(source)))
        }
        var composed = ComposedGraph(path: listing.path)
        var images: [PickleNodeID: PickleNodeID] = [:]
        do throws(PieceError) {
            for file in files { try file.checkKeys(against: files[0]) }
            for position in files[0].tensors.indices where files[0].tensors[position].tensor.isDistributed {
                let (key, tensor) = (files[0].tensors[position].key, files[0].tensors[position].tensor)
                if images[tensor.node.node] != nil { continue }
                var whole = PieceSet(key: key, dtype: tensor.dtype, shape: tensor.shape)
                var boxes: Set<DistributedPlacement.Box> = []
                for file in files {
                    let part = file.tensors[position].tensor
                    guard let placement = try DistributedPlacement(part, key: key, rank: file.rank, file: file.name),
                        boxes.insert(placement.box).inserted
                    else { continue }
                    try whole.add(
                        placement.local, start: placement.box.start, shape: placement.box.shape, file: file.name)
                }
                images[tensor.node.node] = try whole.tensor(in: &composed)
            }
        } catch {
            throw CheckpointError(listing.path, .pieces(error))
        }
        let root = composed.root(of: files[0].checkpoint.source, replacing: images)
        let notes = images.isEmpty ? ["no file holds a DTensor: what is shown is rank 0's"] : []
        return composed.source(root: root, format: .rankFiles, notes: notes)
    }
}

/// One rank's file.
private struct RankFile {
    let rank: Int
    let name: String
    let checkpoint: Checkpoint

    var tensors: [NamedTensor] { checkpoint.tensors }

    /// Checks that both files have the same tensors by name, type and shape.
    func checkKeys(against first: RankFile) throws(PieceError) {
        for (own, other) in zip(tensors, first.tensors) where own.key != other.key {
            throw .foreign(file: name, "it has '\(own.key)' where '\(first.name)' has '\(other.key)'")
        }
        guard tensors.count == first.tensors.count else {
            throw .foreign(file: name, "it has \(tensors.count) tensors, '\(first.name)' has \(first.tensors.count)")
        }
        for (own, other) in zip(tensors, first.tensors) {
            let isAlike =
                own.tensor.isDistributed == other.tensor.isDistributed && own.tensor.dtype == other.tensor.dtype
                && own.tensor.shape == other.tensor.shape
            guard isAlike else {
                throw .foreign(
                    file: name,
                    "its '\(own.key)' is \(own.tensor.dtype) \(own.tensor.shape), that of '\(first.name)' "
                        + "\(other.tensor.dtype) \(other.tensor.shape)")
            }
        }
    }
}

extension LazyTensor {
    /// Whether it is a part of a tensor that several ranks hold.
    var isDistributed: Bool { form == .wrapper && typeName?.hasSuffix(".DTensor") ?? false }

    /// What a rank holds of a DTensor where that is all of it: on a mesh of one rank, or replicated.
    func wholeLocalTensor(_ key: Key) -> LazyTensor? {
        guard isDistributed,
            let placement = try? DistributedPlacement(self, key: key, rank: ownRank, file: node.source.path),
            placement.box.shape == shape, placement.local.shape == shape
        else { return nil }
        return placement.local
    }

    private var ownRank: Int { attribute("_spec")?.field("mesh")?.field("_rank")?.integer ?? 0 }
}

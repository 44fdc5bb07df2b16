import ByteIO
import Pickle
import TensorCore

/// A torch file per rank, such as `model_world_size_2_rank_0.pt`, in which DTensors, or FSDP1's `ShardedTensor`s, hold
/// the rank's part.
///
/// It becomes what rank 0's file holds, with each of them as the whole that `full_tensor()` makes of a DTensor.
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
                    let shares = try part.shares(key, rank: file.rank, file: file.name)
                    for share in shares where boxes.insert(share.box).inserted {
                        try whole.add(share.local, start: share.box.start, shape: share.box.shape, file: file.name)
                    }
                }
                images[tensor.node.node] = try whole.tensor(in: &composed)
            }
        } catch {
            throw CheckpointError(listing.path, .pieces(missingRanks(error, files[0]) ?? error))
        }
        let root = composed.root(of: files[0].checkpoint.source, replacing: images)
        let remarks = try notes(files, isJoined: !images.isEmpty)
        return composed.source(root: root, format: .rankFiles, notes: remarks)
    }

    /// What a gap means where a tensor was divided among more ranks than there are files; nil for other errors.
    private func missingRanks(_ error: PieceError, _ first: RankFile) -> PieceError? {
        guard case .gap(let key, _, _) = error,
            let ranks = first.tensors.first(where: { $0.key == key })?.tensor.sharingRanks
        else { return nil }
        let present = Set(names.map(\.rank))
        let missing = ranks.filter { !present.contains($0) }.sorted()
        guard let lowest = missing.first, let name = RankName(first.name)?.name(of: lowest) else { return nil }
        return .missingRanks(missing, count: ranks.count, example: name)
    }

    /// - Throws: `CheckpointError` if no tensor is said to be divided and the files differ all the same: each may hold a
    ///   part of the model.
    private func notes(_ files: [RankFile], isJoined: Bool) throws(CheckpointError) -> [String] {
        var differing: [Key] = []
        for position in files[0].tensors.indices {
            let (key, tensor) = (files[0].tensors[position].key, files[0].tensors[position].tensor)
            guard let own = try tensor.firstBytes() else { continue }
            for file in files.dropFirst() where try file.tensors[position].tensor.firstBytes() != own {
                guard isJoined else {
                    let why =
                        "'\(key)' differs in '\(files[0].name)' and '\(file.name)', and no file says how tensors are "
                        + "divided: open the file of one rank, or join them where they were saved"
                    throw CheckpointError(listing.path, .pieces(.description(why)))
                }
                differing.append(key)
                break
            }
        }
        var notes: [String] = []
        if !isJoined { notes.append("no file says that a tensor is divided: what is shown is rank 0's") }
        if let first = differing.first {
            let more = differing.count == 1 ? "" : " and \(grouped(differing.count - 1)) more"
            notes.append("'\(first)'\(more) differ between the ranks: what is shown is rank 0's")
        }
        return notes
    }
}

extension LazyTensor {
    /// A part of the elements, by which copies are told from parts of a tensor; nil for integers, of which each rank may
    /// have its own, such as the state of a generator, and for elements that cannot be read in parts.
    fileprivate func firstBytes() throws(CheckpointError) -> [UInt8]? {
        guard dtype.isFloatingPoint, hasRanges, byteCount > 0 else { return nil }
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: min(byteCount, 1_024), alignment: 64)
        defer { bytes.deallocate() }
        try copyElements(0..<bytes.count, into: bytes)
        return Array(bytes)
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

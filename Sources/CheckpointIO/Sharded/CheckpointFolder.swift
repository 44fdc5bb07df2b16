import ByteIO

/// A folder that stands for the checkpoint in it, as Hugging Face's libraries save them.
///
/// In this order: a file or index of a usual name; the only index; the only numbered set of files
/// `NAME-00001-of-00003.EXT`; the only file that looks like weights.
struct CheckpointFolder {
    let listing: FolderListing

    /// What the libraries call a model's weights, as they prefer them.
    static let usualNames = [
        "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json",
        "diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.safetensors.index.json",
        "adapter_model.safetensors", "adapter_model.bin",
    ]
    private static let extensions = ["safetensors", "pth", "pt", "ckpt", "bin", "npz", "npy", "index"]
    /// Extensions that are looked for where no file has a usual one.
    private static let rareExtensions = ["pth.tar", "pt.tar", "pdparams", "pkl", "nemo"]
    /// What a training run leaves beside the weights.
    private static let companions = [
        "training_args.", "optimizer.", "scheduler.", "scaler.", "rng_state", "random_states",
    ]

    static func open(_ path: String) throws(CheckpointError) -> CheckpointSource {
        let listing: FolderListing
        do throws(IOError) { listing = try FolderListing(path: path) } catch { throw CheckpointError(path, .io(error)) }
        return try CheckpointFolder(listing: listing).source()
    }

    private func source() throws(CheckpointError) -> CheckpointSource {
        if let source = try TorchFolder.open(listing) { return source }
        for name in Self.usualNames where listing.names.contains(name) { return try open(name) }
        if TorchDistributedFolder.isOne(listing) {
            var folder = TorchDistributedFolder(listing: listing)
            return try folder.source()
        }
        if let folder = try DeepSpeedFolder.find(listing) { return try folder.source() }
        let indices = listing.names.filter { $0.hasSuffix(".index.json") }
        if indices.count == 1 { return try open(indices[0]) }
        guard indices.isEmpty else { throw ambiguous("indices", indices) }
        let usual = names(endingIn: Self.extensions)
        let weights = usual.isEmpty ? names(endingIn: Self.rareExtensions) : usual
        if let shares = try SafetensorsShares.find(listing, among: weights) { return try shares.source() }
        let sets = Set(weights.compactMap { ShardName($0)?.set })
        if let set = sets.first, sets.count == 1 { return try open(set, among: weights) }
        if let files = try RankFiles.find(listing, among: weights) { return try files.source() }
        if weights.count == 1 { return try open(weights[0]) }
        guard weights.isEmpty else { throw ambiguous("checkpoints", weights) }
        if listing.names.contains(where: { $0.hasSuffix(".distcp") }) {
            throw CheckpointError(
                listing.path, .notCheckpoint("is \(ForeignFile.distributedCheckpoint) without its .metadata"))
        }
        if listing.names.contains("saved_model.pb") {
            throw CheckpointError(
                listing.path, .notCheckpoint("is a TensorFlow SavedModel: name its variables/variables.index"))
        }
        if listing.names.contains(where: { $0 == "_METADATA" || $0 == "_CHECKPOINT_METADATA" || $0 == ".zarray" }) {
            throw CheckpointError(
                listing.path,
                .notCheckpoint("is a checkpoint of Orbax, which is not read: save it as safetensors there"))
        }
        if listing.names.contains("latest_checkpointed_iteration.txt") {
            let text = "is a training run of Megatron-LM: name a model_optim_rng.pt of one of its iter_* folders"
            throw CheckpointError(listing.path, .notCheckpoint(text))
        }
        // A folder of very many is one of data.
        let parts = listing.names.prefix(100).filter { isFolderOfWeights($0) }.map { "'\($0)'" }
        let choice = parts.count == 1 ? "name that" : "name one of them"
        let hint = parts.isEmpty ? "" : "; there is one in \(OutputLosses.listed(parts)): \(choice)"
        throw CheckpointError(
            listing.path, .notCheckpoint("is a folder without a file that looks like weights" + hint))
    }

    /// Whether `name` is a folder with a file that looks like weights, as those of a pipeline's networks are.
    private func isFolderOfWeights(_ name: String) -> Bool {
        guard let inner = try? FolderListing(path: listing.path(of: name)) else { return false }
        let folder = CheckpointFolder(listing: inner)
        return inner.names.contains { Self.usualNames.contains($0) || $0.hasSuffix(".distcp") }
            || !folder.names(endingIn: Self.extensions + Self.rareExtensions).isEmpty
    }

    private func names(endingIn extensions: [String]) -> [String] {
        listing.names.filter { name in
            extensions.contains { name.hasSuffix("." + $0) } && !Self.companions.contains { name.hasPrefix($0) }
        }
    }

    private func open(_ name: String) throws(CheckpointError) -> CheckpointSource {
        try CheckpointSource.open(listing.path(of: name))
    }

    private func open(_ set: ShardName.Set, among names: [String]) throws(CheckpointError) -> CheckpointSource {
        let members = names.filter { ShardName($0)?.set == set }
        let numbers = Set(members.compactMap { ShardName($0)?.number })
        // As many as could be there without any: a set of a billion is none.
        guard set.count <= 10_000, set.count >= members.count, numbers.count == members.count else {
            throw ambiguous("shards", members)
        }
        let missing = (1...max(set.count, 1)).filter { !numbers.contains($0) }.map { set.name(of: $0) }
        guard missing.isEmpty else {
            throw CheckpointError(listing.path, .shard(.incomplete(missing: missing, count: set.count)))
        }
        return try ShardedCheckpoint(path: listing.path, folder: listing.path(of: ""), shards: members, index: nil)
            .source()
    }

    private func ambiguous(_ what: String, _ names: [String]) -> CheckpointError {
        let some = names.prefix(4).joined(separator: ", ") + (names.count > 4 ? " …" : "")
        return CheckpointError(
            listing.path, .notCheckpoint("is a folder of \(names.count) \(what): name one of \(some)"))
    }
}

import ByteIO
import TensorCore

extension StateDict {
    /// Why the file holds only a part of the tensors: it has one rank's shares of them, or is one of a numbered set.
    /// A sentence; nil for a file that is whole.
    package var shardReason: String? {
        var parts = 0
        var first: (key: Key, held: Int, whole: Int)?
        for tensor in tensors {
            guard let held = tensor.tensor.heldElements, held < tensor.tensor.layout.count else { continue }
            parts += 1
            first = first ?? (tensor.key, held, tensor.tensor.layout.count)
        }
        if let first {
            return
                "\(grouped(parts)) of its tensors are shares of one rank: '\(first.key)' holds \(grouped(first.held)) of "
                + "\(grouped(first.whole)) elements"
        }
        let name = checkpoint.path.utf8.split(separator: UInt8(ascii: "/")).last.flatMap { String($0) } ?? ""
        guard checkpoint.format != .shardedTorch, checkpoint.format != .shardedSafetensors else { return nil }
        // Of `torch.distributed.checkpoint.HuggingFaceStorageWriter`, until its files are consolidated.
        if checkpoint.metadata.contains(where: { $0.name == "DCP_SHARDING_INFO" }) {
            return "its tensors are shares of one rank, as its metadata DCP_SHARDING_INFO says"
        }
        if let shard = ShardName(name), shard.set.count > 1 {
            return "its name says that it is number \(shard.number) of \(shard.set.count)"
        }
        return Self.sibling(of: checkpoint.path).map { "'\($0)' beside it is another part of the same model" }
    }

    /// What should be known of a file that is read by itself though it is one of several; at most one sentence.
    package var shardNotes: [String] {
        shardReason.map { ["\(checkpoint.path) is one of several shards: \($0)"] } ?? []
    }

    /// What precedes the rank where a model is divided over several: Meta's `consolidated.00.pth`, Megatron's
    /// `mp_rank_00/model_optim_rng.pt`, DeepSpeed's `mp_rank_00_model_states.pt`.
    private static let rankMarkers = ["consolidated.", "mp_rank_"]

    /// The file, or the folder, of another rank of such a model.
    private static func sibling(of path: String) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        for (index, part) in parts.enumerated().suffix(2) {
            for marker in rankMarkers {
                guard part.hasPrefix(marker) else { continue }
                let digits = part.dropFirst(marker.count).prefix { "0"..."9" ~= $0 }
                guard let rank = Int(digits), rank < 1 << 20 else { continue }
                let folder = index == 0 ? "." : parts[..<index].joined(separator: "/") + "/"
                guard let names = (try? FolderListing(path: folder))?.names else { continue }
                for other in [rank + 1, rank - 1] where other >= 0 {
                    let number = String(other)
                    let zeros = String(repeating: "0", count: max(digits.count - number.count, 0))
                    let name = marker + zeros + number + part[digits.endIndex...]
                    if names.contains(name) { return name }
                }
            }
        }
        return nil
    }
}

import ByteIO
import Pickle
import TensorCore

/// A folder that DeepSpeed wrote with ZeRO: each rank's part of the float32 weights in an `*_optim_states.pt`, names and
/// shapes in the `*_model_states.pt`.
///
/// It becomes the state dict that `zero_to_fp32.py` makes of it: buffers, frozen parameters, trained ones, then the
/// names that share another's.
/// Source: `deepspeed/utils/zero_to_fp32.py` of DeepSpeed 0.19.
struct DeepSpeedFolder {
    let listing: FolderListing

    private static let optimizerSuffix = "_optim_states.pt"
    private static let modelSuffix = "_model_states.pt"

    /// The folder with the files: `listing` itself, or the folder inside it that `latest` names.
    /// - Returns: nil if the folder is not one of DeepSpeed's.
    /// - Throws: `CheckpointError` if there are several checkpoints and no `latest`.
    static func find(_ listing: FolderListing) throws(CheckpointError) -> DeepSpeedFolder? {
        if isOne(listing) { return DeepSpeedFolder(listing: listing) }
        if listing.names.contains("latest"), let file = try? MappedFile(path: listing.path(of: "latest")).bytes,
            file.count < 4_096, let text = file.utf8Text
        {
            let tag = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if !tag.isEmpty, !tag.utf8.contains(UInt8(ascii: "/")), tag != "..", tag != "." {
                let folder = listing.path(of: tag)
                if let inner = try? FolderListing(path: folder), isOne(inner) { return DeepSpeedFolder(listing: inner) }
                guard listing.names.contains(tag) || listing.names.contains("zero_to_fp32.py") else { return nil }
                throw CheckpointError(
                    listing.path, .pieces(.description("'latest' names '\(tag)', which has no files of DeepSpeed")))
            }
        }
        let tags = listing.names.filter { $0.hasPrefix("global_step") }
        let inner = tags.compactMap { try? FolderListing(path: listing.path(of: $0)) }.filter(isOne)
        guard inner.count < 2 else {
            throw CheckpointError(
                listing.path,
                .notCheckpoint(
                    "is a folder of \(inner.count) DeepSpeed checkpoints: name one of "
                        + tags.prefix(4).joined(separator: ", ")))
        }
        return inner.first.map { DeepSpeedFolder(listing: $0) }
    }

    private static func isOne(_ listing: FolderListing) -> Bool {
        listing.names.contains { name in
            [optimizerSuffix, modelSuffix].contains { name.hasSuffix($0) } && RankName(deepSpeed: name) != nil
        }
    }

    /// One rank's file.
    private struct RankFile {
        let rank: Int
        let name: String
        let root: CheckpointValue
    }

    func source() throws(CheckpointError) -> CheckpointSource {
        let optimizers = try files(suffix: Self.optimizerSuffix)
        let models = try files(suffix: Self.modelSuffix)
        guard let model = models.first else {
            throw error(.missingFile("*" + Self.modelSuffix, pieces: optimizers.count, first: Key("param_shapes")))
        }
        guard !optimizers.isEmpty else {
            let source = try CheckpointSource.open(listing.path(of: model.name))
            try Checkpoint(source).checkPlaceholders()
            return source
        }
        do throws(PieceError) {
            var state = try DeepSpeedState(
                optimizers: optimizers.map { ($0.rank, $0.name, $0.root) },
                models: models.map { ($0.rank, $0.name, $0.root) })
            var composed = ComposedGraph(path: listing.path)
            let entries = try state.merged(in: &composed)
            return composed.source(root: composed.dictionary(entries), format: .deepSpeed, notes: state.notes)
        } catch {
            throw self.error(error)
        }
    }

    private func error(_ error: PieceError) -> CheckpointError { CheckpointError(listing.path, .pieces(error)) }

    /// The files of the data-parallel ranks, by rank.
    private func files(suffix: String) throws(CheckpointError) -> [RankFile] {
        var files: [RankFile] = []
        for name in listing.names where name.hasSuffix(suffix) {
            guard let number = RankName(deepSpeed: name) else { continue }
            guard number.modelParallel == 0 else {
                throw error(
                    .description(
                        "'\(name)' is of a model divided over several ranks (tensor or pipeline parallel), which is not read"
                    ))
            }
            let root = try Checkpoint(CheckpointSource.open(listing.path(of: name))).root
            files.append(RankFile(rank: number.rank, name: name, root: root))
        }
        files.sort { $0.rank < $1.rank }
        for (file, next) in zip(files, files.dropFirst()) where file.rank == next.rank {
            throw error(.foreign(file: next.name, "rank \(next.rank) has '\(file.name)' too"))
        }
        return files
    }
}

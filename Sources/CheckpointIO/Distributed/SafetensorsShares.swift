import ByteIO
import JSON
import Pickle
import TensorCore

/// The safetensors files of `torch.distributed.checkpoint.HuggingFaceStorageWriter` before they are consolidated: each
/// holds one rank's shares of tensors, and says in its metadata where these begin.
///
/// It becomes the state dict that PyTorch's `consolidate_safetensors_files` makes of them
/// (`torch/distributed/checkpoint/_consolidate_hf_safetensors.py`): a tensor is as large as its shares reach.
/// The order is alphabetical: the files say nothing of the model's.
struct SafetensorsShares {
    let listing: FolderListing
    /// The files, sorted.
    let names: [String]

    /// The metadata that says where the shares are, and that of the writer beside it.
    private static let placesName = "DCP_SHARDING_INFO"
    private static let versionName = "DCP_VERSION"

    /// - Parameter names: those of the files that look like weights, sorted.
    /// - Returns: nil where the first of several safetensors files holds no shares.
    static func find(_ listing: FolderListing, among names: [String]) throws(CheckpointError) -> SafetensorsShares? {
        let names = names.filter { $0.hasSuffix(".safetensors") }
        guard let first = names.first else { return nil }
        let shares = SafetensorsShares(listing: listing, names: names)
        return try shares.file(first).places == nil ? nil : shares
    }

    func source() throws(CheckpointError) -> CheckpointSource {
        var tensors: [(key: Key, shares: [Share])] = []
        var positions = KeyTable(capacity: 64)
        var metadata: [Checkpoint.MetadataItem] = []
        var metadataNames: Set = [Self.placesName, Self.versionName]
        for name in names {
            let file = try file(name)
            guard let places = file.places else {
                throw error(.foreign(file: name, "its metadata has no \(Self.placesName)"))
            }
            for item in file.checkpoint.metadata where metadataNames.insert(item.name).inserted {
                metadata.append(item)
            }
            for named in file.checkpoint.tensors {
                guard let start = places[named.key], start.count == named.tensor.shape.count else {
                    throw error(.foreign(file: name, "\(Self.placesName) does not say where its '\(named.key)' begins"))
                }
                let share = Share(tensor: named.tensor, start: start, file: name)
                if let known = positions.earlierPosition(of: named.key.text, orEnterAt: tensors.count) {
                    tensors[known].shares.append(share)
                } else {
                    tensors.append((named.key, [share]))
                }
            }
        }
        // Each file has an order of its own, by type.
        tensors.sort { $0.key.text.utf8.lexicographicallyPrecedes($1.key.text.utf8) }
        var composed = ComposedGraph(path: listing.path)
        composed.expect(tensors.count)
        var entries: [(key: String, value: PickleValue)] = []
        for (key, shares) in tensors {
            do throws(PieceError) {
                entries.append((key.text, .node(try Self.joined(shares, key, in: &composed))))
            } catch {
                throw self.error(error)
            }
        }
        let root = composed.dictionary(entries)
        let notes = [
            "the shares of \(names.count == 1 ? "1 file" : "\(grouped(names.count)) files") are joined; nothing in them "
                + "says how many ranks there were"
        ]
        return composed.source(root: root, format: .shardedSafetensors, metadata: metadata, notes: notes)
    }

    private func error(_ error: PieceError) -> CheckpointError { CheckpointError(listing.path, .pieces(error)) }

    private struct Share {
        let tensor: LazyTensor
        let start: [Int]
        let file: String
    }

    /// A tensor that several ranks hold alike is taken once.
    private static func joined(
        _ shares: [Share], _ key: Key, in composed: inout ComposedGraph
    ) throws(PieceError) -> PickleNodeID {
        var shape = shares[0].start
        for share in shares {
            guard share.start.count == shape.count else {
                throw .piece(
                    key: key, file: share.file, expected: "\(shape.count) axes", found: "\(share.start.count)")
            }
            for axis in shape.indices {
                let (end, overflow) = share.start[axis].addingReportingOverflow(share.tensor.shape[axis])
                guard !overflow else { throw .description("'\(key)' has a share at \(share.start), beyond any tensor") }
                shape[axis] = max(shape[axis], end)
            }
        }
        var whole = PieceSet(key: key, dtype: shares[0].tensor.dtype, shape: shape)
        var boxes: Set<[Int]> = []
        for share in shares where boxes.insert(share.start + share.tensor.shape).inserted {
            try whole.add(share.tensor, start: share.start, shape: share.tensor.shape, file: share.file)
        }
        return try whole.tensor(in: &composed)
    }

    // MARK: One file

    private struct File {
        let checkpoint: Checkpoint
        /// The lowest indices of each tensor in its whole; nil for a file that is whole itself.
        let places: [Key: [Int]]?
    }

    private func file(_ name: String) throws(CheckpointError) -> File {
        let checkpoint = try Checkpoint(try CheckpointSource.open(listing.path(of: name)))
        guard let text = checkpoint.metadata.first(where: { $0.name == Self.placesName })?.value else {
            return File(checkpoint: checkpoint, places: nil)
        }
        guard let places = Self.places(text) else {
            throw CheckpointError(
                listing.path(of: name),
                .pieces(.description("\(Self.placesName) is not a JSON object of offsets for each tensor")))
        }
        return File(checkpoint: checkpoint, places: places)
    }

    /// Takes `{"NAME": {"saved_offsets": [0, 4]}, …}` apart; nil for anything else.
    private static func places(_ text: String) -> [Key: [Int]]? {
        guard case .object(let tensors)? = try? JSONValue(parsing: text) else { return nil }
        var places: [Key: [Int]] = [:]
        for tensor in tensors {
            guard case .object = tensor.value else { return nil }
            guard case .array(let offsets)? = tensor.value["saved_offsets"] else { continue }
            places[Key(tensor.name)] = offsets.compactMap { if case .int(let offset) = $0 { offset } else { nil } }
        }
        return places
    }
}

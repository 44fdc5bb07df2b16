import ByteIO
import Pickle
import TensorCore

/// A folder that `torch.distributed.checkpoint.save` wrote: `.metadata`, and `*.distcp` files with the pieces, each as
/// `torch.save` writes a tensor.
///
/// It becomes the state dict that `dcp_to_torch_save` makes of it (`torch/distributed/checkpoint/format_utils.py`).
struct TorchDistributedFolder {
    let listing: FolderListing
    /// Mapped files by name.
    private var files: [String: Bytes] = [:]

    init(listing: FolderListing) { self.listing = listing }

    static func isOne(_ listing: FolderListing) -> Bool {
        listing.names.contains(TorchDistributedMetadata.fileName)
    }

    mutating func source() throws(CheckpointError) -> CheckpointSource {
        let path = listing.path(of: TorchDistributedMetadata.fileName)
        let bytes: Bytes
        do throws(IOError) { bytes = try MappedFile(path: path).bytes } catch {
            throw CheckpointError(path, .io(error))
        }
        let metadata = try TorchDistributedMetadata(bytes, path: path)
        try checkFiles(metadata)
        try checkPlaces(metadata)
        var composed = ComposedGraph(path: listing.path)
        var tree = StateTree()
        for item in metadata.items {
            let value: PickleValue
            switch item.content {
            case .value(let place):
                let source = try source(at: place, of: item.name)
                value = composed.root(of: source)
            case .tensor(let dtype, let shape, let chunks):
                value = .node(try tensor(item.name, dtype, shape, chunks, in: &composed))
            }
            guard tree.set(item.path, value) else {
                throw error(.description("planner_data puts two values into one place, '\(item.name)' one of them"))
            }
        }
        let known = Set(metadata.items.flatMap(\.places).map(\.file))
        let foreign = listing.names.filter { $0.hasSuffix(".distcp") && !known.contains($0) }
        let notes = foreign.map { "'\($0)' is not of this checkpoint: .metadata does not name it" }
        let root: PickleValue
        do throws(PieceError) { root = try tree.value(in: &composed) } catch { throw self.error(error) }
        return composed.source(root: root, format: .distributed, notes: notes)
    }

    private func error(_ error: PieceError) -> CheckpointError { CheckpointError(listing.path, .pieces(error)) }

    /// Checks that all files exist before one of them is read.
    private func checkFiles(_ metadata: TorchDistributedMetadata) throws(CheckpointError) {
        let names = Set(listing.names)
        var counts: [String: (pieces: Int, first: Key)] = [:]
        for item in metadata.items {
            for place in item.places where !names.contains(place.file) {
                counts[place.file, default: (0, Key(item.name))].pieces += 1
            }
        }
        guard let (name, (pieces, first)) = counts.min(by: { $0.key < $1.key }) else { return }
        throw error(.missingFile(name, pieces: pieces, first: first))
    }

    /// How many times the size of a file its pieces may have in all. Each piece is read as a file of its own.
    private static let mostReadings = 4

    /// Checks that pieces are not in the same bytes again and again.
    private mutating func checkPlaces(_ metadata: TorchDistributedMetadata) throws(CheckpointError) {
        var counts: [String: Int] = [:]
        for place in metadata.items.flatMap(\.places) {
            let count = counts[place.file, default: 0].addingReportingOverflow(max(place.length, 0))
            counts[place.file] = count.overflow ? .max : count.partialValue
        }
        for (file, count) in counts.sorted(by: { $0.key < $1.key }) {
            let held = try contents(of: file).count
            guard count / Self.mostReadings <= held else {
                throw error(
                    .description(
                        "storage_data names \(grouped(count)) bytes of '\(file)', which has \(grouped(held))"))
            }
        }
    }

    private mutating func tensor(
        _ name: String, _ dtype: DType, _ shape: [Int], _ chunks: [TorchDistributedMetadata.Chunk],
        in composed: inout ComposedGraph
    ) throws(CheckpointError) -> PickleNodeID {
        var pieces = PieceSet(key: Key(name), dtype: dtype, shape: shape)
        for chunk in chunks {
            let root = try Checkpoint(source(at: chunk.place, of: name)).root
            guard case .tensor(let tensor) = root else {
                let expected = "\(dtype) \(chunk.shape)"
                throw error(.piece(key: Key(name), file: chunk.place.file, expected: expected, found: "no tensor"))
            }
            do throws(PieceError) {
                try pieces.add(tensor, start: chunk.start, shape: chunk.shape, file: chunk.place.file)
            } catch {
                throw self.error(error)
            }
        }
        do throws(PieceError) { return try pieces.tensor(in: &composed) } catch { throw self.error(error) }
    }

    /// The content of a place in one of the files, as a checkpoint of its own.
    private mutating func source(
        at place: TorchDistributedMetadata.Place, of name: String
    ) throws(CheckpointError) -> CheckpointSource {
        let bytes = try contents(of: place.file)
        guard let part = try? bytes.slice(at: place.offset, count: place.length) else {
            throw error(
                .foreign(
                    file: place.file,
                    "'\(name)' should be \(grouped(place.length)) bytes at \(grouped(place.offset)), the file has "
                        + "\(grouped(bytes.count))"))
        }
        do throws(CheckpointError) {
            return try CheckpointSource.open(part, path: listing.path(of: place.file))
        } catch {
            // What is wrong with these bytes as a file of their own would mislead.
            guard case .notCheckpoint = error.reason else { throw error }
            throw self.error(
                .foreign(
                    file: place.file,
                    "there is no file of torch.save at \(grouped(place.offset)), where '\(name)' should be"))
        }
    }

    private mutating func contents(of file: String) throws(CheckpointError) -> Bytes {
        if let known = files[file] { return known }
        let path = listing.path(of: file)
        do throws(IOError) {
            let bytes = try MappedFile(path: path).bytes
            files[file] = bytes
            return bytes
        } catch {
            throw CheckpointError(path, .io(error))
        }
    }
}

extension TorchDistributedMetadata.Item {
    /// Where its parts are.
    fileprivate var places: [TorchDistributedMetadata.Place] {
        switch content {
        case .value(let place): [place]
        case .tensor(_, _, let chunks): chunks.map(\.place)
        }
    }
}

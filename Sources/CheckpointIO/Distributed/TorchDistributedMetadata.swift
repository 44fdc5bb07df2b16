import ByteIO
import Pickle
import TensorCore

/// `.metadata`: which tensors and values a distributed checkpoint of PyTorch holds, and where the pieces are.
///
/// Source: `torch/distributed/checkpoint/metadata.py` and `filesystem.py` of PyTorch 2.15.
struct TorchDistributedMetadata {
    static let fileName = ".metadata"

    struct Item {
        let name: String
        /// The keys and indices that lead to it, where the state dict was flattened.
        let path: [PathPart]
        let content: Content
    }

    enum PathPart: Hashable {
        case key(String)
        case index(Int)
    }

    enum Content {
        /// Chunks without elements are left out, unless the tensor has none.
        case tensor(DType, shape: [Int], chunks: [Chunk])
        /// Any other value, as `torch.save` wrote it.
        case value(Place)
    }

    /// A box of a tensor: its lowest indices, its extents and where it is.
    struct Chunk {
        let start: [Int]
        let shape: [Int]
        let place: Place
    }

    /// A part of a file.
    struct Place {
        let file: String
        let offset: Int
        let length: Int
    }

    /// The items, in the order of the metadata.
    private(set) var items: [Item] = []

    private struct Index: Hashable {
        let name: String
        let start: [Int]?
    }

    init(_ bytes: Bytes, path: String) throws(CheckpointError) {
        let graph: PickleGraph
        do throws(PickleError) { graph = try PickleReader.read(bytes) } catch {
            throw CheckpointError(path, .pickle(entry: Self.fileName, error))
        }
        let source = CheckpointSource(
            path: path, format: .distributed, graph: graph,
            storages: StorageTable(storages: [], views: [], nodeCount: graph.count))
        let root = try source.tree()
        do throws(PieceError) { try read(root) } catch { throw CheckpointError(path, .pieces(error)) }
    }

    private mutating func read(_ root: CheckpointValue) throws(PieceError) {
        guard root.className == "Metadata", let items = root.field("state_dict_metadata")?.named,
            case .dictionary(let storage)? = root.field("storage_data")
        else { throw .description("the pickle is not metadata of torch.distributed.checkpoint") }
        var places: [Index: Place] = [:]
        for entry in storage.entries {
            guard let name = entry.key.field("fqn")?.text, let file = entry.value.field("relative_path")?.text,
                let offset = entry.value.field("offset")?.integer, let length = entry.value.field("length")?.integer
            else { throw .description("an entry of storage_data does not say where it is") }
            if let transforms = entry.value.field("transform_descriptors")?.elements, !transforms.isEmpty {
                throw .description("'\(name)' was packed by \(transforms[0].text ?? "an extension"), which is not read")
            }
            places[Index(name: name, start: entry.key.field("offset")?.integers)] =
                Place(file: file, offset: offset, length: length)
        }
        let paths = Dictionary(
            (root.field("planner_data")?.named ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        for (name, value) in items {
            let content = try Self.content(value, name) { places[Index(name: name, start: $0)] }
            self.items.append(Item(name: name, path: try Self.path(paths[name], name), content: content))
        }
    }

    private static func path(_ value: CheckpointValue?, _ name: String) throws(PieceError) -> [PathPart] {
        guard let value, let parts = value.elements, !parts.isEmpty else { return [.key(name)] }
        var path: [PathPart] = []
        for part in parts {
            switch part {
            case .string(let text): path.append(.key(text))
            case .int(let index) where index >= 0: path.append(.index(index))
            default: throw .description("planner_data of '\(name)' holds neither a key nor an index")
            }
        }
        return path
    }

    private static func content(
        _ value: CheckpointValue, _ name: String, _ place: ([Int]?) -> Place?
    ) throws(PieceError) -> Content {
        if value.className == "BytesStorageMetadata" {
            guard let place = place(nil) else { throw .description("storage_data lacks '\(name)'") }
            return .value(place)
        }
        guard value.className == "TensorStorageMetadata", let shape = value.field("size")?.integers,
            let chunks = value.field("chunks")?.elements, let dtype = dtype(value.field("properties"))
        else { throw .description("'\(name)' is neither a tensor nor a value of a type that is read") }
        let pieces: [Chunk] = try chunks.map { chunk throws(PieceError) in
            guard let start = chunk.field("offsets")?.integers, let extents = chunk.field("sizes")?.integers else {
                throw .description("a piece of '\(name)' does not say which")
            }
            guard let place = place(start) ?? place(nil) else {
                throw .description("storage_data lacks the piece of '\(name)' at \(start)")
            }
            return Chunk(start: start, shape: extents, place: place)
        }
        return .tensor(
            dtype, shape: shape, chunks: pieces.filter { !$0.shape.contains(0) || shape.contains(0) })
    }

    private static func dtype(_ properties: CheckpointValue?) -> DType? {
        let value = properties?.field("__state__")?.elements?.first ?? properties?.field("dtype")
        guard case .global(let name)? = value else { return nil }
        return DType(torchName: name)
    }
}

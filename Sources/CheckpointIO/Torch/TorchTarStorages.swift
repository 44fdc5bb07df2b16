import ByteIO
import Pickle
import TensorCore

/// The member `storages`: how many there are, for each a pickle `(key, location, class)`, its element count (int64)
/// and its bytes; then a pickle of the storages that are parts of others: `[(key, root, offset, count), …]`.
struct TorchTarStorages {
    struct Storage {
        /// The name in `torch`.
        let className: String
        let dtype: DType
        let location: String
        /// The storage that it is, or is a part of.
        let root: String
        /// Elements of `root`.
        let rootCount: Int
        /// The part of `root` in elements; nil for all of it.
        let view: Range<Int>?
        /// The content of `root`.
        let content: Bytes
    }

    private(set) var storages: [Key: Storage] = [:]
    private let path: String

    init(_ bytes: Bytes, path: String) throws(CheckpointError) {
        self.path = path
        var cursor = ByteCursor(bytes)
        let count = try cursor.pickle("storages", path)
        guard let count = count.integer(count.root), count >= 0 else { throw flaw("does not say how many there are") }
        // Every one takes some bytes of what is left, so a wrong count ends the loop.
        for _ in 0..<count { try readStorage(&cursor) }
        let views = try cursor.pickle("storages", path)
        for view in views.sequence(views.root) ?? [] { try readView(view, views) }
    }

    private mutating func readStorage(_ cursor: inout ByteCursor) throws(CheckpointError) {
        let graph = try cursor.pickle("storages", path)
        guard let items = graph.sequence(graph.root), items.count == 3, let key = graph.tarKey(items[0]),
            let location = graph.text(items[1]), let type = graph.global(items[2]),
            case .typed(let dtype)? = StorageClass(type.qualifiedName)
        else { throw flaw("has a malformed storage") }
        let name = key.text
        do throws(ByteError) {
            let count = Int(try cursor.i64())
            let (size, overflow) = count.multipliedReportingOverflow(by: dtype.byteWidth)
            let content = try cursor.take(overflow ? .max : size)
            storages[key] = Storage(
                className: StorageClass.name(of: dtype) ?? type.name, dtype: dtype, location: location, root: name,
                rootCount: count, view: nil, content: content)
        } catch {
            throw CheckpointError(path, .cutStorage(name, error, missing: nil))
        }
    }

    private mutating func readView(_ value: PickleValue, _ graph: PickleGraph) throws(CheckpointError) {
        guard let items = graph.sequence(value), items.count == 4, let key = graph.tarKey(items[0]),
            let root = graph.tarKey(items[1]).flatMap({ storages[$0] }), root.view == nil,
            let offset = graph.integer(items[2]), let count = graph.integer(items[3]), offset >= 0, count >= 0,
            offset <= root.rootCount, count <= root.rootCount - Int(offset)
        else { throw flaw("has a part of a storage that does not lie in it") }
        storages[key] = Storage(
            className: root.className, dtype: root.dtype, location: root.location, root: root.root,
            rootCount: root.rootCount, view: Int(offset)..<Int(offset + count), content: root.content)
    }

    private func flaw(_ text: String) -> CheckpointError {
        CheckpointError(path, .notCheckpoint("is a torch tar archive whose 'storages' \(text)"))
    }
}

extension ByteCursor {
    /// The next pickle of an archive's member.
    mutating func pickle(_ member: String, _ path: String) throws(CheckpointError) -> PickleGraph {
        do throws(PickleError) {
            return try PickleReader.read(&self)
        } catch {
            throw CheckpointError(path, .pickle(entry: member, error))
        }
    }
}

import ByteIO
import Pickle
import TensorCore

/// The pickle that `torch.save` would have written of the tensors and values of a file that has none, or of several
/// files together: so every format becomes the same tree, and is written in the same way.
///
/// A reader makes values, most of them tensors, and closes with `source(root:…)`:
/// ```swift
/// var composed = ComposedGraph(path: path)
/// let weight = composed.tensor(.float32, layout, name: "w", .bytes(slice))
/// let root = composed.dictionary([("w", weight), ("step", .int(3))])
/// return composed.source(root: root, format: .npz)
/// ```
/// Whether each tensor fits its storage is checked when the tree is built.
struct ComposedGraph {
    /// Where a reader makes values of other kinds: lists, tuples, strings.
    var graph = PickleGraph()
    /// The file, or that which names the others.
    let path: String

    private var storages: [TensorStorage] = []
    private var views: [(node: PickleNodeID, view: StorageTable.View)] = []
    /// Mostly the same again.
    private var recentGlobals: TensorGlobals?
    // One Python object each, as in a file of `torch.save`.
    private let kind: PickleValue
    private let cpu: PickleValue

    init(path: String) {
        self.path = path
        kind = graph.string("storage")
        cpu = graph.string("cpu")
    }

    /// Makes room for so many more tensors.
    mutating func expect(_ tensorCount: Int) {
        storages.reserveCapacity(storages.count + tensorCount)
        views.reserveCapacity(views.count + tensorCount)
    }

    /// The size of all storages so far.
    var byteCount: Int { storages.reduce(0) { $0 &+ $1.byteCount } }

    /// A storage that one or several tensors of this type view.
    struct Storage {
        fileprivate let node: PickleNodeID
        fileprivate let globals: TensorGlobals
    }

    /// - Parameters:
    ///   - name: for error messages; what the file calls it.
    ///   - content: as many bytes as it has are the storage's size.
    mutating func storage(of dtype: DType, name: String, _ content: TensorStorage.Content) -> Storage {
        storage(
            TensorStorage(
                id: storages.count, name: name, dtype: dtype, device: "cpu", byteCount: content.byteCount ?? 0,
                declaredType: globals(of: dtype).declaredType, content: content))
    }

    /// - Parameter storage: whose id is the number of those before it.
    mutating func storage(_ storage: TensorStorage) -> Storage {
        let globals = globals(of: storage.dtype)
        let number = graph.string(String(storages.count))
        let count = PickleValue.int(Int64(storage.byteCount / globals.storageUnit))
        let payload = graph.tuple([kind, .node(globals.storageClass), number, cpu, count])
        let node = graph.append(.persistentID(payload))
        storages.append(storage)
        views.append(
            (node, StorageTable.View(storage: storage, offset: 0, byteCount: storage.byteCount)))
        return Storage(node: node, globals: globals)
    }

    private mutating func globals(of dtype: DType) -> TensorGlobals {
        if let recentGlobals, recentGlobals.dtype == dtype { return recentGlobals }
        let globals = TensorGlobals(dtype, in: &graph)
        recentGlobals = globals
        return globals
    }

    mutating func tensor(_ layout: StridedLayout, of storage: Storage) -> PickleNodeID {
        graph.tensor(
            storage.globals, of: storage.node, shape: layout.shape, strides: layout.strides, offset: layout.offset)
    }

    /// A tensor with a storage of its own.
    mutating func tensor(
        _ dtype: DType, _ layout: StridedLayout, name: String, _ content: TensorStorage.Content
    ) -> PickleValue {
        .node(tensor(layout, of: storage(of: dtype, name: name, content)))
    }

    /// An `OrderedDict`, the kind of a state dict.
    mutating func dictionary(_ entries: [(key: String, value: PickleValue)]) -> PickleValue {
        .node(graph.orderedDict(entries.map { PickleEntry(graph.string($0.key), $0.value) }))
    }

    /// What a pickle without storages holds.
    mutating func value(of pickle: PickleGraph) -> PickleValue {
        var values = PickleImport(from: pickle)
        return values.bring(pickle.root, into: &graph)
    }

    /// What another file holds, with the storages that its tensors view. What is shared there stays shared.
    /// - Parameter images: for nodes of the other file the nodes of this graph that replace them. What only the replaced
    ///   nodes lead to is left out.
    mutating func root(
        of other: CheckpointSource, replacing images: [PickleNodeID: PickleNodeID] = [:]
    ) -> PickleValue {
        var values = PickleImport(from: other.graph)
        for (node, image) in images { values.substitute(node, by: image) }
        let root = values.bring(other.graph.root, into: &graph)
        var copies: [ObjectIdentifier: TensorStorage] = [:]
        for (node, view) in other.storages.views {
            guard images.isEmpty || values.hasImage(of: node),
                case .node(let image) = values.bring(.node(node), into: &graph)
            else { continue }
            let identity = ObjectIdentifier(view.storage)
            let storage = copies[identity] ?? view.storage.numbered(storages.count)
            if copies.updateValue(storage, forKey: identity) == nil { storages.append(storage) }
            views.append(
                (image, StorageTable.View(storage: storage, offset: view.offset, byteCount: view.byteCount)))
        }
        return root
    }

    /// The file as it is opened.
    mutating func source(
        root: PickleValue, format: Checkpoint.Format, metadata: [Checkpoint.MetadataItem] = [], notes: [String] = [],
        scriptClasses: ScriptClasses? = nil, checksums: [RecordChecksum] = [], program: ProgramRecord? = nil
    ) -> CheckpointSource {
        graph.root = root
        return CheckpointSource(
            path: path, format: format, graph: graph,
            storages: storageTable, metadata: metadata, notes: notes, scriptClasses: scriptClasses,
            checksums: checksums, program: program)
    }

    /// The storages so far.
    var storageTable: StorageTable { StorageTable(storages: storages, views: views, nodeCount: graph.count) }
}

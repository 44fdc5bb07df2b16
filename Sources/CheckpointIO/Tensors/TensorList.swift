import Pickle
import TensorCore

/// What a file without a pickle holds: tensors under names, each with a storage of its own. It is the `OrderedDict`
/// of them; the graph that stands for its pickle is only composed for whoever writes it.
struct TensorList: Sendable {
    struct Item: Sendable {
        let name: String
        let dtype: DType
        let layout: StridedLayout
        let storage: TensorStorage
    }

    private(set) var items: [Item] = []
    /// What the class of a storage would say of an element type; mostly the same again.
    private var recentType: (dtype: DType, declared: DType?)?

    mutating func reserveCapacity(_ count: Int) { items.reserveCapacity(count) }

    /// - Parameters:
    ///   - name: unique.
    ///   - content: as many bytes as the tensor has.
    mutating func add(_ name: String, _ dtype: DType, _ layout: StridedLayout, _ content: TensorStorage.Content) {
        let storage = TensorStorage(
            id: items.count, name: name, dtype: dtype, device: "cpu", byteCount: content.byteCount ?? 0,
            declaredType: declaredType(of: dtype), content: content)
        items.append(Item(name: name, dtype: dtype, layout: layout, storage: storage))
    }

    private mutating func declaredType(of dtype: DType) -> DType? {
        if let recentType, recentType.dtype == dtype { return recentType.declared }
        let declared = StorageClass.declaredType(of: dtype)
        recentType = (dtype, declared)
        return declared
    }

    /// The dictionary, as `ValueBuilder` would make it of the graph.
    func tree(of source: CheckpointSource) -> CheckpointValue {
        var entries: [CheckpointDictionary.Entry] = []
        entries.reserveCapacity(items.count)
        for position in items.indices {
            let item = items[position]
            let tensor = LazyTensor(
                dtype: item.dtype, layout: item.layout, storage: item.storage, requiresGrad: false,
                isParameter: false, node: NodeReference(source: source, listedAt: position))
            entries.append(CheckpointDictionary.Entry(key: .string(item.name), value: .tensor(tensor)))
        }
        return .dictionary(
            CheckpointDictionary(
                typeName: "collections.OrderedDict", entries: entries, attributes: [],
                node: NodeReference(source: source, listedAt: nil), tensorCount: entries.count))
    }

    /// The graph that stands for a pickle, with its storages.
    struct Composed: Sendable {
        let graph: PickleGraph
        let storages: StorageTable
        /// The dictionary.
        let root: PickleNodeID
        /// The tensors, by their position.
        let nodes: [PickleNodeID]
    }

    func composed(path: String) -> Composed {
        var composed = ComposedGraph(path: path)
        composed.expect(items.count)
        var entries: [PickleEntry] = []
        var nodes: [PickleNodeID] = []
        for item in items {
            let node = composed.tensor(item.layout, of: composed.storage(item.storage))
            nodes.append(node)
            entries.append(PickleEntry(composed.graph.string(item.name), .node(node)))
        }
        let root = composed.graph.orderedDict(entries)
        composed.graph.root = .node(root)
        return Composed(graph: composed.graph, storages: composed.storageTable, root: root, nodes: nodes)
    }
}

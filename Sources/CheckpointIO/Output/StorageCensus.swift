import Pickle
import TensorCore

/// Which parts of its storages a pickle's tensors see.
struct StorageCensus {
    /// A tensor that views a storage.
    struct Use {
        /// The tuple that the tensor is made of: `(storage, offset, size, stride, …)`.
        let arguments: PickleNodeID
        /// The persistent id in it.
        let storage: PickleNodeID
        /// Counts from the start of the storage.
        let layout: StridedLayout
        /// Bytes an element.
        let width: Int

        /// What is seen of the storage.
        var range: Range<Int> { layout.byteRange(width: width) }
    }

    /// For each storage that only tensors refer to, those tensors, in the order of the pickle.
    private(set) var uses: [(storage: OutputStorage, uses: [Use])] = []

    init(_ output: OutputGraph) {
        let graph = output.graph
        let reachable = graph.reachable(from: graph.root)
        let constructors = Self.constructors(reachable, in: graph)
        var positions: [ObjectIdentifier: Int] = [:]
        /// Storages that something else refers to, or a tensor that isn't understood.
        var pinned: Set<ObjectIdentifier> = []
        func pin(_ value: PickleValue) {
            if case .node(let node) = value, let storage = output.storages[node] {
                pinned.insert(ObjectIdentifier(storage))
            }
        }
        pin(graph.root)
        for id in reachable {
            guard let function = constructors[id], let items = graph.items(ofTuple: id),
                let parts = try? TensorConstructor(function, items, in: graph),
                let storage = output.storages[parts.storage],
                let layout = try? StridedLayout(shape: parts.shape, strides: parts.strides, offset: parts.offset)
            else {
                graph[id].forEachValue(pin)
                continue
            }
            items.dropFirst().forEach(pin)
            let use = Use(
                arguments: id, storage: parts.storage, layout: layout, width: parts.dtype?.byteWidth ?? storage.unit)
            let position = positions[ObjectIdentifier(storage)] ?? uses.count
            if position == uses.count {
                positions[ObjectIdentifier(storage)] = position
                uses.append((storage, []))
            }
            uses[position].uses.append(use)
        }
        uses.removeAll { pinned.contains(ObjectIdentifier($0.storage)) }
    }

    /// Not `quantized`: elements may share a byte.
    private static let strided: Set<TensorFunction> = [.version1, .version2, .version3]

    /// The tuples of arguments that functions make strided tensors of.
    private static func constructors(
        _ reachable: [PickleNodeID], in graph: PickleGraph
    ) -> [PickleNodeID: TensorFunction] {
        var constructors: [PickleNodeID: TensorFunction] = [:]
        for id in reachable {
            guard case .object(let object) = graph[id], let name = graph.callee(of: object)?.qualifiedName,
                let function = TensorFunction(name)
            else { continue }
            if strided.contains(function) {
                constructors[object.arguments] = function
            } else if function == .fromType {
                let arguments = graph.arguments(of: object)
                guard arguments.count >= 3, case .node(let inner) = arguments[2],
                    let name = graph.global(arguments[0])?.qualifiedName,
                    let function = TensorFunction(name), strided.contains(function)
                else { continue }
                constructors[inner] = function
            }
        }
        return constructors
    }
}

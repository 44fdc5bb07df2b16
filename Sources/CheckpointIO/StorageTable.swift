import Pickle
import TensorCore

/// The storages that a pickle names, each once, whichever object names it.
struct StorageTable: Sendable {
    /// A storage, or a part of one, as a persistent id names it.
    struct View: Sendable {
        let storage: TensorStorage
        /// What tensors take from the storage's class; nil for an untyped storage.
        let dtype: DType?
        /// The first element of the part, from which tensors count.
        let offset: Int
        /// Where the part ends, in bytes of the storage.
        let byteCount: Int
    }

    /// In the order in which the pickle first names them.
    let storages: [TensorStorage]
    /// By the node of the persistent id.
    let views: [PickleNodeID: View]

    init() {
        storages = []
        views = [:]
    }

    /// What the persistent id at `node` names, if it is a storage.
    subscript(node: PickleNodeID) -> View? { views[node] }

    /// - Parameter content: finds a storage's bytes in the file, by name.
    /// - Throws: `CheckpointError.Reason.persistentID` for a storage whose description makes no sense, or that is
    ///   described in two ways.
    init(
        _ graph: PickleGraph, path: String, content: (StorageReference) throws(CheckpointError) -> TensorStorage.Content
    ) throws(CheckpointError) {
        var classNames: [PickleNodeID: String] = [:]
        var references: [StorageReference] = []
        var indexOfName: [Key: Int] = [:]
        var indexOfNode: [(node: PickleNodeID, index: Int, view: Range<Int>?)] = []
        for id in graph.ids {
            guard case .persistentID(let payload) = graph[id] else { continue }
            let reference: StorageReference?
            do throws(StorageReference.Flaw) {
                reference = try StorageReference(payload, in: graph) { node in
                    if let known = classNames[node] { return known }
                    let name = graph.global(.node(node))?.qualifiedName
                    classNames[node] = name
                    return name
                }
            } catch {
                throw CheckpointError(path, .persistentID(offset: graph.offset(of: id), error.text))
            }
            guard let reference else { continue }
            let key = Key(reference.name)
            if let index = indexOfName[key] {
                let first = references[index]
                guard first.byteCount == reference.byteCount else {
                    throw CheckpointError(
                        path,
                        .persistentID(
                            offset: graph.offset(of: id),
                            "storage \(reference.name) is \(reference.count) of \(reference.className) here and "
                                + "\(first.count) of \(first.className) before"))
                }
                indexOfNode.append((id, index, reference.view))
            } else {
                indexOfName[key] = references.count
                indexOfNode.append((id, references.count, reference.view))
                references.append(reference)
            }
        }
        var untyped: [Int: DType] = [:]
        if references.contains(where: { $0.isUntyped }) {
            let dtypes = Self.dtypesOfUntyped(graph)
            for entry in indexOfNode where untyped[entry.index] == nil { untyped[entry.index] = dtypes[entry.node] }
        }

        var storages: [TensorStorage] = []
        storages.reserveCapacity(references.count)
        for (id, reference) in references.enumerated() {
            let dtype: DType
            switch reference.storageClass {
            case .typed(let declared): dtype = declared
            case .untyped: dtype = untyped[id] ?? .uint8
            }
            storages.append(
                TensorStorage(
                    id: id, name: reference.name, dtype: dtype, device: reference.device,
                    byteCount: reference.byteCount, declaredWidth: reference.width, content: try content(reference)))
        }
        var views: [PickleNodeID: View] = [:]
        views.reserveCapacity(indexOfNode.count)
        for entry in indexOfNode {
            let reference = references[entry.index]
            let range = entry.view ?? 0..<reference.count
            views[entry.node] = View(
                storage: storages[entry.index], dtype: reference.dtype, offset: range.lowerBound,
                byteCount: range.upperBound * reference.width)
        }
        self.storages = storages
        self.views = views
    }

    /// The element types that the arguments of `_rebuild_tensor_v3` give to untyped storages, by the node of the
    /// persistent id: `(storage, offset, size, stride, requires_grad, hooks, dtype)`.
    private static func dtypesOfUntyped(_ graph: PickleGraph) -> [PickleNodeID: DType] {
        var dtypes: [PickleNodeID: DType] = [:]
        for id in graph.ids {
            guard case .tuple(let arguments) = graph[id], arguments.count >= 7, case .node(let storage) = arguments[0],
                case .persistentID = graph[storage], dtypes[storage] == nil,
                let name = graph.global(arguments[6])?.qualifiedName
            else { continue }
            dtypes[storage] = DType(torchName: name)
        }
        return dtypes
    }
}

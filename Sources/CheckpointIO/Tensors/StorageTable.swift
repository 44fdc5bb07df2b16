import Pickle
import TensorCore

/// The storages that a pickle names, each once, whichever object names it.
struct StorageTable: Sendable {
    /// A storage, or a part of one, as a persistent id names it.
    struct View: Sendable {
        let storage: TensorStorage
        /// The first element of the part, from which tensors count.
        let offset: Int
        /// Where the part ends, in bytes of the storage.
        let byteCount: Int

        /// What tensors take from the storage's class; nil for an untyped storage.
        var dtype: DType? { storage.declaredType }
    }

    /// In the order in which the pickle first names them, which is that of their ids.
    let storages: [TensorStorage]
    /// The persistent ids that name storages, in the order of the graph.
    private let nodes: [PickleNodeID]
    /// Node of the graph → index of the storage that it names, or −1.
    private let indices: [Int32]
    /// What is meant of a storage where that is not all of it.
    private let parts: [PickleNodeID: StoragePart]

    /// What the persistent id at `node` names, if it is a storage.
    subscript(node: PickleNodeID) -> View? {
        let index = indices[node.index]
        guard index >= 0 else { return nil }
        let storage = storages[Int(index)]
        guard !parts.isEmpty, let part = parts[node] else {
            return View(storage: storage, offset: 0, byteCount: storage.byteCount)
        }
        return View(storage: storage, offset: part.offset, byteCount: part.byteCount)
    }

    /// Every persistent id that names a storage, in the order of the graph.
    var views: [(node: PickleNodeID, view: View)] { nodes.compactMap { node in self[node].map { (node, $0) } } }

    /// - Parameter content: finds a storage's bytes in the file, by name.
    /// - Throws: `CheckpointError.Reason.persistentID` for a storage whose description makes no sense, or that is
    ///   described in two ways.
    init(
        _ survey: StorageSurvey, content: (StorageReference) throws(CheckpointError) -> TensorStorage.Content
    ) throws(CheckpointError) {
        let untyped = survey.dtypesOfUntyped()
        var storages: [TensorStorage] = []
        storages.reserveCapacity(survey.references.count)
        // By index: a reference that is taken out of its array costs reference counts.
        for id in survey.references.indices {
            let content = try content(survey.references[id])
            storages.append(TensorStorage(id: id, survey.references[id], untyped: untyped[id], content: content))
        }
        self.storages = storages
        nodes = survey.nodes
        indices = survey.indices
        parts = survey.parts
    }

    /// - Parameters:
    ///   - storages: by their ids.
    ///   - nodeCount: of the graph that the views' nodes are of.
    init(storages: [TensorStorage], views: [(node: PickleNodeID, view: View)], nodeCount: Int) {
        var indices = [Int32](repeating: -1, count: nodeCount)
        var parts: [PickleNodeID: StoragePart] = [:]
        for (node, view) in views {
            indices[node.index] = Int32(view.storage.id)
            if view.offset != 0 || view.byteCount != view.storage.byteCount {
                parts[node] = StoragePart(offset: view.offset, byteCount: view.byteCount)
            }
        }
        self.storages = storages
        nodes = views.map(\.node)
        self.indices = indices
        self.parts = parts
    }
}

/// The part of a storage that a persistent id of a legacy stream may name.
struct StoragePart: Sendable {
    /// Where the part begins, in elements of the storage.
    let offset: Int
    /// Where it ends, in bytes of the storage.
    let byteCount: Int
}

extension TensorStorage {
    /// - Parameter untyped: what the first tensor views an untyped storage as.
    fileprivate convenience init(id: Int, _ reference: StorageReference, untyped: DType?, content: Content) {
        self.init(
            id: id, name: reference.name, dtype: reference.dtype ?? untyped ?? .uint8, device: reference.device,
            byteCount: reference.byteCount, declaredType: reference.dtype, content: content)
    }
}

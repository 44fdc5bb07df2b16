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
    /// Every persistent id that names a storage, in the order of the graph.
    let views: [(node: PickleNodeID, view: View)]
    /// For each node of the graph its position in `views`, or −1.
    private let positions: [Int32]

    /// What the persistent id at `node` names, if it is a storage.
    subscript(node: PickleNodeID) -> View? {
        let position = positions[node.index]
        return position < 0 ? nil : views[Int(position)].view
    }

    /// - Parameter content: finds a storage's bytes in the file, by name.
    /// - Throws: `CheckpointError.Reason.persistentID` for a storage whose description makes no sense, or that is
    ///   described in two ways.
    init(
        _ survey: StorageSurvey, content: (StorageReference) throws(CheckpointError) -> TensorStorage.Content
    ) throws(CheckpointError) {
        let untyped = survey.dtypesOfUntyped()
        var storages: [TensorStorage] = []
        storages.reserveCapacity(survey.references.count)
        for (id, reference) in survey.references.enumerated() {
            storages.append(
                TensorStorage(
                    id: id, name: reference.name, dtype: reference.dtype ?? untyped[id] ?? .uint8,
                    device: reference.device, byteCount: reference.byteCount, declaredWidth: reference.width,
                    content: try content(reference)))
        }
        var views: [(node: PickleNodeID, view: View)] = []
        views.reserveCapacity(survey.mentions.count)
        for mention in survey.mentions {
            let reference = survey.references[mention.index]
            let range = mention.view ?? 0..<reference.count
            let view = View(
                storage: storages[mention.index], dtype: reference.dtype, offset: range.lowerBound,
                byteCount: range.upperBound * reference.width)
            views.append((mention.node, view))
        }
        self.init(storages: storages, views: views, nodeCount: survey.graph.count)
    }

    /// - Parameters:
    ///   - storages: by their ids.
    ///   - nodeCount: of the graph that the views' nodes are of.
    init(storages: [TensorStorage], views: [(node: PickleNodeID, view: View)], nodeCount: Int) {
        var positions = [Int32](repeating: -1, count: nodeCount)
        for (position, mention) in views.enumerated() { positions[mention.node.index] = Int32(position) }
        self.storages = storages
        self.views = views
        self.positions = positions
    }
}

import Pickle

/// The node of a pickle that a value was made from, so that it can be written back.
struct NodeReference: Sendable {
    let source: CheckpointSource
    private let place: Place

    private enum Place: Sendable {
        case node(PickleNodeID)
        /// A tensor of a `TensorList`, by its position, or the dictionary of all.
        case listed(Int32)
        case list
    }

    init(source: CheckpointSource, node: PickleNodeID) {
        self.source = source
        place = .node(node)
    }

    /// - Parameter position: of a tensor in the source's list; nil for the dictionary of all.
    init(source: CheckpointSource, listedAt position: Int?) {
        self.source = source
        place = position.map { .listed(Int32($0)) } ?? .list
    }

    /// Composes the graph of a source that has none yet.
    var node: PickleNodeID {
        switch place {
        case .node(let node): node
        case .listed(let position): source.node(ofTensor: Int(position))
        case .list: source.node(ofTensor: nil)
        }
    }
}

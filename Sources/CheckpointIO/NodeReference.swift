import Pickle

/// The node of a pickle that a value was made from, so that it can be written back.
struct NodeReference: Sendable {
    let source: CheckpointSource
    let node: PickleNodeID
}

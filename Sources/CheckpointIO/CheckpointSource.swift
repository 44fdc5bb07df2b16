import Pickle

/// What stays of an opened file: its pickle's graph and its storages.
final class CheckpointSource: Sendable {
    /// The path as given.
    let path: String
    let graph: PickleGraph
    let storages: StorageTable

    init(path: String, graph: PickleGraph, storages: StorageTable) {
        self.path = path
        self.graph = graph
        self.storages = storages
    }
}

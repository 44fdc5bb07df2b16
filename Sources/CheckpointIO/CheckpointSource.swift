import Pickle

/// What stays of an opened file: its pickle's graph and its storages.
///
/// A file without a pickle has the graph of the one that `torch.save` would have written: see `ComposedGraph`.
final class CheckpointSource: Sendable {
    /// The path as given.
    let path: String
    let format: Checkpoint.Format
    let graph: PickleGraph
    let storages: StorageTable
    let metadata: [Checkpoint.MetadataItem]
    let notes: [String]
    /// What the code of a TorchScript archive says of its classes; nil for other formats.
    let scriptClasses: ScriptClasses?

    init(
        path: String, format: Checkpoint.Format, graph: PickleGraph, storages: StorageTable,
        metadata: [Checkpoint.MetadataItem] = [], notes: [String] = [], scriptClasses: ScriptClasses? = nil
    ) {
        self.path = path
        self.format = format
        self.graph = graph
        self.storages = storages
        self.metadata = metadata
        self.notes = notes
        self.scriptClasses = scriptClasses
    }
}

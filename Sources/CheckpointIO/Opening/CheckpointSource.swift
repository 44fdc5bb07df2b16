import Pickle
import Synchronization

/// What stays of an opened file: its pickle's graph and its storages.
///
/// A file without a pickle has the graph of the one that `torch.save` would have written: see `ComposedGraph` and
/// `TensorList`.
final class CheckpointSource: Sendable {
    /// The path as given.
    let path: String
    let format: Checkpoint.Format
    let metadata: [Checkpoint.MetadataItem]
    let notes: [String]
    /// What the code of a TorchScript archive says of its classes; nil for other formats.
    let scriptClasses: ScriptClasses?
    /// Of the bytes that lie in no zip archive, which has its own.
    let checksums: [RecordChecksum]
    /// The graph of an exported program; nil for other formats.
    let program: ProgramRecord?

    private let content: Content

    private enum Content: Sendable {
        case graph(PickleGraph, StorageTable)
        case list(TensorList, DeferredGraph)
    }

    /// The graph of a list, from when it is first asked for.
    private final class DeferredGraph: Sendable {
        private let composed = Mutex<TensorList.Composed?>(nil)

        func withGraph<Result: Sendable>(
            of tensors: TensorList, path: String, _ body: (TensorList.Composed) -> Result
        ) -> Result {
            composed.withLock { known in
                let composed = known ?? tensors.composed(path: path)
                known = composed
                return body(composed)
            }
        }
    }

    init(
        path: String, format: Checkpoint.Format, graph: PickleGraph, storages: StorageTable,
        metadata: [Checkpoint.MetadataItem] = [], notes: [String] = [], scriptClasses: ScriptClasses? = nil,
        checksums: [RecordChecksum] = [], program: ProgramRecord? = nil
    ) {
        self.path = path
        self.format = format
        self.metadata = metadata
        self.notes = notes
        self.scriptClasses = scriptClasses
        self.checksums = checksums
        self.program = program
        content = .graph(graph, storages)
    }

    init(
        path: String, format: Checkpoint.Format, tensors: TensorList, metadata: [Checkpoint.MetadataItem],
        notes: [String]
    ) {
        self.path = path
        self.format = format
        self.metadata = metadata
        self.notes = notes
        scriptClasses = nil
        checksums = []
        program = nil
        content = .list(tensors, DeferredGraph())
    }

    /// The same file with another note.
    func noting(_ note: String) -> CheckpointSource { CheckpointSource(self, notes: notes + [note]) }

    private init(_ other: CheckpointSource, notes: [String]) {
        path = other.path
        format = other.format
        metadata = other.metadata
        self.notes = notes
        scriptClasses = other.scriptClasses
        checksums = other.checksums
        program = other.program
        content = other.content
    }

    var graph: PickleGraph {
        switch content {
        case .graph(let graph, _): graph
        case .list(let tensors, let deferred): deferred.withGraph(of: tensors, path: path) { $0.graph }
        }
    }

    var storages: StorageTable {
        switch content {
        case .graph(_, let storages): storages
        case .list(let tensors, let deferred): deferred.withGraph(of: tensors, path: path) { $0.storages }
        }
    }

    /// Whether the file, or one of its files, is or holds a pickle.
    var holdsPickle: Bool { if case .graph = content { true } else { false } }

    /// The bytes of the pickle that was read; nil without one.
    var pickleCount: Int? {
        guard case .graph(let graph, _) = content, graph.inputCount > 0 else { return nil }
        return graph.inputCount
    }

    /// What the file holds.
    /// - Throws: `CheckpointError` for tensors that make no sense or miss bytes, and beyond the limits.
    func tree() throws(CheckpointError) -> CheckpointValue {
        switch content {
        case .graph: try ValueBuilder.tree(of: self)
        case .list(let tensors, _): tensors.tree(of: self)
        }
    }

    /// The node of a tensor of the list by its position, or of the dictionary of all.
    func node(ofTensor position: Int?) -> PickleNodeID {
        guard case .list(let tensors, let deferred) = content else {
            preconditionFailure("\(path) was not opened as a list of tensors")
        }
        return deferred.withGraph(of: tensors, path: path) { composed in
            position.map { composed.nodes[$0] } ?? composed.root
        }
    }
}

import Pickle
import Synchronization

/// What stays of an opened file: its pickle's graph and its storages.
///
/// A file without a pickle has the graph of the one that `torch.save` would have written: see `ComposedGraph` and
/// `TensorList`.
final class CheckpointSource: Sendable {
    /// What is known of the file beside its values.
    struct Facts: Sendable {
        /// The path as given.
        let path: String
        let format: Checkpoint.Format
        var metadata: [Checkpoint.MetadataItem] = []
        var notes: [String] = []
        /// What the code of a TorchScript archive says of its classes; nil for other formats.
        var scriptClasses: ScriptClasses?
        /// The checksums of the bytes outside of zip archives, which have their own.
        var checksums: [RecordChecksum] = []
        /// The graph of an exported program; nil for other formats.
        var program: ProgramRecord?
    }

    let facts: Facts

    var path: String { facts.path }
    var format: Checkpoint.Format { facts.format }
    var metadata: [Checkpoint.MetadataItem] { facts.metadata }
    var notes: [String] { facts.notes }
    var scriptClasses: ScriptClasses? { facts.scriptClasses }
    var checksums: [RecordChecksum] { facts.checksums }
    var program: ProgramRecord? { facts.program }

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

    init(_ facts: Facts, graph: PickleGraph, storages: StorageTable) {
        self.facts = facts
        content = .graph(graph, storages)
    }

    convenience init(
        path: String, format: Checkpoint.Format, graph: PickleGraph, storages: StorageTable,
        metadata: [Checkpoint.MetadataItem] = [], notes: [String] = [], scriptClasses: ScriptClasses? = nil,
        checksums: [RecordChecksum] = [], program: ProgramRecord? = nil
    ) {
        let facts = Facts(
            path: path, format: format, metadata: metadata, notes: notes, scriptClasses: scriptClasses,
            checksums: checksums, program: program)
        self.init(facts, graph: graph, storages: storages)
    }

    init(
        path: String, format: Checkpoint.Format, tensors: TensorList, metadata: [Checkpoint.MetadataItem],
        notes: [String]
    ) {
        facts = Facts(path: path, format: format, metadata: metadata, notes: notes)
        content = .list(tensors, DeferredGraph())
    }

    /// The same file with another note.
    func noting(_ note: String) -> CheckpointSource {
        var facts = facts
        facts.notes.append(note)
        return CheckpointSource(facts, content)
    }

    private init(_ facts: Facts, _ content: Content) {
        self.facts = facts
        self.content = content
    }

    /// The same file with an edited graph, whose storages are those of this one and `added`. All that is known of the
    /// file stays known.
    /// - Parameters:
    ///   - added: storages whose ids follow those of this one, and the nodes that name them.
    ///   - notes: follow the file's own.
    func replacing(
        _ graph: PickleGraph, added: [(node: PickleNodeID, storage: TensorStorage)] = [], notes: [String] = []
    ) -> CheckpointSource {
        let views = added.map { node, storage in
            (node, StorageTable.View(storage: storage, offset: 0, byteCount: storage.byteCount))
        }
        var known: Set<ObjectIdentifier> = []
        let new = added.map(\.storage).filter { known.insert(ObjectIdentifier($0)).inserted }
        var facts = facts
        facts.notes += notes
        return CheckpointSource(
            facts, graph: graph,
            storages: StorageTable(
                storages: storages.storages + new, views: storages.views + views, nodeCount: graph.count))
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

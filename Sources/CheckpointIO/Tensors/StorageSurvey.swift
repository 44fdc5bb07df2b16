import Pickle
import TensorCore

/// What a pickle's persistent ids say of its storages, before anything is looked for in the file.
struct StorageSurvey {
    let graph: PickleGraph
    /// One for each storage, in the order of the graph.
    private(set) var references: [StorageReference] = []
    /// The persistent ids that name storages, in the order of the graph.
    private(set) var nodes: [PickleNodeID] = []
    /// Node of the graph → index of the storage that it names, or −1.
    private(set) var indices: [Int32]
    /// What is meant of a storage where that is not all of it.
    private(set) var parts: [PickleNodeID: StoragePart] = [:]

    private var names: StorageNames
    private var classes: [PickleNodeID: StorageClass] = [:]
    /// The class that was last looked up: mostly the same again.
    private var recentClass: (node: PickleNodeID, class: StorageClass)?
    private var devices = RecentText()
    /// The word that every description begins with; mostly one object.
    private var recentKind: PickleNodeID?

    /// - Parameters:
    ///   - entry: where the graph was read, for errors.
    ///   - allowsModules: whether classes may come with their source code, as in legacy streams.
    /// - Throws: `CheckpointError.Reason.persistentID` for a storage whose description makes no sense, or that is
    ///   described in two ways.
    init(
        _ graph: PickleGraph, path: String, entry: String, allowsModules: Bool = false
    ) throws(CheckpointError) {
        self.graph = graph
        let ids = graph.everyPersistentID
        references.reserveCapacity(ids.count)
        nodes.reserveCapacity(ids.count)
        indices = [Int32](repeating: -1, count: graph.count)
        names = StorageNames(capacity: ids.count)
        for id in ids {
            guard let payload = graph.payload(ofPersistentID: id) else { continue }
            do throws(StorageReference.Flaw) {
                try add(payload, of: id, in: graph, allowsModules)
            } catch {
                throw CheckpointError(path, .persistentID(entry: entry, offset: graph.offset(of: id), error.text))
            }
        }
    }

    private mutating func add(
        _ payload: PickleValue, of id: PickleNodeID, in graph: PickleGraph, _ allowsModules: Bool
    ) throws(StorageReference.Flaw) {
        guard let items = graph.items(ofTuple: payload), let kind = items.first else {
            throw StorageReference.Flaw("it is not a tuple that begins with 'storage'")
        }
        guard isStorage(kind, in: graph) else {
            if allowsModules, items.count == 4, graph.isText(kind, "module") { return }
            throw StorageReference.Flaw("it is of the kind '\(graph.text(kind) ?? "?")'")
        }
        guard items.count > 1, case .node(let classNode) = items[1] else {
            throw StorageReference.Flaw("its class is not a global")
        }
        let dtype = try storageClass(classNode, in: graph).dtype
        let reference = try StorageReference(items, of: classNode, dtype, in: graph, &devices)
        let index = names.earlierPosition(of: reference.name, reference.number) ?? references.count
        if let part = reference.part { parts[id] = part }
        nodes.append(id)
        indices[id.index] = Int32(index)
        guard index < references.count else { return references.append(reference) }
        let first = references[index]
        guard first.byteCount == reference.byteCount else {
            throw StorageReference.Flaw(
                "storage \(reference.name) is \(reference.count) of \(graph.name(ofCallable: reference.classNode)) here "
                    + "and \(first.count) of \(graph.name(ofCallable: first.classNode)) before")
        }
    }

    private mutating func isStorage(_ kind: PickleValue, in graph: PickleGraph) -> Bool {
        guard case .node(let node) = kind else { return false }
        if node == recentKind { return true }
        guard graph.isText(kind, "storage") else { return false }
        recentKind = node
        return true
    }

    private mutating func storageClass(
        _ node: PickleNodeID, in graph: PickleGraph
    ) throws(StorageReference.Flaw) -> StorageClass {
        if let recentClass, recentClass.node == node { return recentClass.class }
        if let known = classes[node] {
            recentClass = (node, known)
            return known
        }
        guard let name = graph.global(.node(node))?.qualifiedName else {
            throw StorageReference.Flaw("its class is not a global")
        }
        guard let known = StorageClass(name) else { throw StorageReference.Flaw("its class \(name) is not known") }
        classes[node] = known
        recentClass = (node, known)
        return known
    }

    /// The element types by which tensors first view the untyped storages, by the storage's index: the arguments
    /// of `_rebuild_tensor_v3` are `(storage, offset, size, stride, requires_grad, hooks, dtype)`.
    func dtypesOfUntyped() -> [Int: DType] {
        guard references.contains(where: { $0.dtype == nil }) else { return [:] }
        var ofNode: [PickleNodeID: DType] = [:]
        for id in graph.ids {
            guard let arguments = graph.items(ofTuple: id), arguments.count >= 7,
                case .node(let storage) = arguments[0], graph.payload(ofPersistentID: storage) != nil,
                ofNode[storage] == nil,
                let name = graph.global(arguments[6])?.qualifiedName
            else { continue }
            ofNode[storage] = DType(torchName: name)
        }
        var dtypes: [Int: DType] = [:]
        for node in nodes {
            let index = Int(indices[node.index])
            if dtypes[index] == nil { dtypes[index] = ofNode[node] }
        }
        return dtypes
    }
}

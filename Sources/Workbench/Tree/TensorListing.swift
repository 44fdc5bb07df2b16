import CheckpointIO
import PickleScan
import TensorCore

/// Every tensor of a checkpoint, and every other value: what `ckpt-tree --json` prints.
package struct TensorListing: Sendable {
    let file: String
    let format: String
    let tensors: [Row]
    let values: [ValueListing.Item]
    let unsafeGlobals: UnsafeGlobals
    let metadata: [Checkpoint.MetadataItem]
    let notes: [String]
    /// What stands in the report's head; nil leaves it away.
    package var summary: CheckpointSummary?
    /// Whether no tensor was kept.
    package var isEmpty: Bool { tensors.isEmpty }
    /// Where the file was checked.
    package var integrity: IntegrityReport?

    /// A tensor, or a component of one.
    struct Row: Sendable {
        let named: NamedTensor
        let facts: TensorFacts
        /// The key of the tensor that this one is a component of.
        let whole: Key?
    }

    /// The state key and the node of `options` choose the part of the file; the filters see keys from the file's
    /// root and, inside the state dict, keys from there.
    /// - Parameter progress: called with the bytes of the tensors that have been read and of all, from time to time.
    package init(
        of checkpoint: Checkpoint, _ options: TreeOptions, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws {
        file = checkpoint.path
        unsafeGlobals = checkpoint.holdsPickle ? UnsafeGlobals(of: checkpoint.pickle) : UnsafeGlobals()
        format = checkpoint.format.rawValue
        // Modules in containers have the keys of their state dicts.
        let checkpoint = try checkpoint.withStateDictsOfModules()
        var kept: Set<Key> = []
        /// The tensors of a module's state dict, which have other keys than from the root.
        var ofModule: [NamedTensor]?
        let isPart = options.stateKey != nil || options.node != nil
        if isPart || options.isFiltered {
            let stateDict = try checkpoint.stateDict(at: options.stateKey, allowsTwins: true)
            let lead = stateDict.path.isEmpty ? "" : stateDict.path + "."
            if let node = options.node {
                let tree = KeyTree(stateDict.tensors.map { ($0.key, .tensor($0.tensor)) })
                _ = try tree.node(at: node, file: checkpoint.path)
            }
            if isPart, stateDict.module != nil {
                ofModule = stateDict.tensors.filter { options.isInNode($0.key) && options.keeps($0.key) }
            }
            for tensor in stateDict.tensors where options.isInNode(tensor.key) {
                let fullKey = Key(lead + tensor.key.text)
                if options.keeps(tensor.key) || options.keeps(fullKey) { kept.insert(fullKey) }
            }
        }
        let inOrder =
            ofModule
            ?? checkpoint.tensors.filter { tensor in
                kept.contains(tensor.key) || !isPart && options.keeps(tensor.key)
            }
        let order = options.order.sorted(Array(inOrder.indices), of: inOrder.map { ($0.key, $0.tensor) })
        let chosen = (options.top.map { Array(order.prefix($0)) } ?? order).map { inOrder[$0] }
        var rows: [(named: NamedTensor, whole: Key?)] = []
        func add(_ named: NamedTensor, whole: Key?) {
            rows.append((named, whole))
            for component in named.components { add(component, whole: named.key) }
        }
        for tensor in chosen { add(tensor, whole: nil) }
        let facts = try TensorReading(options).facts(of: rows.map(\.named.tensor), progress: progress)
        tensors = zip(rows, facts).map { Row(named: $0.named, facts: $1, whole: $0.whole) }
        values = ValueListing.items(of: checkpoint)
        metadata = checkpoint.metadata
        notes = checkpoint.notes
    }
}

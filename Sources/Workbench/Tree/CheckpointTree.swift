import CheckpointIO
import PlatformC
import TensorCore

/// The state dict of a checkpoint as a tree: what `ckpt-tree` prints.
package struct CheckpointTree: Sendable {
    let tree: KeyTree
    /// The position of the node to show, with what hangs on it.
    let top: Int
    /// What was found out by reading tensors, by node; empty unless it is wanted.
    let facts: [Int: TensorFacts]
    /// The width of a column with the numbers of the tensors; nil without one.
    let numberWidth: Int?
    let values: [ValueListing.Item]
    let options: TreeOptions
    /// By node, the first key of a tensor's elements, where another key before it has them too.
    let twins: [Int: Key]

    /// Whether no tensor or value was kept.
    package var isEmpty: Bool { tree.entries.isEmpty }

    /// - Parameter progress: called with the bytes of the tensors that have been read and of all, from time to time.
    package init(
        of checkpoint: Checkpoint, _ options: TreeOptions, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws {
        let entries = try Self.entries(of: checkpoint, options)
        var tree = KeyTree(options.isFiltered ? entries.filter { options.keeps($0.key) } : entries)
        top =
            try options.node.map { path throws(WorkbenchError) in try tree.node(at: path, file: checkpoint.path) }
            ?? KeyTree.root
        let ties = options.marksTies || options.showsSizes ? tree.ties() : nil
        twins = ties.map { tree.twins($0) } ?? [:]
        if options.showsSizes { tree.measure(ties) }
        if options.folds { tree.fold() }
        self.tree = tree
        var facts: [Int: TensorFacts] = [:]
        if options.showsStatistics || options.showsDigests {
            let shown = tree.tensors(below: top, depth: options.depth)
            let found = try TensorReading(options).facts(of: shown.map(\.tensor), progress: progress)
            for (tensor, known) in zip(shown, found) { facts[tensor.node] = known }
        }
        self.facts = facts
        numberWidth = options.showsNumbers ? Self.numberWidth(for: Self.numberedCount(entries)) : nil
        values = options.showsValues ? ValueListing.foldedItems(of: checkpoint) : []
        self.options = options
    }

    /// Those of the state dict; all tensors of a file whose root has none, or one without tensors.
    static func entries(
        of checkpoint: Checkpoint, _ options: TreeOptions
    ) throws(CheckpointError) -> [TreeEntry] {
        if options.stateKey != nil || checkpoint.hasStateDict {
            let stateDict = try checkpoint.stateDict(at: options.stateKey, allowsTwins: true)
            if options.stateKey != nil || stateDict.module == nil || !stateDict.tensors.isEmpty {
                return stateDict.treeEntries
            }
        }
        return checkpoint.tensors.flatMap(\.treeEntries)
    }

    /// The tensors among the entries.
    static func tensors(
        of checkpoint: Checkpoint, _ options: TreeOptions
    ) throws(CheckpointError) -> [(key: Key, tensor: LazyTensor)] {
        try entries(of: checkpoint, options).tensors
    }

    /// How many entries have a number: all but the components of tensors.
    private static func numberedCount(_ entries: [TreeEntry]) -> Int {
        entries.count { if case .component? = $0.entry { false } else { true } }
    }

    /// `floor(log₁₀ n + 1)`, with the quotient of logarithms that Python's `math.log(n, 10)` takes: 3 for 1000, as
    /// in the original.
    static func numberWidth(for count: Int) -> Int {
        count > 0 ? Int((log(Double(count)) / log(10.0) + 1).rounded(.down)) : 1
    }
}

extension KeyTree {
    /// The tensors of a node and of what hangs on it, down to `depth` levels, in order.
    fileprivate func tensors(below node: Int, depth: Int?) -> [(node: Int, tensor: LazyTensor)] {
        var found: [(node: Int, tensor: LazyTensor)] = []
        if let tensor = entry(of: node)?.tensor { found.append((node, tensor)) }
        guard depth != 0 else { return found }
        for child in children(of: node) { found += tensors(below: child, depth: depth.map { $0 - 1 }) }
        return found
    }
}

/// A key and what hangs on it.
typealias TreeEntry = (key: Key, entry: KeyTree.Entry?)

extension [TreeEntry] {
    /// The entries that are tensors, with their keys.
    var tensors: [(key: Key, tensor: LazyTensor)] {
        var tensors: [(key: Key, tensor: LazyTensor)] = []
        for (key, entry) in self {
            if case .tensor(let tensor)? = entry { tensors.append((key, tensor)) }
        }
        return tensors
    }
}

extension NamedTensor {
    /// The tensor and its components.
    fileprivate var treeEntries: [TreeEntry] {
        tensor.attributes.isEmpty ? [(key, .tensor(tensor))] : [(key, .tensor(tensor))] + componentEntries
    }

    private var componentEntries: [TreeEntry] {
        components.flatMap { [($0.key, .component($0.tensor))] + $0.componentEntries }
    }
}

extension StateDict {
    /// Its tensors with their components and the entries that hold none, in file order.
    fileprivate var treeEntries: [TreeEntry] {
        var next = 0
        var entries: [TreeEntry] = []
        entries.reserveCapacity(tensors.count + others.count)
        func take(_ count: Int) {
            let end = min(next + count, tensors.count)
            while next < end {
                if tensors[next].tensor.attributes.isEmpty {
                    entries.append((tensors[next].key, .tensor(tensors[next].tensor)))
                } else {
                    entries += tensors[next].treeEntries
                }
                next += 1
            }
        }
        if others.isEmpty {
            take(tensors.count)
            return entries
        }
        for entry in container.entries {
            let count = entry.value.tensorCount
            if count > 0 {
                take(count)
            } else if case .none = entry.value {
                entries.append((Key(entry.name), nil))
            } else {
                entries.append((Key(entry.name), .value))
            }
        }
        take(tensors.count - next)
        return entries
    }
}

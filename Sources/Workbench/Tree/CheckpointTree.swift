import CheckpointIO
import TensorCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The state dict of a checkpoint as the lines of a tree: what `ckpt-tree` prints.
public struct CheckpointTree: Sendable {
    /// One node.
    public struct Line: Sendable {
        /// The lines of the tree that lead here.
        let lead: String
        /// The key of the parent with its dot, where full names are wanted.
        let prefix: String
        let name: String
        let kind: Kind
        /// The bytes of the tensors here and below.
        let byteCount: Int
        let tensorCount: Int
    }

    enum Kind: Sendable {
        case module
        case tensor(TensorFacts)
        /// An entry that is no tensor.
        case value
    }

    let lines: [Line]
    /// Of a column with the numbers of the tensors; nil without one.
    let numberWidth: Int?
    let values: [ValueListing.Item]
    let options: TreeOptions

    /// - Parameter progress: called with the number of tensors that have been looked at.
    public init(
        of checkpoint: Checkpoint, _ options: TreeOptions, progress: @escaping (_ read: Int) -> Void = { _ in }
    ) throws {
        let entries = try Self.entries(of: checkpoint, options)
        var root = TreeNode(options.filters.isEmpty ? entries : entries.filter { options.keeps($0.key) })
        if let path = options.node { root = try root.node(at: path, file: checkpoint.path) }
        if options.folds { root = root.folded() }
        var walk = TreeWalk(options: options, progress: progress)
        if options.depth == nil { walk.lines.reserveCapacity(root.nodeCount) }
        try walk.visit(root, lead: "", childLead: "", prefix: "", depth: options.depth)
        lines = walk.lines
        numberWidth = options.showsNumbers ? Self.numberWidth(for: entries.count) : nil
        values = options.showsValues ? ValueListing.items(of: checkpoint.root) : []
        self.options = options
    }

    /// Those of the state dict; all tensors of a file whose root is no dictionary.
    private static func entries(
        of checkpoint: Checkpoint, _ options: TreeOptions
    ) throws(CheckpointError) -> [(key: Key, entry: TreeNode.Entry?)] {
        if options.stateKey == nil, !checkpoint.isDictionary {
            return checkpoint.tensors.map { ($0.key, .tensor($0.tensor)) }
        }
        return try checkpoint.stateDict(at: options.stateKey).treeEntries
    }

    /// `floor(log₁₀ n + 1)`, with the quotient of logarithms that Python's `math.log(n, 10)` takes: 3 for 1000, as
    /// in the original.
    static func numberWidth(for count: Int) -> Int {
        count > 0 ? Int((log(Double(count)) / log(10.0) + 1).rounded(.down)) : 1
    }
}

/// Makes lines of nodes, top down.
private struct TreeWalk {
    let options: TreeOptions
    let progress: (Int) -> Void
    var lines: [CheckpointTree.Line] = []
    var readCount = 0

    /// - Parameters:
    ///   - lead: what stands before the node's own line.
    ///   - childLead: what stands before the branches of its children.
    mutating func visit(_ node: TreeNode, lead: String, childLead: String, prefix: String, depth: Int?) throws {
        let name = node.fold.map { "\(node.name)…\($0.last)" } ?? node.name
        lines.append(
            CheckpointTree.Line(
                lead: lead, prefix: prefix,
                name: node.fold.map { "\(name) ×\($0.count)" } ?? name, kind: try kind(of: node),
                byteCount: node.byteCount, tensorCount: node.tensorCount))
        guard depth != 0, let last = node.children.last else { return }
        let childPrefix = options.showsFullNames && !name.isEmpty ? "\(prefix)\(name)." : prefix
        let childDepth = depth.map { $0 - 1 }
        if node.children.count > 1 {
            let (branch, rest) = (childLead + "├─ ", childLead + "│  ")
            for child in node.children.dropLast() {
                try visit(child, lead: branch, childLead: rest, prefix: childPrefix, depth: childDepth)
            }
        }
        try visit(last, lead: childLead + "└─ ", childLead: childLead + "   ", prefix: childPrefix, depth: childDepth)
    }

    private mutating func kind(of node: TreeNode) throws -> CheckpointTree.Kind {
        switch node.entry {
        case nil: return .module
        case .value: return .value
        case .tensor(let tensor):
            defer {
                readCount += 1
                progress(readCount)
            }
            return .tensor(
                try TensorFacts(tensor, statistics: options.showsStatistics, digest: options.showsDigests))
        }
    }
}

extension Checkpoint {
    fileprivate var isDictionary: Bool { if case .dictionary = root { true } else { false } }
}

extension StateDict {
    /// Its tensors and the entries that hold none, in file order.
    fileprivate var treeEntries: [(key: Key, entry: TreeNode.Entry?)] {
        var rest = tensors[...]
        var entries: [(key: Key, entry: TreeNode.Entry?)] = []
        entries.reserveCapacity(tensors.count + others.count)
        func take(_ count: Int) {
            for tensor in rest.prefix(count) { entries.append((tensor.key, .tensor(tensor.tensor))) }
            rest = rest.dropFirst(count)
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
        take(rest.count)
        return entries
    }
}

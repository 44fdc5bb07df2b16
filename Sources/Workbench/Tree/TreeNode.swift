import CheckpointIO
import Spelling
import TensorCore

/// A part of a dotted key and what hangs on it.
struct TreeNode {
    /// What stands at a complete key.
    enum Entry {
        case tensor(LazyTensor)
        /// An entry of a state dict that holds no tensor.
        case value
    }

    /// One part of the key; empty for the root.
    let name: String
    let entry: Entry?
    let children: [TreeNode]
    /// The last of the equal siblings that this node stands for, and how many they are.
    var fold: (last: String, count: Int)?

    /// The number of tensors here and below, each of a fold's siblings counted.
    let tensorCount: Int
    /// The bytes of these tensors.
    let byteCount: Int

    init(name: String, entry: Entry?, children: [TreeNode], fold: (last: String, count: Int)? = nil) {
        self.name = name
        self.entry = entry
        self.children = children
        self.fold = fold
        var tensors = children.reduce(0) { $0 + $1.tensorCount }
        var bytes = children.reduce(0) { $0 + $1.byteCount }
        if case .tensor(let tensor) = entry {
            tensors += 1
            bytes += tensor.byteCount
        }
        tensorCount = tensors * (fold?.count ?? 1)
        byteCount = bytes * (fold?.count ?? 1)
    }

    /// Arranges entries by the parts of their keys, in their order.
    ///
    /// A key of more than `maximumDepth` parts keeps what is left of it in one.
    init(_ entries: [(key: Key, entry: Entry?)]) {
        let root = Branch(name: "")
        for (key, entry) in entries {
            var node = root
            for part in Self.parts(of: key) { node = node.child(named: part) }
            node.entry = entry
        }
        self = root.node
    }

    static let maximumDepth = 128

    /// None for the empty key, which a checkpoint that is one tensor has.
    private static func parts(of key: Key) -> [String] {
        key.text.isEmpty
            ? []
            : key.text.split(separator: ".", maxSplits: maximumDepth - 1, omittingEmptySubsequences: false).map(
                String.init)
    }

    /// The node at a dotted path.
    /// - Throws: `WorkbenchError.noNode`.
    func node(at path: String, file: String) throws(WorkbenchError) -> TreeNode {
        var node = self
        var walked: [String] = []
        for part in Self.parts(of: Key(path)) {
            guard let child = node.children.first(where: { Key($0.name) == Key(part) }) else {
                let nearest = nearestNames(to: part, among: node.children.map(\.name))
                throw .noNode(file: file, part: part, parent: walked.joined(separator: "."), nearest: nearest)
            }
            node = child
            walked.append(part)
        }
        return node
    }
}

/// A node while the tree grows.
private final class Branch {
    let name: String
    var entry: TreeNode.Entry?
    private var children: [Branch] = []
    private var positions: [Key: Int] = [:]

    init(name: String) { self.name = name }

    func child(named name: String) -> Branch {
        if let position = positions[Key(name)] { return children[position] }
        let child = Branch(name: name)
        positions[Key(name)] = children.count
        children.append(child)
        return child
    }

    var node: TreeNode { TreeNode(name: name, entry: entry, children: children.map(\.node)) }
}

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
        var tensors = 0
        var bytes = 0
        for child in children {
            tensors += child.tensorCount
            bytes += child.byteCount
        }
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
    private static func parts(of key: Key) -> [Substring.UTF8View] {
        key.text.isEmpty
            ? []
            : key.text.utf8.split(
                separator: UInt8(ascii: "."), maxSplits: maximumDepth - 1, omittingEmptySubsequences: false)
    }

    /// The number of nodes here and below, a fold's siblings as one.
    var nodeCount: Int { children.reduce(1) { $0 + $1.nodeCount } }

    /// The node at a dotted path.
    /// - Throws: `WorkbenchError.noNode`.
    func node(at path: String, file: String) throws(WorkbenchError) -> TreeNode {
        var node = self
        var walked: [String] = []
        for part in Self.parts(of: Key(path)).map({ String(Substring($0)) }) {
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
    /// Of the children; empty while a look at each of them costs less.
    private var positions: [Key: Int] = [:]
    private static let fewChildren = 8

    init(name: String) { self.name = name }

    func child(named part: Substring.UTF8View) -> Branch {
        // Neighbours in a file mostly share all but the last parts of their keys.
        if let last = children.last, last.name.utf8.elementsEqual(part) { return last }
        let name = String(Substring(part))
        if let position = position(of: Key(name)) { return children[position] }
        let child = Branch(name: name)
        children.append(child)
        if children.count > Self.fewChildren { enterPositions() }
        return child
    }

    private func position(of name: Key) -> Int? {
        positions.isEmpty ? children.firstIndex { Key($0.name) == name } : positions[name]
    }

    /// Enters the children that have no position yet.
    private func enterPositions() {
        for position in positions.count..<children.count { positions[Key(children[position].name)] = position }
    }

    var node: TreeNode { TreeNode(name: name, entry: entry, children: children.map(\.node)) }
}

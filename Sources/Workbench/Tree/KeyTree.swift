import CheckpointIO
import Spelling
import TensorCore

/// Dotted keys arranged by their parts, in the order of the keys.
///
/// The nodes lie in one array, parents before their children, and their names in one run of bytes: ten thousand
/// tensors make some twenty thousand nodes.
struct KeyTree {
    /// What stands at a complete key.
    enum Entry {
        case tensor(LazyTensor)
        /// A part of the tensor above, such as a sparse one's `values`: it is not counted by itself.
        case component(LazyTensor)
        /// An entry of a state dict that holds no tensor.
        case value

        var tensor: LazyTensor? {
            switch self {
            case .tensor(let tensor), .component(let tensor): tensor
            case .value: nil
            }
        }
    }

    struct Node {
        /// One part of a key, in `names`; empty for the root.
        let name: Range<Int>
        /// Positions in `nodes`; −1 where there is none.
        var firstChild: Int32 = -1
        var lastChild: Int32 = -1
        var nextSibling: Int32 = -1
        /// The position of what stands here in `entries`, or −1.
        var entry: Int32 = -1
    }

    /// What a node holds, here and below.
    struct Size {
        var tensorCount = 0
        var byteCount = 0
    }

    /// The equal siblings that a node stands for, itself included.
    struct Fold {
        /// The position of the last of them.
        var last: Int
        var count: Int
    }

    let entries: [(key: Key, entry: Entry?)]
    var nodes: [Node]
    /// The UTF-8 of the keys, one after the other.
    let names: [UInt8]
    /// The size of each node; empty unless `measure()` was called.
    var sizes: [Size] = []
    /// By the position of the first of folded siblings; the others are in no list of children any more.
    var folds: [Int: Fold] = [:]

    static let root = 0
    /// A key of more parts keeps what is left of it in one.
    static let maximumDepth = 128

    init(_ entries: [(key: Key, entry: Entry?)]) {
        self.entries = entries
        var names: [UInt8] = []
        names.reserveCapacity(entries.reduce(0) { $0 + $1.key.text.utf8.count })
        // By index, here and below: an entry that is taken out of its array costs reference counts.
        for index in entries.indices {
            let text = entries[index].key.text.utf8
            if text.withContiguousStorageIfAvailable({ names.append(contentsOf: $0) }) == nil {
                names.append(contentsOf: text)
            }
        }
        self.names = names
        nodes = names.withUnsafeBytes { names in
            var builder = KeyTreeBuilder(names: names, capacity: 2 * entries.count + 16)
            var end = 0
            for index in entries.indices {
                let start = end
                end += entries[index].key.text.utf8.count
                builder.add(start..<end, entry: index)
            }
            return builder.nodes
        }
    }

    /// What stands at the complete key of a node.
    func entry(of node: Int) -> Entry? {
        let position = Int(nodes[node].entry)
        return position < 0 ? nil : entries[position].entry
    }

    /// Whether something stands at the complete key of a node. Does not touch it: ten thousand tensors lie all over the
    /// memory.
    func hasEntry(_ node: Int) -> Bool {
        let position = Int(nodes[node].entry)
        guard position >= 0 else { return false }
        return if case .some = entries[position].entry { true } else { false }
    }

    /// Whether a part of a tensor stands at the complete key of a node.
    func isComponent(_ node: Int) -> Bool {
        let position = Int(nodes[node].entry)
        guard position >= 0 else { return false }
        return if case .component? = entries[position].entry { true } else { false }
    }

    func name(of node: Int) -> String { String(decoding: names[nodes[node].name], as: UTF8.self) }

    /// The children of a node in order; of folded ones the first.
    func children(of node: Int) -> some Sequence<Int> {
        sequence(first: Int(nodes[node].firstChild)) { Int(nodes[$0].nextSibling) }.prefix { $0 >= 0 }
    }

    /// The node at a dotted path.
    /// - Throws: `WorkbenchError.noNode`.
    func node(at path: String, file: String) throws(WorkbenchError) -> Int {
        var node = Self.root
        var walked: [String] = []
        let parts = path.utf8.split(
            separator: UInt8(ascii: "."), maxSplits: Self.maximumDepth - 1, omittingEmptySubsequences: false)
        for part in path.isEmpty ? [] : parts {
            guard let child = children(of: node).first(where: { names[nodes[$0].name].elementsEqual(part) }) else {
                let part = String(Substring(part))
                let nearest = nearestNames(to: part, among: children(of: node).map(name(of:)))
                throw .noNode(file: file, part: part, parent: walked.joined(separator: "."), nearest: nearest)
            }
            node = child
            walked.append(name(of: child))
        }
        return node
    }
}

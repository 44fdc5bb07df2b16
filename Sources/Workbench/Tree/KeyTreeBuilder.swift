import ByteIO
import PlatformC

/// A key tree while it grows.
struct KeyTreeBuilder {
    private(set) var nodes: [KeyTree.Node]
    /// The parent of each node; the root's own is itself.
    private var parents: [Int32] = [Int32(KeyTree.root)]
    /// The UTF-8 of all keys.
    private let names: UnsafeRawBufferPointer
    /// Finds a child by its parent and its name. A first child is not in it: its parent knows it.
    private var table: PositionTable

    /// - Parameter capacity: about how many nodes there will be.
    init(names: UnsafeRawBufferPointer, capacity: Int) {
        self.names = names
        nodes = []
        nodes.reserveCapacity(capacity)
        parents.reserveCapacity(capacity)
        nodes.append(KeyTree.Node(name: 0..<0))
        table = PositionTable(capacity: capacity / 2)
    }

    /// Adds the key that is `range` of the names. The empty key, which a checkpoint that is one tensor has, is the
    /// root's.
    mutating func add(_ range: Range<Int>, entry: Int) {
        var node = KeyTree.root
        var start = range.lowerBound
        if !range.isEmpty {
            for _ in 1..<KeyTree.maximumDepth {
                guard let dot = dot(in: start..<range.upperBound) else { break }
                node = child(of: node, named: start..<dot)
                start = dot + 1
            }
            node = child(of: node, named: start..<range.upperBound)
        }
        // Two paths may join to one key: each has a node.
        if nodes[node].entry >= 0, node != KeyTree.root {
            node = append(nodes[node].name, to: Int(parents[node]))
        }
        nodes[node].entry = Int32(entry)
    }

    private func dot(in range: Range<Int>) -> Int? {
        guard let start = names.baseAddress, !range.isEmpty,
            let found = memchr(start + range.lowerBound, Int32(UInt8(ascii: ".")), range.count)
        else { return nil }
        return UnsafeRawPointer(found) - start
    }

    /// The child of that name; a new one if there is none.
    private mutating func child(of parent: Int, named name: Range<Int>) -> Int {
        let last = Int(nodes[parent].lastChild)
        if last < 0 { return append(name, to: parent) }
        // Neighbours in a file mostly share all but the last parts of their keys.
        if isEqual(nodes[last].name, name) { return last }
        let first = Int(nodes[parent].firstChild)
        if isEqual(nodes[first].name, name) { return first }
        let hash = ByteHash.hash(UnsafeRawBufferPointer(rebasing: names[name]))
        let mixed = hash &+ UInt64(parent) &* 0x9E37_79B9_7F4A_7C15
        let names = names
        let known = table.earlierPosition(hash: mixed, orEnterAt: nodes.count) {
            parents[$0] == parent && names[nodes[$0].name].elementsEqual(names[name])
        }
        return known ?? append(name, to: parent)
    }

    /// A new last child.
    private mutating func append(_ name: Range<Int>, to parent: Int) -> Int {
        let child = nodes.count
        let last = Int(nodes[parent].lastChild)
        nodes.append(KeyTree.Node(name: name))
        parents.append(Int32(parent))
        nodes[parent].lastChild = Int32(child)
        if last >= 0 { nodes[last].nextSibling = Int32(child) } else { nodes[parent].firstChild = Int32(child) }
        return child
    }

    private func isEqual(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count, let start = names.baseAddress else { return left.count == right.count }
        return memcmp(start + left.lowerBound, start + right.lowerBound, left.count) == 0
    }
}

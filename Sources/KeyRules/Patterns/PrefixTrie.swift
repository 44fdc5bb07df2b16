/// Finds the patterns whose leading literal a key begins with, in time proportional to that literal.
struct PrefixTrie: Sendable {
    private struct Node {
        var children: [(byte: UInt8, node: Int)] = []

        func child(_ byte: UInt8) -> Int? {
            for child in children where child.byte == byte { return child.node }
            return nil
        }

        var patterns: [Int] = []
    }

    private var nodes: [Node] = [Node()]

    mutating func insert(_ pattern: Int, under literal: KeyText) {
        var node = 0
        for byte in literal {
            if let child = nodes[node].child(byte) {
                node = child
            } else {
                nodes.append(Node())
                nodes[node].children.append((byte, nodes.count - 1))
                node = nodes.count - 1
            }
        }
        nodes[node].patterns.append(pattern)
    }

    /// The patterns that may match `key`, in ascending order.
    func candidates(for key: KeyText) -> [Int] {
        var found = nodes[0].patterns
        var node = 0
        var sources = found.isEmpty ? 0 : 1
        for byte in key {
            guard let child = nodes[node].child(byte) else { break }
            node = child
            guard !nodes[node].patterns.isEmpty else { continue }
            // Most keys have one such node: its array is handed out as it is.
            if sources == 0 { found = nodes[node].patterns } else { found += nodes[node].patterns }
            sources += 1
        }
        if sources > 1 { found.sort() }
        return found
    }
}

import CheckpointIO
import TensorCore

extension KeyTree {
    /// The tensors that are the same elements as another.
    func ties() -> TiedTensors { TiedTensors(entries.tensors) }

    /// By node, the first key of the elements that it has under another.
    func twins(_ ties: TiedTensors) -> [Int: Key] {
        guard !ties.isEmpty else { return [:] }
        var twins: [Int: Key] = [:]
        for (node, tensor) in tensorNodes { twins[node] = ties.firstKey(ofTensorAt: tensor) }
        return twins
    }

    /// Counts the tensors and their bytes, from the leaves on: children come after their parents. Tied tensors count
    /// once in each node that contains several of them.
    mutating func measure(_ ties: TiedTensors?) {
        sizes = [Size](repeating: Size(), count: nodes.count)
        for index in nodes.indices.reversed() {
            var size = Size()
            if let entry = entry(of: index) {
                if case .tensor = entry { size.tensorCount = 1 }
                size.byteCount = entry.tensor?.byteCount ?? 0
            }
            for child in children(of: index) {
                size.tensorCount += sizes[child].tensorCount
                size.byteCount = size.byteCount.addingSaturated(sizes[child].byteCount)
            }
            sizes[index] = size
        }
        if let ties, !ties.isEmpty { discount(ties) }
    }

    /// Each node with a tensor, and the tensor's position among the entries that are tensors.
    private var tensorNodes: [(node: Int, tensor: Int)] {
        var positions: [Int: Int] = [:]
        for (position, entry) in entries.enumerated() {
            if case .tensor? = entry.entry { positions[position] = positions.count }
        }
        return nodes.indices.compactMap { node in positions[Int(nodes[node].entry)].map { (node, $0) } }
    }

    /// Takes tied tensors off the nodes that have them more than once: of neighbours in the order of the tree, off the
    /// lowest node above both, and all above that.
    private mutating func discount(_ ties: TiedTensors) {
        var parents = [Int](repeating: -1, count: nodes.count)
        for node in nodes.indices { for child in children(of: node) { parents[child] = node } }
        var order = [Int](repeating: 0, count: nodes.count)
        var next = 0
        var stack = [Self.root]
        while let node = stack.popLast() {
            order[node] = next
            next += 1
            stack.append(contentsOf: children(of: node).reversed())
        }
        var groups: [Int: [Int]] = [:]
        for (node, tensor) in tensorNodes { groups[ties.first(ofTensorAt: tensor) ?? tensor, default: []].append(node) }
        for group in groups.values where group.count > 1 {
            let sorted = group.sorted { order[$0] < order[$1] }
            for (left, right) in zip(sorted, sorted.dropFirst()) {
                var above: Set<Int> = []
                var node = parents[left]
                while node >= 0 {
                    above.insert(node)
                    node = parents[node]
                }
                node = parents[right]
                while node >= 0 {
                    if above.contains(node) {
                        sizes[node].tensorCount -= 1
                        let tied = entry(of: right)?.tensor?.byteCount ?? 0
                        sizes[node].byteCount = max(sizes[node].byteCount - tied, 0)
                    }
                    node = parents[node]
                }
            }
        }
    }
}

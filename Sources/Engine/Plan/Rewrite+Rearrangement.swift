import ModelGraph

extension Rewrite {
    /// The channels of a map in groups, transposed, are a choice of channels: products look each up where it lies.
    static let channelShuffle = Rewrite { graph in
        let readers = graph.readers
        for node in graph.order {
            let shape = graph.nodes[node].shape
            guard shape.count == 4, case .reshape = graph.nodes[node].operation,
                let moved = graph.nodes[node].inputs.first,
                graph[moved].operation == .permute(.init([0, 2, 1, 3, 4])),
                let grouped = graph[moved].inputs.first, case .reshape = graph[grouped].operation,
                let source = graph[grouped].inputs.first, graph[source].shape == shape,
                graph[grouped].shape[0] == shape[0], graph[grouped].shape[3...] == shape[2...],
                [moved, grouped].allSatisfy({ readers[$0.node].count == 1 && !graph.kept.contains($0) })
            else { continue }
            let (groups, size) = (graph[grouped].shape[1], graph[grouped].shape[2])
            let table = ComputedTable("channelShuffle(\(groups), \(size))", shape: [shape[1]], dtype: .int64) {
                (0..<size).flatMap { channel in (0..<groups).map { Double($0 * size + channel) } }
            }
            graph.replace(Value(node: node), by: .gather(.init(axis: 1, index: table)), of: [source])
        }
    }

    /// A concatenation of concatenations is one, and copies each part once: Res2Net appends its branches one by one.
    static let concatenation = Rewrite { graph in
        let readers = graph.readers
        for node in graph.order {
            guard case .concat(let concat) = graph.nodes[node].operation else { continue }
            let inputs = graph.nodes[node].inputs
            let parts = inputs.flatMap { input in
                graph[input].operation == .concat(concat) && readers[input.node].count == 1
                    && !graph.kept.contains(input) ? graph[input].inputs : [input]
            }
            if parts != inputs { graph.replace(Value(node: node), by: .concat(concat), of: parts) }
        }
    }

    /// Permutations with reshapes between them are one permutation of finer axes.
    static let rearrangement = Rewrite { graph in
        let readers = graph.readers
        for node in graph.order {
            guard let chain = graph.rearrangements(endingAt: node, readers),
                let whole = JoinedPermutation(graph[chain.source].shape, chain.operations)
            else { continue }
            let fine = try graph.append(.reshape(.init(whole.fine)), of: [chain.source])
            let moved = try graph.append(.permute(.init(whole.axes)), of: [fine])
            graph.replace(Value(node: node), by: .reshape(.init(graph.nodes[node].shape)), of: [moved])
        }
    }
}

extension PlanGraph {
    /// The longest chain of reshapes and permutations that ends at a node and whose values before that nothing else reads
    /// or keeps; nil if it has fewer than two permutations, or goes on after the node.
    fileprivate func rearrangements(
        endingAt node: Int, _ readers: [[Int]]
    ) -> (source: Value, operations: [Operation])? {
        func isPart(_ node: Int) -> Bool {
            switch nodes[node].operation {
            case .reshape, .permute: constants[node] == nil
            default: false
            }
        }
        func isInside(_ node: Int) -> Bool { readers[node].count == 1 && !kept.contains(Value(node: node)) }
        guard isPart(node), !isInside(node) || !isPart(readers[node][0]) else { return nil }
        var (first, operations) = (node, [nodes[node].operation])
        while let input = nodes[first].inputs.first?.node, isPart(input), isInside(input) {
            first = input
            operations.append(nodes[input].operation)
        }
        operations.reverse()
        let permutations = operations.indices.filter { if case .permute = operations[$0] { true } else { false } }
        guard permutations.count >= 2, let source = nodes[first].inputs.first else { return nil }
        return (source, operations)
    }
}

/// A chain of reshapes and permutations as one permutation of finer axes.
private struct JoinedPermutation {
    /// The source's axes, taken apart as far as the chain does.
    let fine: [Int]
    /// Axis i of the result of the permutation is axis `axes[i]` of the fine ones.
    let axes: [Int]

    /// nil where extents do not divide each other.
    init?(_ shape: [Int], _ operations: [Operation]) {
        // The parts of axes are numbered: `extents` by number, then their numbers in the order of the source and of now.
        var extents = shape.filter { $0 > 1 }
        var source = Array(extents.indices)
        var current = source
        var shape = shape
        for operation in operations {
            switch operation {
            case .reshape(let reshape):
                var place = 0
                for extent in reshape.shape where extent > 1 {
                    var open = extent
                    while open > 1 {
                        let part = current[place]
                        let own = extents[part]
                        if open % own == 0 {
                            open /= own
                        } else if own % open == 0 {
                            let rest = extents.count
                            extents[part] = open
                            extents.append(own / open)
                            current.insert(rest, at: place + 1)
                            guard let position = source.firstIndex(of: part) else { return nil }
                            source.insert(rest, at: position + 1)
                            open = 1
                        } else {
                            return nil
                        }
                        place += 1
                    }
                }
                shape = reshape.shape
            case .permute(let permute):
                var groups: [[Int]] = []
                var place = 0
                for extent in shape {
                    var (group, open) = ([Int](), extent)
                    while open > 1 {
                        group.append(current[place])
                        open /= extents[current[place]]
                        place += 1
                    }
                    groups.append(group)
                }
                current = permute.axes.flatMap { groups[$0] }
                shape = permute.axes.map { shape[$0] }
            default: return nil
            }
        }
        guard !source.isEmpty else { return nil }
        var places = source
        for (position, part) in source.enumerated() { places[part] = position }
        fine = source.map { extents[$0] }
        axes = current.map { places[$0] }
    }
}

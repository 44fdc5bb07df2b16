import ModelGraph

/// A change of the graph that keeps what it computes, up to rounding.
struct Rewrite: Sendable {
    let name: String
    let apply: @Sendable (inout PlanGraph) throws -> Void

    /// In the order in which they are applied.
    static let all = [attention, swish, permutedSum]

    /// x · sigmoid(x) is SiLU.
    static let swish = Rewrite(name: "swish") { graph in
        let readers = graph.readers
        for node in graph.order {
            guard graph.nodes[node].operation == .binary(.init(.multiply)) else { continue }
            let inputs = graph.nodes[node].inputs
            for (gate, value) in [(inputs[0], inputs[1]), (inputs[1], inputs[0])] {
                guard graph[gate].operation == .activation(.sigmoid), graph[gate].inputs == [value],
                    readers[gate.node].count == 1, !graph.kept.contains(gate)
                else { continue }
                graph.replace(Value(node: node), by: .activation(.silu), of: [value])
                break
            }
        }
    }

    /// a + permute(b) is permute(permute⁻¹(a) + b): the sum then follows what computes b, and permuting costs nothing.
    static let permutedSum = Rewrite(name: "permuted_sum") { graph in
        let readers = graph.readers
        for node in graph.order {
            guard graph.nodes[node].operation == .binary(.init(.add)) else { continue }
            let inputs = graph.nodes[node].inputs
            for (permuted, other) in [(inputs[0], inputs[1]), (inputs[1], inputs[0])] {
                guard case .permute(let permutation) = graph[permuted].operation,
                    readers[permuted.node].count == 1, !graph.kept.contains(permuted), !graph.isConstant(permuted),
                    graph[permuted].shape == graph[other].shape
                else { continue }
                let inverse = try graph.append(.permute(permutation.inverse), of: [other])
                let sum = try graph.append(.binary(.init(.add)), of: [inverse, graph[permuted].inputs[0]])
                graph.replace(Value(node: node), by: .permute(permutation), of: [sum])
                break
            }
        }
    }
}

extension Operation.Permute {
    var inverse: Operation.Permute {
        var inverse = axes
        for (position, axis) in axes.enumerated() { inverse[axis] = position }
        return Operation.Permute(inverse)
    }
}

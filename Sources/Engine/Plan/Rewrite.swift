import ModelGraph

/// A change of the graph that keeps what it computes, up to rounding.
struct Rewrite: Sendable {
    let apply: @Sendable (inout PlanGraph) throws -> Void

    /// In the order in which they are applied.
    static let all = [
        paddedConvolution, spectralFilter, responseNorm, layerNorm, normalize, maskedScores, attention, swish,
        hardGates, permutedProduct, permutedSum, channelShuffle, rearrangement, concatenation,
    ]

    /// A convolution pads by itself: where its first window begins, and how far its outputs reach.
    static let paddedConvolution = Rewrite { graph in
        for node in graph.order {
            guard case .conv2d(var convolution) = graph.nodes[node].operation,
                case .pad(let pad) = graph[graph.nodes[node].inputs[0]].operation,
                pad.before[..<2] == [0, 0], pad.after[..<2] == [0, 0]
            else { continue }
            convolution.geometry.padding.height += pad.before[2]
            convolution.geometry.padding.width += pad.before[3]
            graph.nodes[node].operation = .conv2d(convolution)
            graph.nodes[node].inputs = graph[graph.nodes[node].inputs[0]].inputs
        }
    }

    /// gamma · (x · ‖x‖ / (mean ‖x‖ + ε)) + beta + x over the last axis of `[N, H, W, C]`.
    static let responseNorm = Rewrite { graph in
        for node in graph.order {
            guard let (affine, x) = graph.operands(of: node, .add),
                let (scaled, beta) = graph.operands(of: affine, .add),
                let (gamma, gated) = graph.operands(of: scaled, .multiply),
                let (value, gate) = graph.operands(of: gated, .multiply), value == x,
                let (norm, shifted) = graph.operands(of: gate, .divide),
                graph[norm].operation == .reduce(.init(.norm, axes: [1, 2])), graph[norm].inputs == [x],
                case .affine(let shift) = graph[shifted].operation, shift.scale == 1,
                graph[graph[shifted].inputs[0]].operation == .reduce(.init(.mean, axes: [3])),
                graph[graph[shifted].inputs[0]].inputs == [norm],
                let channels = graph[x].shape.last, graph[gamma].shape == [channels], graph[beta].shape == [channels]
            else { continue }
            graph.replace(
                Value(node: node), by: .responseNorm(.init(epsilon: shift.shift)), of: [x, gamma, beta])
        }
    }

    /// Scores in whose place a softmax reads −10³⁰ or less, where a constant says so, are those with a mask added, which
    /// attention takes.
    static let maskedScores = Rewrite { graph in
        let readers = graph.readers
        for node in graph.order {
            let (value, inputs) = (Value(node: node), graph.nodes[node].inputs)
            guard case .choose = graph.nodes[node].operation, case .constant = graph[inputs[0]].operation,
                readers[node].count == 1, !graph.kept.contains(value),
                case .softmax = graph.nodes[readers[node][0]].operation
            else { continue }
            for (scores, hidden) in [(2, 1), (1, 2)] {
                guard graph[inputs[scores]].shape == graph[value].shape,
                    case .constant(let constant) = graph[inputs[hidden]].operation,
                    constant.table.elements.allSatisfy({ $0 <= -1e30 })
                else { continue }
                var parts = inputs
                parts[scores] = try graph.append(.constant(.init(ComputedTable("0", shape: []) { [0] })), of: [])
                let mask = try graph.append(.choose(.init()), of: parts)
                graph.replace(value, by: .binary(.init(.add)), of: [inputs[scores], mask])
                break
            }
        }
    }

    /// x · sigmoid(x) is SiLU.
    static let swish = Rewrite { graph in
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

    /// min(max(x + 3, 0), 6) / 6 is hard sigmoid, and x times it hard swish.
    static let hardGates = Rewrite { graph in
        let readers = graph.readers
        for node in graph.order {
            guard graph.factor(of: graph.nodes[node]) == 1.0 / 6 else { continue }
            let divided = graph.nodes[node].inputs[0]
            if let x = graph.inputOfHardGate(divided, readers) {
                graph.replace(Value(node: node), by: .activation(.hardSigmoid), of: [x])
            } else if readers[divided.node].count == 1, !graph.kept.contains(divided),
                let (left, right) = graph.operands(of: divided, .multiply)
            {
                for (x, gate) in [(left, right), (right, left)] where graph.inputOfHardGate(gate, readers) == x {
                    graph.replace(Value(node: node), by: .activation(.hardSwish), of: [x])
                    break
                }
            }
        }
    }

    /// permute(b) · c is permute(b · permute⁻¹(c)) for a c that does not depend on the input: the layer scale of what
    /// computes b folds into its weights then.
    static let permutedProduct = Rewrite { graph in
        let readers = graph.readers
        let fixed = graph.fixedNodes
        for node in graph.order {
            guard case (let left, let right)? = graph.operands(of: node, .multiply) else { continue }
            for (permuted, factor) in [(left, right), (right, left)] {
                guard case .permute(let permutation) = graph[permuted].operation, fixed[factor.node],
                    !fixed[permuted.node], readers[permuted.node].count == 1, !graph.kept.contains(permuted),
                    graph.nodes[node].shape == graph[permuted].shape
                else { continue }
                let own = graph[factor].shape
                let missing = graph[permuted].shape.count - own.count
                let whole =
                    missing == 0
                    ? factor
                    : try graph.append(.reshape(.init([Int](repeating: 1, count: missing) + own)), of: [factor])
                let inverse = try graph.append(.permute(permutation.inverse), of: [whole])
                let product = try graph.append(
                    .binary(.init(.multiply)), of: [graph[permuted].inputs[0], inverse])
                graph.replace(Value(node: node), by: .permute(permutation), of: [product])
                break
            }
        }
    }

    /// a + permute(b) is permute(permute⁻¹(a) + b): the sum then follows what computes b, and permuting costs nothing.
    static let permutedSum = Rewrite { graph in
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

extension PlanGraph {
    /// x of min(max(x + 3, 0), 6) if nothing else reads what is computed on the way.
    fileprivate func inputOfHardGate(_ value: Value, _ readers: [[Int]]) -> Value? {
        var (value, lower, upper) = (value, -Double.infinity, Double.infinity)
        while readers[value.node].count == 1, !kept.contains(value), !isConstant(value) {
            switch self[value].operation {
            case .activation(.relu): lower = max(lower, 0)
            case .activation(.relu6): (lower, upper) = (max(lower, 0), min(upper, 6))
            case .activation(.clamp(let least, let most)): (lower, upper) = (max(lower, least), min(upper, most))
            case .affine(.init(shift: 3)): return (lower, upper) == (0, 6) ? self[value].inputs[0] : nil
            default: return nil
            }
            value = self[value].inputs[0]
        }
        return nil
    }
}

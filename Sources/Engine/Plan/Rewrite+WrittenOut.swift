import ModelGraph

extension Rewrite {
    /// (x − mean) / √(variance + ε) · weight + bias over one axis is a layer norm.
    static let layerNorm = Rewrite { graph in
        for node in graph.order {
            guard let norm = LayerNormPattern(graph, node) else { continue }
            try norm.apply(to: &graph, at: node)
        }
    }

    /// x / max(‖x‖, ε) over one axis is a normalisation.
    static let normalize = Rewrite { graph in
        for node in graph.order {
            guard case (let x, var divisor)? = graph.operands(of: node, .divide) else { continue }
            if case .expand = graph[divisor].operation { divisor = graph[divisor].inputs[0] }
            guard case .activation(.clamp(let epsilon, .infinity)) = graph[divisor].operation,
                case .reduce(let norm) = graph[graph[divisor].inputs[0]].operation, norm.kind == .norm,
                norm.axes.count == 1, graph[graph[divisor].inputs[0]].inputs == [x], epsilon > 0,
                graph.nodes[node].shape == graph[x].shape
            else { continue }
            graph.replace(
                Value(node: node), by: .normalize(.init(axis: norm.axes[0], epsilon: epsilon)), of: [x])
        }
    }
}

/// The parts of a layer norm that a model writes out.
private struct LayerNormPattern {
    private let x: Value
    private let axis: Int
    private let epsilon: Double
    /// Positions of weight and bias in the graph's parameters.
    private let parameters: [Int]

    /// nil unless `node` adds a bias to weighted quotients.
    init?(_ graph: PlanGraph, _ node: Int) {
        func pair(_ value: Value, _ kind: Operation.Binary.Kind) -> [(Value, Value)] {
            graph.operands(of: value, kind).map { kind == .divide ? [$0] : [$0, ($0.1, $0.0)] } ?? []
        }
        for (scaled, bias) in pair(Value(node: node), .add) {
            for (quotient, weight) in pair(scaled, .multiply) {
                let divided = pair(quotient, .divide).map { ($0, Operation.Function.squareRoot) }
                let multiplied = pair(quotient, .multiply).map { ($0, Operation.Function.reciprocalSquareRoot) }
                for ((difference, root), function) in divided + multiplied {
                    guard graph[root].operation == .function(function),
                        let (x, axis) = graph.difference(difference),
                        case .affine(let shift) = graph[graph[root].inputs[0]].operation, shift.scale == 1,
                        let variance = graph[graph[root].inputs[0]].inputs.first,
                        graph[variance].operation == .reduce(.init(.mean, axes: [axis])),
                        let (left, right) = graph.operands(of: graph[variance].inputs[0], .multiply), left == right,
                        let (same, other) = graph.difference(left), same == x, other == axis,
                        let gamma = graph.parameter(weight, along: axis, of: x),
                        let beta = graph.parameter(bias, along: axis, of: x)
                    else { continue }
                    (self.x, self.axis, epsilon, parameters) = (x, axis, shift.shift, [gamma, beta])
                    return
                }
            }
        }
        return nil
    }

    func apply(to graph: inout PlanGraph, at node: Int) throws(ShapeError) {
        let axes = graph[x].shape.indices.filter { $0 != axis } + [axis]
        let permutation = Operation.Permute(axes)
        let last = try graph.append(.permute(permutation), of: [x])
        let norm = try graph.append(.layerNorm(.init(epsilon: epsilon)), of: [last])
        graph.nodes[norm.node].weights = parameters
        graph.replace(Value(node: node), by: .permute(permutation.inverse), of: [norm])
    }
}

extension PlanGraph {
    /// x and the axis of x − its mean over that axis.
    fileprivate func difference(_ value: Value) -> (x: Value, axis: Int)? {
        guard let (x, mean) = operands(of: value, .subtract), case .reduce(let reduce) = self[mean].operation,
            reduce.kind == .mean, reduce.axes.count == 1, self[mean].inputs == [x],
            self[mean].shape.count == self[x].shape.count
        else { return nil }
        return (x, reduce.axes[0])
    }

    /// The position of a parameter that has one number per position of an axis of x and spreads over the other axes.
    fileprivate func parameter(_ value: Value, along axis: Int, of x: Value) -> Int? {
        let shape = self[x].shape
        var own = self[value].shape
        own = [Int](repeating: 1, count: max(0, shape.count - own.count)) + own
        guard own == shape.indices.map({ $0 == axis ? shape[$0] : 1 }) else { return nil }
        var node = self[value]
        while case .reshape = node.operation { node = self[node.inputs[0]] }
        guard node.operation == .parameter, node.shape == [shape[axis]] else { return nil }
        return node.weights.first
    }
}

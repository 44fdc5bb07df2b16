import ModelGraph

extension Rewrite {
    /// softmax(scale · q·kᵀ + bias + mask) · v, written out, is one attention.
    static let attention = Rewrite { graph in
        let readers = graph.readers
        for node in graph.order {
            guard graph.nodes[node].operation == .matmul(.init(isTransposed: false)),
                let pattern = AttentionPattern(graph, readers, product: node)
            else { continue }
            try pattern.apply(to: &graph)
        }
    }
}

/// The parts of an attention that a model writes out.
private struct AttentionPattern {
    private let product: Int
    private let scores: PlanGraph.Node
    private let value: Value
    private var scale = 1.0
    /// What is added to the scores, with the shape that these have there.
    private var masks: [(value: Value, scores: [Int])] = []

    /// nil unless `product` multiplies a softmax of scaled and shifted scores, none of which anybody else reads.
    init?(_ graph: PlanGraph, _ readers: [[Int]], product: Int) {
        self.product = product
        value = graph.nodes[product].inputs[1]
        func only(_ value: Value) -> PlanGraph.Node? {
            readers[value.node].count == 1 && !graph.kept.contains(value) && !graph.isConstant(value)
                ? graph[value] : nil
        }
        guard let weights = only(graph.nodes[product].inputs[0]), case .softmax(let softmax) = weights.operation,
            softmax.axis == weights.shape.count - 1, var step = only(weights.inputs[0])
        else { return nil }
        // From the softmax up to the product of queries and keys.
        while true {
            if let factor = graph.factor(of: step) {
                scale *= factor
                guard let next = only(step.inputs[0]) else { return nil }
                step = next
                continue
            }
            switch step.operation {
            case .binary(let binary) where binary.kind == .add && scale == 1:
                guard
                    let side = step.inputs.firstIndex(where: { graph[$0].shape == step.shape && !graph.isConstant($0) })
                else { return nil }
                masks.append((step.inputs[1 - side], step.shape))
                guard let next = only(step.inputs[side]) else { return nil }
                step = next
                continue
            case .reshape where step.shape.suffix(3) == graph[step.inputs[0]].shape.suffix(3):
                break
            case .matmul where step.inputs.allSatisfy({ !graph.isConstant($0) }) && step.shape == weights.shape:
                scores = step
                let (query, key) = (graph[step.inputs[0]].shape, graph[step.inputs[1]].shape)
                guard query.count == key.count, query.dropLast(2) == key.dropLast(2),
                    graph[value].shape.count == query.count, graph[value].shape.dropLast(2) == query.dropLast(2)
                else { return nil }
                return
            default: return nil
            }
            guard let next = only(step.inputs[0]) else { return nil }
            step = next
        }
    }

    func apply(to graph: inout PlanGraph) throws(ShapeError) {
        guard case .matmul(let matmul) = scores.operation else { return }
        var scale = scale
        /// What a query or key is before a number scales it, which then scales the scores.
        func unscaled(_ value: Value) -> Value {
            guard let factor = graph.factor(of: graph[value]) else { return value }
            scale *= factor
            return graph[value].inputs[0]
        }
        var key = unscaled(scores.inputs[1])
        var query = unscaled(scores.inputs[0])
        let rank = scores.shape.count
        if !matmul.isTransposed {
            let axes = Array(0..<rank - 2) + [rank - 1, rank - 2]
            key = try graph.append(.permute(.init(axes)), of: [key])
        }
        var terms: [Value] = []
        for added in masks {
            var term = added.value
            if let bias = SeparableBias(graph, term, scores: scores.shape) {
                (query, key) = try bias.joined(to: query, key, scale: scale, in: &graph)
                scale = 1
                continue
            }
            if added.scores != scores.shape {
                // The scores were reshaped, their heads and what follows left as they are: the mask is spread over the
                // axes in front, which then become those of the scores.
                let (mask, front) = (graph[term].shape, added.scores.count - 3)
                let padded = [Int](repeating: 1, count: added.scores.count - mask.count) + mask
                let inner = Array(padded[front...])
                term = try graph.append(.expand(.init(Array(added.scores[..<front]) + inner)), of: [term])
                term = try graph.append(.reshape(.init(Array(scores.shape.dropLast(3)) + inner)), of: [term])
            }
            terms.append(term)
        }
        graph.replace(
            Value(node: product), by: .attention(.init(scale: scale, isExplicit: true)),
            of: [query, key, value] + terms)
    }
}

/// A bias of scores that is a sum, one term for the row of the key and one for its column.
///
/// It becomes part of the product: the terms lengthen the queries, and each key has ones at its row and column. The
/// scores of all pairs then never lie in memory.
private struct SeparableBias {
    private let rows, columns: Value
    private let scores: [Int]
    /// The grid of the keys.
    private let grid: Extent2d

    /// nil unless `bias` is `[…, h, w, kh, 1]` + `[…, h, w, 1, kw]` in the shape of the scores, `[…, h·w, kh·kw]`.
    init?(_ graph: PlanGraph, _ bias: Value, scores: [Int]) {
        guard case .reshape = graph[bias].operation, graph[bias].shape == scores, scores.count == 4,
            let (rows, columns) = graph.operands(of: graph[bias].inputs[0], .add)
        else { return nil }
        let shape = graph[graph[bias].inputs[0]].shape
        guard shape.count == 6, shape[..<2] == scores[..<2], shape[2] * shape[3] == scores[2],
            graph[rows].shape == Array(shape[..<5]) + [1], graph[columns].shape == Array(shape[..<4]) + [1, shape[5]]
        else { return nil }
        self.rows = rows
        self.columns = columns
        self.scores = scores
        grid = Extent2d(height: shape[4], width: shape[5])
    }

    /// Queries, which are scaled, and keys, whose product has the bias.
    func joined(
        to query: Value, _ key: Value, scale: Double, in graph: inout PlanGraph
    ) throws(ShapeError) -> (query: Value, key: Value) {
        let leading = Array(scores.dropLast())
        let parts = [
            try graph.append(.affine(.init(scale: scale)), of: [query]),
            try graph.append(.reshape(.init(leading + [grid.height])), of: [rows]),
            try graph.append(.reshape(.init(leading + [grid.width])), of: [columns]),
        ]
        let table = try graph.append(.constant(.init(.places(of: grid))), of: [])
        let places = try graph.append(
            .expand(.init(Array(scores.dropLast(2)) + [scores[3], grid.height + grid.width])), of: [table])
        return (
            try graph.append(.concat(.init(axis: 3)), of: parts),
            try graph.append(.concat(.init(axis: 3)), of: [key, places])
        )
    }
}

extension ComputedTable {
    /// For each place of a map 1 at its row and, after the rows, at its column; `[height · width, height + width]`.
    fileprivate static func places(of grid: Extent2d) -> ComputedTable {
        let (area, width) = (grid.height * grid.width, grid.height + grid.width)
        return ComputedTable("places(\(grid.height), \(grid.width))", shape: [area, width]) {
            var elements = [Double](repeating: 0, count: area * width)
            for place in 0..<area {
                elements[place * width + place / grid.width] = 1
                elements[place * width + grid.height + place % grid.width] = 1
            }
            return elements
        }
    }
}

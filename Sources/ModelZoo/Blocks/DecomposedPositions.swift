import ModelGraph

/// A learnt bias of attention by the distance of two places, from the query: the product with a vector for the distance
/// down and that with one for the distance across.
///
/// Source: `add_decomposed_rel_pos` in `mmpretrain/models/backbones/{mvit,vit_sam}.py` of MMPreTrain 1.2.
struct DecomposedPositions {
    private let scope: Scope
    private let down, across: Int

    /// Declares `rel_pos_h` and `rel_pos_w`, each `[2 · extent − 1, channels]`.
    /// - Parameter grid: places of the larger of queries and keys, down and across.
    init(_ scope: Scope, _ grid: Extent2d, channels: Int) throws(GraphError) {
        self.scope = scope
        down = try scope.declare("rel_pos_h", [2 * grid.height - 1, channels])
        across = try scope.declare("rel_pos_w", [2 * grid.width - 1, channels])
    }

    /// `[N, heads, h·w, channels]` → `[N, heads, h·w, h'·w']`, which is added to the scores.
    func callAsFunction(_ query: Value, _ queries: Extent2d, _ keys: Extent2d) throws(GraphError) -> Value {
        let shape = scope.shape(of: query)
        let map = try scope.reshape(query, [shape[0], shape[1], queries.height, queries.width, shape[3]])
        let rows = try scope.matmul(
            map, try vectors(down, queries.height, keys.height), transposed: true, isEinsum: true)
        let columns = try scope.matmul(
            try scope.transpose(map, 2, 3), try vectors(across, queries.width, keys.width), transposed: true,
            isEinsum: true)
        let sum = try scope.add(
            try scope.unsqueeze(rows, 5), try scope.unsqueeze(try scope.transpose(columns, 2, 3), 4))
        return try scope.reshape(
            sum, [shape[0], shape[1], queries.height * queries.width, keys.height * keys.width])
    }

    /// `[queries, keys, channels]` of a table, which is resized where there are other distances than its own.
    private func vectors(_ table: Int, _ queries: Int, _ keys: Int) throws(GraphError) -> Value {
        var value = try scope.value(ofParameter: table)
        let distances = 2 * max(queries, keys) - 1
        if scope.shape(of: value)[0] != distances {
            let lines = try scope.unsqueeze(try scope.transpose(value, 0, 1), 0)
            let resized = try scope.resizeLinearly(lines, to: distances)
            value = try scope.transpose(try scope.select(resized, axis: 0, 0), 0, 1)
        }
        return try scope.gather(value, .distanceIndex(queries: queries, keys: keys))
    }
}

extension ComputedTable {
    /// For each query and key of a line the row of their distance, in steps of the finer of the two grids;
    /// `[queries, keys]`. In float32, as upstream: a distance between two steps is truncated.
    fileprivate static func distanceIndex(queries: Int, keys: Int) -> ComputedTable {
        ComputedTable("distanceIndex(\(queries), \(keys))", shape: [queries, keys], dtype: .int64) {
            let queryStep = max(Double(keys) / Double(queries), 1)
            let keyStep = max(Double(queries) / Double(keys), 1)
            let shift = Float(Double(keys - 1) * keyStep)
            return (0..<queries).flatMap { query in
                (0..<keys).map { key in
                    Double(Int(Float(query) * Float(queryStep) - Float(key) * Float(keyStep) + shift))
                }
            }
        }
    }
}

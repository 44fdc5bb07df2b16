import ModelGraph

/// A learnt bias of attention by the distance of two patches, with three more rows for the class token.
///
/// Source: `BEiTAttention` in `mmpretrain/models/utils/attention.py` and `RelativePositionBias` in
/// `mmpretrain/models/backbones/beit.py` of MMPreTrain 1.2.
struct RelativePositions {
    private let scope: Scope
    private let table: Int
    private let index: ComputedTable

    /// Declares `relative_position_bias_table` and `relative_position_index`.
    init(_ scope: Scope, _ grid: Extent2d, heads: Int) throws(GraphError) {
        self.scope = scope
        let distances = (2 * grid.height - 1) * (2 * grid.width - 1) + 3
        table = try scope.declare("relative_position_bias_table", [distances, heads])
        index = .relativePositionIndexWithClassToken(grid)
        _ = try scope.declare("relative_position_index", computed: index)
    }

    /// `[heads, 1 + h·w, 1 + h·w]`
    func callAsFunction() throws(GraphError) -> Value {
        try scope.permute(try scope.gather(try scope.value(ofParameter: table), index), [2, 0, 1])
    }
}

extension ComputedTable {
    /// `relativePositionIndex` with a row and a column in front for the class token.
    fileprivate static func relativePositionIndexWithClassToken(_ grid: Extent2d) -> ComputedTable {
        let area = grid.height * grid.width
        return ComputedTable(
            "relativePositionIndexWithClassToken(\(grid.height), \(grid.width))", shape: [area + 1, area + 1],
            dtype: .int64
        ) {
            let distances = (2 * grid.height - 1) * (2 * grid.width - 1) + 3
            let inner = relativePositionIndex(grid).elements
            var elements = [Double](repeating: Double(distances - 3), count: area + 1)
            elements[0] = Double(distances - 1)
            for row in 0..<area {
                elements.append(Double(distances - 2))
                elements += inner[(row * area)..<((row + 1) * area)]
            }
            return elements
        }
    }
}

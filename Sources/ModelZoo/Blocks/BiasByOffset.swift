import ModelGraph

/// A learnt bias of attention by how far apart two places are, whichever way: parameter `attention_biases`,
/// `[heads, offsets]`.
///
/// Source: `LeAttention` in `mmpretrain/models/utils/attention.py`, `levit.py` and `efficientformer.py` in
/// `mmpretrain/models/backbones` of MMPreTrain 1.2.
struct BiasByOffset {
    private let scope: Scope
    private let biases: Int
    private let index: ComputedTable

    /// - Parameters:
    ///   - stride: of the places that attend, among those that are attended to.
    ///   - isStored: whether the state dict has the index, `attention_bias_idxs`.
    init(
        _ scope: Scope, heads: Int, _ grid: Extent2d, stride: Int = 1, isStored: Bool
    ) throws(GraphError) {
        self.scope = scope
        index = .offsetIndex(grid, stride: stride)
        biases = try scope.declare("attention_biases", [heads, grid.height * grid.width])
        if isStored { _ = try scope.declare("attention_bias_idxs", computed: index) }
    }

    /// `[heads, places that attend, places]`
    func callAsFunction() throws(GraphError) -> Value {
        try scope.gather(try scope.value(ofParameter: biases), axis: 1, index)
    }
}

extension ComputedTable {
    /// Distances of two places, numbered as they first occur when both run row by row.
    fileprivate static func offsetIndex(_ grid: Extent2d, stride: Int) -> ComputedTable {
        let rows = (grid.height - 1) / stride + 1
        let columns = (grid.width - 1) / stride + 1
        let places = grid.height * grid.width
        return ComputedTable(
            "offsetIndex(\(grid.height), \(grid.width), \(stride))", shape: [rows * columns, places], dtype: .int64
        ) {
            var numbers = [Int](repeating: -1, count: places)
            var next = 0
            var elements: [Double] = []
            for place in 0..<(rows * columns) {
                for other in 0..<places {
                    let down = abs(place / columns * stride - other / grid.width)
                    let across = abs(place % columns * stride - other % grid.width)
                    let offset = down * grid.width + across
                    if numbers[offset] < 0 {
                        numbers[offset] = next
                        next += 1
                    }
                    elements.append(Double(numbers[offset]))
                }
            }
            return elements
        }
    }
}

import ModelGraph

/// Attention among the tokens of a window, perhaps with a learnt bias by their distance: `WindowMSA`.
///
/// Source: `mmpretrain/models/utils/attention.py` of MMPreTrain 1.2, and with other names `davit.py` and `hivit.py` in
/// `mmpretrain/models/backbones`.
struct WindowAttention {
    private let scope: Scope
    private let heads: Int
    private let scale: Double
    private let biases: (table: Int, index: ComputedTable)?
    private let qkv, proj: Linear

    /// - Parameters:
    ///   - window: whose distances have a learnt bias; nil for none.
    ///   - bias: whether the projection to q, k and v has a bias.
    ///   - scale: by default 1 / √(channels of a head).
    init(
        _ scope: Scope, _ channels: Int, window: Extent2d?, heads: Int, bias: Bool = true, scale: Double? = nil
    ) throws(GraphError) {
        guard heads > 0, channels % heads == 0 else {
            throw .shape(module: scope.path, .groups(heads, channels: channels))
        }
        self.scope = scope
        self.heads = heads
        self.scale = scale ?? 1 / Double(channels / heads).squareRoot()
        if let window {
            let table = try scope.declare(
                "relative_position_bias_table", [(2 * window.height - 1) * (2 * window.width - 1), heads])
            let index = ComputedTable.relativePositionIndex(window)
            _ = try scope.declare("relative_position_index", computed: index)
            biases = (table, index)
        } else {
            biases = nil
        }
        qkv = try Linear(scope("qkv"), channels, 3 * channels, bias: bias)
        proj = try Linear(scope("proj"), channels, channels)
    }

    /// `[windows · N, L, channels]` → the same shape.
    /// - Parameter mask: `[windows, L, L]`.
    func callAsFunction(_ input: Value, mask: Value? = nil) throws(GraphError) -> Value {
        let parts = try scope.splitHeads(try qkv(input), heads: heads)
        var scores = try scope.matmul(try scope.scale(parts[0], by: scale), parts[1], transposed: true)
        if let biases {
            let bias = try scope.gather(try scope.value(ofParameter: biases.table), biases.index)
            scores = try scope.add(scores, try scope.unsqueeze(try scope.permute(bias, [2, 0, 1]), 0))
        }
        let weights = Identity(scope("attn_drop"))(try scope.maskedSoftmax(scores, mask))
        let attended = try scope.joinHeads(try scope.matmul(weights, parts[2]))
        return scope.output(Identity(scope("proj_drop"))(try proj(attended)))
    }
}

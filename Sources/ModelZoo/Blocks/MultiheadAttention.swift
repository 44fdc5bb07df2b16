import ModelGraph

/// MMPreTrain's `MultiheadAttention`: self-attention by PyTorch's fused function.
///
/// Source: `mmpretrain/models/utils/attention.py` of MMPreTrain 1.2.
struct MultiheadAttention: Module {
    private let scope: Scope
    private let qkv, proj: Linear
    private let gamma: any Module
    private let heads: Int

    /// - Parameter layerScale: above 0 for a learnt scale `gamma1`.
    init(
        _ scope: Scope, _ channels: Int, heads: Int, bias: Bool = true, layerScale: Double = 0
    ) throws(GraphError) {
        self.scope = scope
        self.heads = heads
        qkv = try Linear(scope("qkv"), channels, 3 * channels, bias: bias)
        proj = try Linear(scope("proj"), channels, channels)
        gamma = try LayerScale.ifAbove0(layerScale, scope("gamma1"), channels)
    }

    /// `[N, L, channels]` → the same shape.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        let parts = try scope.splitHeads(try qkv(input), heads: heads)
        let attended = try scope.joinHeads(try scope.attention(parts[0], parts[1], parts[2]))
        let value = Identity(scope("proj_drop"))(try proj(attended))
        return scope.output(Identity(scope("out_drop"))(try gamma(value)))
    }
}

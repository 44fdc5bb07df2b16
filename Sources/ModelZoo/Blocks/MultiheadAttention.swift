import ModelGraph

/// MMPreTrain's `MultiheadAttention`: self-attention by PyTorch's fused function.
///
/// Source: `mmpretrain/models/utils/attention.py` of MMPreTrain 1.2.
struct MultiheadAttention: Module {
    private let scope: Scope
    private let qkv, proj: Linear
    private let gamma: any Module
    private let heads: Int
    private let addsValues: Bool

    /// - Parameters:
    ///   - inputs: by default `channels`.
    ///   - layerScale: above 0 for a learnt scale `gamma1`.
    ///   - addsValues: `v_shortcut`: the values are added to the output; for one head.
    init(
        _ scope: Scope, _ channels: Int, inputs: Int? = nil, heads: Int, bias: Bool = true, layerScale: Double = 0,
        addsValues: Bool = false
    ) throws(GraphError) {
        self.scope = scope
        self.heads = heads
        self.addsValues = addsValues
        qkv = try Linear(scope("qkv"), inputs ?? channels, 3 * channels, bias: bias)
        proj = try Linear(scope("proj"), channels, channels)
        gamma = try LayerScale.ifAbove0(layerScale, scope("gamma1"), channels)
    }

    /// `[N, L, inputs]` → `[N, L, channels]`.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        let parts = try scope.splitHeads(try qkv(input), heads: heads)
        let attended = try scope.joinHeads(try scope.attention(parts[0], parts[1], parts[2]))
        var value = Identity(scope("proj_drop"))(try proj(attended))
        value = Identity(scope("out_drop"))(try gamma(value))
        if addsValues { value = try scope.add(try scope.joinHeads(parts[2]), value) }
        return scope.output(value)
    }
}

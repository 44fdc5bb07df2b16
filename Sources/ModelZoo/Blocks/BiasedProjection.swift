import ModelGraph

/// The projection `qkv` of an attention to q, k and v, whose bias may be of q and v alone: parameters `q_bias` and
/// `v_bias` of the attention itself. Upstream then calls no module.
///
/// Source: `BEiTAttention` and `WindowMSAV2` in `mmpretrain/models/utils/attention.py` of MMPreTrain 1.2.
struct BiasedProjection {
    private let scope: Scope
    private let channels: Int
    private let splitBias: [Int]
    private var weights: [Int] = []

    /// Declares `q_bias` and `v_bias`.
    /// - Parameter scope: of the attention.
    init(_ scope: Scope, _ channels: Int, splitBias: Bool) throws(GraphError) {
        self.scope = scope
        self.channels = channels
        var biases: [Int] = []
        if splitBias { for name in ["q_bias", "v_bias"] { biases.append(try scope.declare(name, [channels])) } }
        self.splitBias = biases
    }

    /// Declares `qkv.weight` and perhaps `qkv.bias`.
    mutating func declareWeight(bias: Bool = false) throws(GraphError) {
        let qkv = scope("qkv")
        weights = [try qkv.declare("weight", [3 * channels, channels])]
        if bias { weights.append(try qkv.declare("bias", [3 * channels])) }
    }

    /// `[…, channels]` → `[…, 3 · channels]`.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        let qkv = scope("qkv")
        if splitBias.isEmpty { return qkv.output(try qkv.record(.linear, input, weights: weights)) }
        let projected = try scope.record(.linear, input, weights: weights)
        let zeros = try scope.constant(.zeros([channels]))
        let bias = try scope.concat(
            [try scope.value(ofParameter: splitBias[0]), zeros, try scope.value(ofParameter: splitBias[1])], axis: 0)
        return try scope.add(projected, bias)
    }
}

extension ComputedTable {
    fileprivate static func zeros(_ shape: [Int]) -> ComputedTable {
        ComputedTable("zeros", shape: shape) { [Double](repeating: 0, count: shape.reduce(1, *)) }
    }
}

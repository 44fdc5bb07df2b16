import ModelGraph
import PlatformC

/// Attention among the tokens of a window by the cosine of q and k, with a bias that a small network computes from their
/// distance: `WindowMSAV2`.
///
/// Source: `mmpretrain/models/utils/attention.py` of MMPreTrain 1.2.
struct CosineWindowAttention {
    private let scope: Scope
    private let heads: Int
    private let logitScale, coordinates: Int
    private let index: ComputedTable
    private let biasNetwork: Sequential
    private let qkv: BiasedProjection
    private let proj: Linear

    /// - Parameter pretrainedWindow: whose distances the bias network was trained with; 0 for `window`.
    init(
        _ scope: Scope, _ channels: Int, window: Int, heads: Int, pretrainedWindow: Int
    ) throws(GraphError) {
        self.scope = scope
        self.heads = heads
        logitScale = try scope.declare("logit_scale", [heads, 1, 1])
        var qkv = try BiasedProjection(scope, channels, splitBias: true)
        coordinates = try scope.declare(
            "relative_coords_table",
            computed: .logDistances(window, unit: pretrainedWindow > 0 ? pretrainedWindow : window))
        index = .relativePositionIndex(.square(window))
        _ = try scope.declare("relative_position_index", computed: index)
        let network = scope("cpb_mlp")
        biasNetwork = Sequential(
            network,
            [
                try Linear(network(0), 2, 512), ActivationLayer(network(1), .relu),
                try Linear(network(2), 512, heads, bias: false),
            ])
        try qkv.declareWeight()
        self.qkv = qkv
        proj = try Linear(scope("proj"), channels, channels)
    }

    /// `[windows · N, L, channels]` → the same shape.
    /// - Parameter mask: `[windows, L, L]`.
    func callAsFunction(_ input: Value, mask: Value?) throws(GraphError) -> Value {
        let parts = try scope.splitHeads(try qkv(input), heads: heads)
        var scores = try scope.matmul(
            try scope.normalize(parts[0], axis: -1), try scope.normalize(parts[1], axis: -1), transposed: true)
        let limited = try scope.activate(
            .clamp(lower: -.infinity, upper: log(100)), try scope.value(ofParameter: logitScale))
        scores = try scope.multiply(scores, by: try scope.activate(.exp, limited))
        let table = try scope.reshape(try biasNetwork(try scope.value(ofParameter: coordinates)), [-1, heads])
        let bias = try scope.permute(try scope.gather(table, index), [2, 0, 1])
        let bounded = try scope.scale(try scope.activate(.sigmoid, bias), by: 16)
        scores = try scope.add(scores, try scope.unsqueeze(bounded, 0))
        let weights = Identity(scope("attn_drop"))(try scope.maskedSoftmax(scores, mask))
        let attended = try scope.joinHeads(try scope.matmul(weights, parts[2]))
        return scope.output(Identity(scope("proj_drop"))(try proj(attended)))
    }
}

extension ComputedTable {
    /// Distances of tokens in a window, down and across, on a logarithmic scale; `[1, 2w − 1, 2w − 1, 2]`.
    /// - Parameter unit: the window whose largest distance is log₂ 9 / log₂ 8.
    fileprivate static func logDistances(_ window: Int, unit: Int) -> ComputedTable {
        let extent = 2 * window - 1
        return ComputedTable("logDistances(\(window), \(unit))", shape: [1, extent, extent, 2]) {
            let scaled = (0..<extent).map { place in
                let distance = Double(place - window + 1) / Double(unit - 1) * 8
                let size = log2(abs(distance) + 1) / 3
                return distance < 0 ? -size : size
            }
            return scaled.flatMap { row in scaled.flatMap { [row, $0] } }
        }
    }
}

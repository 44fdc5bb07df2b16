import ModelConfig
import ModelGraph

/// The vision transformer of BEiT (Bao et al. 2021, arXiv:2106.08254), BEiT v2, EVA and others.
///
/// Source: `mmpretrain/models/backbones/beit.py` of MMPreTrain 1.2.
package struct BEiTViT: Architecture {
    package static let typeNames = ["BEiTViT"]

    private let arguments: TokenBackbone
    package var imageSize: Extent2d? { arguments.image }
    private let hasPositions: Bool
    /// One table of biases for all layers.
    private let sharesBiases: Bool
    private let layers: [Layer.Configuration]

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        let arguments = try TokenBackbone(
            &config, TokenBackbone.Defaults(output: .meanOfMap, hasFinalNorm: false))
        self.arguments = arguments
        hasPositions = try config.bool("use_abs_pos_emb", default: false)
        let hasBiases = try config.bool("use_rel_pos_bias", default: true)
        sharesBiases = try config.bool("use_shared_rel_pos_bias", default: false)
        guard !hasBiases || !sharesBiases else {
            throw config.error(
                "use_shared_rel_pos_bias",
                "`use_rel_pos_bias` and `use_shared_rel_pos_bias` cannot be set to True at the same time")
        }
        let usual = Layer.Configuration(
            heads: arguments.size.heads, hidden: arguments.size.hidden, norm: arguments.norm,
            bias: try config.attentionBias("bias", default: .queriesAndValues),
            scales: try config.double("layer_scale_init_value", default: 0.1) > 0, hasBiases: hasBiases)
        layers = try config.dictionaries("layer_cfgs", count: arguments.size.layers) { config throws(ArgumentError) in
            config.ignore("drop_rate", "attn_drop_rate", "drop_path_rate", "init_cfg")
            var layer = usual
            layer.heads = try config.positive("num_heads", default: layer.heads)
            layer.hidden = try config.positive("feedforward_channels", default: layer.hidden)
            layer.linearLayers = try config.linearLayers()
            layer.bias = try config.attentionBias("bias", default: layer.bias)
            layer.scales = try config.double("layer_scale_init_value", default: layer.scales ? 1 : 0) > 0
            layer.hasBiases = try config.bool("use_rel_pos_bias", default: layer.hasBiases)
            layer.norm = try config.requiredNorm(default: layer.norm)
            layer.activation = try config.requiredActivation(default: .gelu)
            return layer
        }
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private let scope: Scope
        private let arguments: TokenBackbone
        private let stem: TokenStem
        private let biases: RelativePositions?
        private let layers: [Layer]
        private let norm1, norm2: (any Module)?

        init(_ scope: Scope, _ net: BEiTViT) throws(GraphError) {
            self.scope = scope
            arguments = net.arguments
            let (norm, channels) = (arguments.norm, arguments.size.channels)
            stem = try TokenStem(scope, arguments, positions: net.hasPositions ? .all : .none)
            biases =
                net.sharesBiases
                ? try RelativePositions(scope("rel_pos_bias"), stem.grid, heads: arguments.size.heads) : nil
            var layers: [Layer] = []
            for (index, layer) in net.layers.enumerated() {
                layers.append(try Layer(scope("layers")(index), channels, stem.grid, layer))
            }
            self.layers = layers
            norm1 = arguments.hasFinalNorm ? try norm.layer(scope("ln1"), channels) : nil
            norm2 = arguments.output == .meanOfMap ? try norm.layer(scope("ln2"), channels) : nil
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            let (value, grid) = try stem(input.value)
            let bias = if let biases { scope("rel_pos_bias").output(try biases()) } else { nil as Value? }
            return try arguments.levels(
                scope, value, grid, extraTokens: arguments.extraTokens, finalNorm: norm1, mapNorm: norm2
            ) { index, value throws(GraphError) in try layers[index](value, bias) }
        }
    }
}

extension BEiTViT {
    /// What of the projection to q, k and v has a bias.
    enum AttentionBias: Sendable, Hashable {
        case none, all
        /// Parameters `q_bias` and `v_bias`.
        case queriesAndValues
    }

    /// Norm and attention, norm and feed-forward network, each scaled and added to its input.
    struct Layer {
        struct Configuration: Sendable {
            var heads, hidden: Int
            /// Linear layers of the feed-forward network.
            var linearLayers = 2
            var norm: NormLayer
            var bias: AttentionBias
            /// Whether there are learnt scales `gamma_1` and `gamma_2`.
            var scales: Bool
            /// Whether attention has a bias by distance.
            var hasBiases: Bool
            var activation = Activation.gelu
        }

        private let scope: Scope
        private let scales: [Int]
        private let norm1, norm2: any Module
        private let attention: Attention
        private let feedForward: FeedForward

        init(
            _ scope: Scope, _ channels: Int, _ grid: Extent2d, _ configuration: Configuration
        ) throws(GraphError) {
            self.scope = scope
            var scales: [Int] = []
            if configuration.scales {
                for name in ["gamma_1", "gamma_2"] { scales.append(try scope.declare(name, [channels])) }
            }
            self.scales = scales
            norm1 = try configuration.norm.layer(scope("ln1"), channels)
            attention = try Attention(scope("attn"), channels, grid, configuration)
            norm2 = try configuration.norm.layer(scope("ln2"), channels)
            feedForward = try FeedForward(
                scope("ffn"), channels, hidden: configuration.hidden, count: configuration.linearLayers,
                activation: configuration.activation, addsIdentity: false)
        }

        /// - Parameter bias: `[heads, L, L]`, shared by all layers.
        func callAsFunction(_ input: Value, _ bias: Value?) throws(GraphError) -> Value {
            let value = try add(try attention(try norm1(input), bias), to: input, 0)
            return scope.output(try add(try feedForward(try norm2(value)), to: value, 1))
        }

        private func add(_ branch: Value, to input: Value, _ position: Int) throws(GraphError) -> Value {
            var branch = branch
            if !scales.isEmpty {
                branch = try scope.multiply(try scope.value(ofParameter: scales[position]), by: branch)
            }
            return try scope.add(input, Identity(scope("drop_path"))(branch))
        }
    }

    /// `BEiTAttention`.
    private struct Attention {
        private let scope: Scope
        private let heads: Int
        private let scale: Double
        private let qkv: BiasedProjection
        private let proj: Linear
        private let biases: RelativePositions?

        init(
            _ scope: Scope, _ channels: Int, _ grid: Extent2d, _ configuration: Layer.Configuration
        ) throws(GraphError) {
            self.scope = scope
            heads = configuration.heads
            scale = 1 / Double(channels / heads).squareRoot()
            var qkv = try BiasedProjection(scope, channels, splitBias: configuration.bias == .queriesAndValues)
            biases =
                configuration.hasBiases
                ? try RelativePositions(scope, grid, heads: configuration.heads) : nil
            try qkv.declareWeight(bias: configuration.bias == .all)
            self.qkv = qkv
            proj = try Linear(scope("proj"), channels, channels)
        }

        func callAsFunction(_ input: Value, _ bias: Value?) throws(GraphError) -> Value {
            let parts = try scope.splitHeads(try qkv(input), heads: heads)
            var scores = try scope.matmul(try scope.scale(parts[0], by: scale), parts[1], transposed: true)
            if let biases { scores = try scope.add(scores, try scope.unsqueeze(try biases(), 0)) }
            if let bias { scores = try scope.add(scores, bias) }
            let weights = Identity(scope("attn_drop"))(try scope.softmax(scores))
            let attended = try scope.joinHeads(try scope.matmul(weights, parts[2]))
            return scope.output(Identity(scope("proj_drop"))(try proj(attended)))
        }
    }
}

extension ConfigReader {
    fileprivate mutating func attentionBias(
        _ key: String, default fallback: BEiTViT.AttentionBias
    ) throws(ArgumentError) -> BEiTViT.AttentionBias {
        switch value(key) {
        case nil: return fallback
        case .bool(true): return .all
        case .bool(false), .some(.none): return .none
        case .string("qv_bias"): return .queriesAndValues
        case .some(let other): throw mismatch(key, "True, False or 'qv_bias'", other)
        }
    }
}

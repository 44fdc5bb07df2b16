import ModelConfig
import ModelGraph

/// DeiT III (Touvron et al. 2022, arXiv:2204.07118).
///
/// Source: `mmpretrain/models/backbones/deit3.py` of MMPreTrain 1.2. Its layers have a norm `ln2` that they never use:
/// `ln1` comes before the feed-forward network too, and the published weights depend on that.
package struct DeiT3: Architecture {
    package static let typeNames = ["DeiT3"]

    private let arguments: TokenBackbone
    private let layers: [TransformerLayer.Configuration]
    package var imageSize: Extent2d? { arguments.image }

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        let arguments = try TokenBackbone(
            &config, TokenBackbone.Defaults(sizes: Self.sizes, outputs: [.raw, .classToken, .map]))
        self.arguments = arguments
        let bias = try config.bool("qkv_bias", default: true)
        let scales = try config.bool("use_layer_scale", default: true)
        layers = try config.dictionaries("layer_cfgs", count: arguments.size.layers) { config throws(ArgumentError) in
            config.ignore("drop_rate", "attn_drop_rate", "drop_path_rate", "init_cfg")
            return TransformerLayer.Configuration(
                heads: try config.positive("num_heads", default: arguments.size.heads),
                hidden: try config.positive("feedforward_channels", default: arguments.size.hidden),
                norm: try config.requiredNorm(default: arguments.norm),
                layerScale: try config.bool("use_layer_scale", default: scales) ? 1e-5 : 0,
                bias: try config.bool("qkv_bias", default: bias), linearLayers: try config.linearLayers(),
                activation: try config.requiredActivation(default: .gelu))
        }
    }

    private static let sizes: [String: TransformerSize] = TransformerSize.named([
        (["s", "small"], TransformerSize(channels: 384, layers: 12, heads: 6, hidden: 1536)),
        (["m", "medium"], TransformerSize(channels: 512, layers: 12, heads: 8, hidden: 2048)),
        (["b", "base"], TransformerSize(channels: 768, layers: 12, heads: 12, hidden: 3072)),
        (["l", "large"], TransformerSize(channels: 1024, layers: 24, heads: 16, hidden: 4096)),
        (["h", "huge"], TransformerSize(channels: 1280, layers: 32, heads: 16, hidden: 5120)),
    ])

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private let scope: Scope
        private let arguments: TokenBackbone
        private let stem: TokenStem
        private let layers: [Layer]
        private let norm: (any Module)?

        init(_ scope: Scope, _ net: DeiT3) throws(GraphError) {
            self.scope = scope
            arguments = net.arguments
            let channels = arguments.size.channels
            stem = try TokenStem(scope, arguments, positions: .patches)
            var layers: [Layer] = []
            for (index, layer) in net.layers.enumerated() {
                layers.append(try Layer(scope("layers")(index), channels, layer))
            }
            self.layers = layers
            norm = arguments.hasFinalNorm ? try arguments.norm.layer(scope("ln1"), channels) : nil
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            let (value, grid) = try stem(input.value)
            return try arguments.levels(
                scope, value, grid, extraTokens: arguments.extraTokens, finalNorm: norm, mapNorm: nil
            ) { index, value throws(GraphError) in try layers[index](value) }
        }
    }

    private struct Layer: Module {
        private let scope: Scope
        private let norm: any Module
        private let attention: MultiheadAttention
        private let feedForward: FeedForward

        init(_ scope: Scope, _ channels: Int, _ configuration: TransformerLayer.Configuration) throws(GraphError) {
            self.scope = scope
            norm = try configuration.norm.layer(scope("ln1"), channels)
            attention = try MultiheadAttention(
                scope("attn"), channels, heads: configuration.heads, bias: configuration.bias,
                layerScale: configuration.layerScale)
            _ = try configuration.norm.layer(scope("ln2"), channels)
            feedForward = try FeedForward(
                scope("ffn"), channels, hidden: configuration.hidden, count: configuration.linearLayers,
                activation: configuration.activation, activationName: "activate",
                layerScale: configuration.layerScale)
        }

        /// `[N, L, channels]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let value = try scope.add(input, try attention(try norm(input)))
            return scope.output(try feedForward(try norm(value), identity: value))
        }
    }
}

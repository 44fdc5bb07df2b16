import ModelConfig
import ModelGraph

/// The vision transformer of EVA-02 (Fang et al. 2023, arXiv:2303.11331).
///
/// Source: `mmpretrain/models/backbones/vit_eva02.py` of MMPreTrain 1.2.
package struct ViTEVA02: Architecture {
    package static let typeNames = ["ViTEVA02"]

    private let arguments: TokenBackbone
    package var imageSize: Extent2d? { arguments.image }
    private let hasPreNorm: Bool
    private let layers: [LayerSettings]

    private struct LayerSettings: Sendable {
        var hidden: Int
        var norm: NormLayer
        /// A norm inside the feed-forward network.
        var normalizesHidden: Bool
        /// Whether the projection to q, k and v has a bias, and whether the projection of the result has one.
        var bias, projectionBias: Bool
    }

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("attn_drop_rate", "proj_drop_rate", "layer_scale_init_value")
        hasPreNorm = try config.bool("pre_norm", default: false)
        let arguments = try TokenBackbone(
            &config,
            TokenBackbone.Defaults(
                sizes: Self.sizes, arch: "tiny", normEpsilon: 1e-5, patchBias: !hasPreNorm))
        self.arguments = arguments
        let normalizesHidden = try config.bool("sub_ln", default: false)
        let bias = try config.bool("qkv_bias", default: true)
        layers = try config.dictionaries("layer_cfgs", count: arguments.size.layers) { config throws(ArgumentError) in
            config.ignore("attn_drop", "proj_drop", "drop_rate", "drop_path_rate", "init_cfg")
            try config.unsupported("qk_scale", unless: .none)
            return LayerSettings(
                hidden: try config.positive("feedforward_channels", default: arguments.size.hidden),
                norm: try config.requiredNorm(default: arguments.norm),
                normalizesHidden: try config.bool("sub_ln", default: normalizesHidden),
                bias: try config.bool("qkv_bias", default: bias),
                projectionBias: try config.bool("proj_bias", default: true))
        }
        let size = arguments.size
        guard size.channels / size.heads % 4 == 0 else {
            throw config.error("arch", "\(size.channels / size.heads) channels per head are not a multiple of 4")
        }
    }

    private static let sizes: [String: TransformerSize] = TransformerSize.named([
        (["t", "ti", "tiny"], TransformerSize(channels: 192, layers: 12, heads: 3, hidden: 512)),
        (["s", "small"], TransformerSize(channels: 384, layers: 12, heads: 6, hidden: 1024)),
        (["b", "base"], TransformerSize(channels: 768, layers: 12, heads: 12, hidden: 2048)),
        (["l", "large"], TransformerSize(channels: 1024, layers: 24, heads: 16, hidden: 2730)),
    ])

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private let scope: Scope
        private let arguments: TokenBackbone
        private let stem: TokenStem
        private let layers: [Layer]
        private let preNorm: any Module
        private let norm1, norm2: (any Module)?

        init(_ scope: Scope, _ net: ViTEVA02) throws(GraphError) {
            self.scope = scope
            arguments = net.arguments
            let (norm, size) = (arguments.norm, arguments.size)
            stem = try TokenStem(scope, arguments)
            let channels = size.channels / size.heads
            let tables = RotaryTables(
                cosines: .rotary(stem.grid, channels: channels, sine: false),
                sines: .rotary(stem.grid, channels: channels, sine: true))
            var layers: [Layer] = []
            var first: RotaryTables.Positions?
            for (index, settings) in net.layers.enumerated() {
                let layer = try Layer(scope("layers")(index), size, settings, tables, sharing: first)
                first = first ?? layer.tables
                layers.append(layer)
            }
            self.layers = layers
            preNorm = net.hasPreNorm ? try norm.layer(scope("pre_norm"), size.channels) : Identity(scope("pre_norm"))
            norm1 = arguments.hasFinalNorm ? try norm.layer(scope("ln1"), size.channels) : nil
            norm2 = arguments.output == .meanOfMap ? try norm.layer(scope("ln2"), size.channels) : nil
            _ = try tables.declare(scope("rope"), sharing: first)
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            let (tokens, grid) = try stem(input.value)
            let extra = arguments.extraTokens
            let rope = try rotation(grid)
            return try arguments.levels(
                scope, try preNorm(tokens), grid, extraTokens: extra, finalNorm: norm1, mapNorm: norm2
            ) { index, value throws(GraphError) in
                try layers[index](value, extraTokens: extra) { value throws(GraphError) in try rope(value) }
            }
        }

        /// Hooks know the one module by its first name.
        private func rotation(_ grid: Extent2d) throws(GraphError) -> RotaryEmbedding {
            let rope = scope("layers")(0)("attn")("rope")
            if grid == stem.grid {
                return RotaryEmbedding(
                    rope, cosines: try rope.value(ofParameter: layers[0].tables.cosines),
                    sines: try rope.value(ofParameter: layers[0].tables.sines))
            }
            let channels = arguments.size.channels / arguments.size.heads
            // Two products of places and frequencies, which mmengine counts in the run that replaces the buffers.
            let flops = (grid.height + grid.width) * channels / 4
            return RotaryEmbedding(
                rope, cosines: try rope.constant(.rotary(grid, channels: channels, sine: false), flops: flops),
                sines: try rope.constant(.rotary(grid, channels: channels, sine: true)))
        }
    }

    /// The buffers of the rotation, under the keys of a module that has them.
    private struct RotaryTables {
        struct Positions { var cosines, sines: Int }

        let cosines, sines: ComputedTable

        func declare(_ scope: Scope, sharing first: Positions?) throws(GraphError) -> Positions {
            Positions(
                cosines: try scope.declare("freqs_cos", computed: cosines, sharing: first?.cosines),
                sines: try scope.declare("freqs_sin", computed: sines, sharing: first?.sines))
        }
    }

    private struct Layer {
        private let scope: Scope
        private let heads: Int
        private let norm1, norm2: any Module
        private let qkv, proj: Linear
        private let mlp: SwiGLUFeedForward
        let tables: RotaryTables.Positions

        init(
            _ scope: Scope, _ size: TransformerSize, _ settings: LayerSettings, _ tables: RotaryTables,
            sharing first: RotaryTables.Positions?
        ) throws(GraphError) {
            self.scope = scope
            heads = size.heads
            norm1 = try settings.norm.layer(scope("norm1"), size.channels)
            let attn = scope("attn")
            qkv = try Linear(attn("qkv"), size.channels, 3 * size.channels, bias: settings.bias)
            proj = try Linear(attn("proj"), size.channels, size.channels, bias: settings.projectionBias)
            self.tables = try tables.declare(attn("rope"), sharing: first)
            norm2 = try settings.norm.layer(scope("norm2"), size.channels)
            mlp = try SwiGLUFeedForward(
                scope("mlp"), size.channels, hidden: settings.hidden,
                norm: settings.normalizesHidden ? settings.norm : nil, addsIdentity: false)
        }

        func callAsFunction(
            _ input: Value, extraTokens: Int, rotate: (Value) throws(GraphError) -> Value
        ) throws(GraphError) -> Value {
            let drop = Identity(scope("drop_path"))
            let attended = try attention(try norm1(input), extraTokens: extraTokens, rotate: rotate)
            let value = try scope.add(input, drop(attended))
            return scope.output(try scope.add(value, drop(try mlp(try norm2(value)))))
        }

        private func attention(
            _ input: Value, extraTokens: Int, rotate: (Value) throws(GraphError) -> Value
        ) throws(GraphError) -> Value {
            let attn = scope("attn")
            let parts = try attn.splitHeads(try qkv(input), heads: heads)
            var rotated: [Value] = []
            for part in parts.prefix(2) {
                let length = attn.shape(of: part)[2]
                let patches = try rotate(try attn.slice(part, axis: 2, extraTokens..<length))
                guard extraTokens > 0 else {
                    rotated.append(patches)
                    continue
                }
                rotated.append(
                    try attn.concat([try attn.slice(part, axis: 2, 0..<extraTokens), patches], axis: -2))
            }
            let scale = 1 / Double(attn.shape(of: parts[0])[3]).squareRoot()
            let scores = try attn.matmul(try attn.scale(rotated[0], by: scale), rotated[1], transposed: true)
            let weights = Identity(attn("attn_drop"))(try attn.softmax(scores))
            let value = try proj(try attn.joinHeads(try attn.matmul(weights, parts[2])))
            return attn.output(Identity(attn("proj_drop"))(value))
        }
    }
}

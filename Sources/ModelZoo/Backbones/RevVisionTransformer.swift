import ModelConfig
import ModelGraph

/// Reversible vision transformer (Mangalam et al. 2022): two streams, of which attention feeds one and the feed-forward
/// networks the other.
///
/// Source: `mmpretrain/models/backbones/revvit.py` of MMPreTrain 1.2. With a `drop_path_rate` above 0 upstream drops paths
/// at random in evaluation, too, for it makes the layer that drops them in each call; here nothing is dropped.
package struct RevVisionTransformer: Architecture {
    package static let typeNames = ["RevVisionTransformer"]

    /// How the streams become one.
    private enum Fusion: String, CaseIterable { case add, max, avg, concat }

    private let arguments: TokenBackbone
    package var imageSize: Extent2d? { arguments.image }
    private let layers: [TransformerLayer.Configuration]
    private let fusion: Fusion

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("no_custom_backward")
        var sizes = TransformerSize.visionTransformers
        for name in ["eva-g", "eva-giant", "dinov2-s", "dinov2-small", "dinov2-g", "dinov2-giant"] { sizes[name] = nil }
        let arguments = try TokenBackbone(
            &config,
            TokenBackbone.Defaults(sizes: sizes, output: .meanOfMap, hasClassToken: false, givesSeveral: false))
        self.arguments = arguments
        let bias = try config.bool("qkv_bias", default: true)
        layers = try config.dictionaries("layer_cfgs", count: arguments.size.layers) { config throws(ArgumentError) in
            try config.plainTransformerLayer(
                TransformerLayer.Configuration(
                    heads: arguments.size.heads, hidden: arguments.size.hidden, norm: arguments.norm, bias: bias))
        }
        let word = try config.string("fusion_mode", of: Fusion.allCases.map(\.rawValue), default: "concat")
        fusion = Fusion(rawValue: word) ?? .concat
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private let scope: Scope
        private let net: RevVisionTransformer
        private let stem: TokenStem
        private let layers: [Layer]
        private let norm: (any Module)?

        init(_ scope: Scope, _ net: RevVisionTransformer) throws(GraphError) {
            self.scope = scope
            self.net = net
            let (norm, size) = (net.arguments.norm, net.arguments.size)
            stem = try TokenStem(scope, net.arguments)
            var layers: [Layer] = []
            for (index, layer) in net.layers.enumerated() {
                layers.append(try Layer(scope("layers")(index), size.channels, layer))
            }
            self.layers = layers
            self.norm =
                net.arguments.hasFinalNorm ? try norm.layer(scope("ln1"), 2 * size.channels) : nil
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            let (tokens, grid) = try stem(input.value)
            var streams = (attention: tokens, feedForward: tokens)
            for layer in layers { streams = try layer(streams.attention, streams.feedForward) }
            var value = try scope.concat([streams.attention, streams.feedForward], axis: -1)
            if let norm { value = try norm(value) }
            value = try fused(value)
            let arguments = net.arguments
            return try scope.features(
                try scope.output(
                    arguments.output, of: value, grid, extraTokens: arguments.extraTokens, norm: nil))
        }

        private func fused(_ input: Value) throws(GraphError) -> Value {
            let fusion = scope("fusion_layer")
            let halves = try fusion.chunk(input, axis: 2, count: 2)
            let value =
                switch net.fusion {
                case .concat: try fusion.concat(halves, axis: -1)
                case .add: try fusion.add(halves[0], halves[1])
                case .max: try fusion.reduce(.max, try fusion.stack(halves, axis: 0), axes: [0])
                case .avg: try fusion.mean(try fusion.stack(halves, axis: 0), axes: [0])
                }
            return fusion.output(value)
        }
    }

    private struct Layer {
        private let scope: Scope
        private let norm1, norm2: any Module
        private let attention: MultiheadAttention
        private let feedForward: FeedForward

        init(_ scope: Scope, _ channels: Int, _ configuration: TransformerLayer.Configuration) throws(GraphError) {
            self.scope = scope
            norm1 = try configuration.norm.layer(scope("ln1"), channels)
            attention = try MultiheadAttention(
                scope("attn"), channels, heads: configuration.heads, bias: configuration.bias)
            norm2 = try configuration.norm.layer(scope("ln2"), channels)
            feedForward = try FeedForward(
                scope("ffn"), channels, hidden: configuration.hidden, count: configuration.linearLayers,
                activation: configuration.activation, addsIdentity: false)
        }

        func callAsFunction(_ first: Value, _ second: Value) throws(GraphError) -> (Value, Value) {
            let changed = try scope.add(first, try attention(try norm1(second)))
            let other = try scope.add(second, try feedForward(try norm2(changed)))
            scope.output([changed, other])
            return (changed, other)
        }
    }
}

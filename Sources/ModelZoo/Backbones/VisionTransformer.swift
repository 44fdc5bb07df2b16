import ModelConfig
import ModelGraph

/// Vision transformer (Dosovitskiy et al. 2020, arXiv:2010.11929), DeiT with a distillation token (Touvron et al. 2020,
/// arXiv:2012.12877) and MoCo v3's (Chen et al. 2021, arXiv:2104.02057).
///
/// Source: `backbones/vision_transformer.py`, `backbones/deit.py` and `selfsup/mocov3.py` in `mmpretrain/models` of
/// MMPreTrain 1.2.
package struct VisionTransformer: Architecture {
    package static let typeNames = ["VisionTransformer", "DistilledVisionTransformer", "MoCoV3ViT"]

    private let arguments: TokenBackbone
    private let layers: [TransformerLayer.Configuration]
    private let isDistilled, hasPreNorm: Bool
    package var imageSize: Extent2d? { arguments.image }

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        let type = try config.typeName
        isDistilled = type == "DistilledVisionTransformer"
        hasPreNorm = try config.bool("pre_norm", default: false)
        var defaults = TokenBackbone.Defaults(
            arch: isDistilled ? "deit-base" : "base", patchBias: !hasPreNorm)
        if type == "MoCoV3ViT" {
            config.ignore("stop_grad_conv1", "norm_eval")
            let small = TransformerSize(channels: 384, layers: 12, heads: 12, hidden: 1536)
            defaults.sizes["mocov3-s"] = small
            defaults.sizes["mocov3-small"] = small
            defaults.patch = nil
        }
        if isDistilled, config.has("with_cls_token") {
            throw config.error("with_cls_token", "DistilledVisionTransformer has no argument 'with_cls_token'")
        }
        let arguments = try TokenBackbone(&config, defaults)
        self.arguments = arguments
        let layer = TransformerLayer.Configuration(
            heads: arguments.size.heads, hidden: arguments.size.hidden, norm: arguments.norm,
            layerScale: try config.double("layer_scale_init_value", default: 0),
            bias: try config.bool("qkv_bias", default: true))
        layers = try config.dictionaries("layer_cfgs", count: arguments.size.layers) { config throws(ArgumentError) in
            try config.transformerLayer(layer)
        }
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private let scope: Scope
        private let net: VisionTransformer
        private let stem: TokenStem
        private let preNorm: any Module
        private let layers: [TransformerLayer]
        private let norm1, norm2: (any Module)?

        init(_ scope: Scope, _ net: VisionTransformer) throws(GraphError) {
            self.scope = scope
            self.net = net
            let (norm, channels) = (net.arguments.norm, net.arguments.size.channels)
            stem = try TokenStem(scope, net.arguments, isDistilled: net.isDistilled)
            var layers: [TransformerLayer] = []
            for (index, layer) in net.layers.enumerated() {
                layers.append(try TransformerLayer(scope("layers")(index), channels, layer))
            }
            self.layers = layers
            preNorm = net.hasPreNorm ? try norm.layer(scope("pre_norm"), channels) : Identity(scope("pre_norm"))
            norm1 = net.arguments.hasFinalNorm ? try norm.layer(scope("ln1"), channels) : nil
            norm2 = net.arguments.output == .meanOfMap ? try norm.layer(scope("ln2"), channels) : nil
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            var (value, grid) = try stem(input.value)
            // Upstream's distilled network has a `pre_norm` and never calls it.
            if !net.isDistilled { value = try preNorm(value) }
            return try net.arguments.levels(
                scope, value, grid, extraTokens: net.isDistilled ? 2 : net.arguments.extraTokens, finalNorm: norm1,
                mapNorm: norm2
            ) { index, value throws(GraphError) in try layers[index](value) }
        }
    }
}

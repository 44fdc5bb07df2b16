import ModelConfig
import ModelGraph

/// Vision transformer (Dosovitskiy et al. 2020, arXiv:2010.11929), DeiT with a distillation token (Touvron et al. 2020,
/// arXiv:2012.12877) and MoCo v3's (Chen et al. 2021, arXiv:2104.02057).
///
/// Source: `backbones/vision_transformer.py`, `backbones/deit.py` and `selfsup/mocov3.py` in `mmpretrain/models` of
/// MMPreTrain 1.2.
package struct VisionTransformer: Architecture {
    package static let typeNames = ["VisionTransformer", "DistilledVisionTransformer", "MoCoV3ViT"]

    private let size: TransformerSize
    package let imageSize: Extent2d?
    private let image: Extent2d
    private let inputChannels: Int
    private let patches: PatchEmbed.Configuration
    private let norm: NormLayer
    private let layers: [TransformerLayer.Configuration]
    private let output: TokenOutput
    private let hasClassToken, isDistilled, hasPreNorm, hasFinalNorm: Bool
    private let resizing: Operation.Resize.Mode
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ConfigError) {
        let type = try config.typeName
        isDistilled = type == "DistilledVisionTransformer"
        config.ignore("drop_rate", "drop_path_rate", "frozen_stages", "init_cfg")
        if type == "MoCoV3ViT" { config.ignore("stop_grad_conv1", "norm_eval") }
        let size = try config.variant(
            "arch", of: Self.sizes(of: type), default: isDistilled ? "deit-base" : "base",
            custom: TransformerSize.init)
        self.size = size
        image = try config.squareOrExtent("img_size", default: 224)
        imageSize = image
        inputChannels = try config.inputChannels()
        let patch = try config.squareOrExtent("patch_size", default: type == "MoCoV3ViT" ? nil : 16)
        let norm = try config.requiredNorm(default: .layerNorm(epsilon: 1e-6))
        self.norm = norm
        hasPreNorm = try config.bool("pre_norm", default: false)
        let usual = PatchEmbed.Configuration(kernel: patch, stride: patch, bias: !hasPreNorm)
        patches = try config.dictionary("patch_cfg") { config throws(ConfigError) in try config.patches(usual) }
        hasFinalNorm = try config.bool("final_norm", default: true)
        output = try config.tokenOutput(default: .classToken)
        hasClassToken = isDistilled ? true : try config.bool("with_cls_token", default: true)
        guard hasClassToken || output != .classToken else {
            throw config.error("with_cls_token", "with_cls_token must be True when out_type is 'cls_token'")
        }
        resizing = try config.resizing("interpolate_mode")
        outIndices = try config.outIndices(default: [-1], count: size.layers, countsFromEnd: true)
        let layer = TransformerLayer.Configuration(
            heads: size.heads, hidden: size.hidden, norm: norm,
            layerScale: try config.double("layer_scale_init_value", default: 0),
            bias: try config.bool("qkv_bias", default: true))
        layers = try config.dictionaries("layer_cfgs", count: size.layers) { config throws(ConfigError) in
            try config.transformerLayer(layer)
        }
    }

    private static func sizes(of type: String) -> [String: TransformerSize] {
        guard type == "MoCoV3ViT" else { return TransformerSize.visionTransformers }
        let small = TransformerSize(channels: 384, layers: 12, heads: 12, hidden: 1536)
        return TransformerSize.visionTransformers.merging(["mocov3-s": small, "mocov3-small": small]) { $1 }
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private let scope: Scope
        private let net: VisionTransformer
        /// `cls_token` and `dist_token`, where there are.
        private let tokens: [Int]
        private let positions: Int
        private let patchEmbed: PatchEmbed
        private let grid: Extent2d
        private let preNorm: any Module
        private let layers: [TransformerLayer]
        private let norm1, norm2: (any Module)?

        init(_ scope: Scope, _ net: VisionTransformer) throws(GraphError) {
            self.scope = scope
            self.net = net
            let channels = net.size.channels
            let grid = try net.patches.grid(of: net.image, module: scope("patch_embed").path)
            let extra = net.isDistilled ? 2 : net.hasClassToken ? 1 : 0
            var tokens: [Int] = []
            if net.hasClassToken { tokens.append(try scope.declare("cls_token", [1, 1, channels])) }
            positions = try scope.declare("pos_embed", [1, grid.height * grid.width + extra, channels])
            if net.isDistilled { tokens.append(try scope.declare("dist_token", [1, 1, channels])) }
            self.tokens = tokens
            self.grid = grid
            patchEmbed = try PatchEmbed(scope("patch_embed"), net.inputChannels, channels, net.patches)
            var layers: [TransformerLayer] = []
            for (index, layer) in net.layers.enumerated() {
                layers.append(try TransformerLayer(scope("layers")(index), channels, layer))
            }
            self.layers = layers
            preNorm =
                net.hasPreNorm ? try net.norm.layer(scope("pre_norm"), channels) : Identity(scope("pre_norm"))
            norm1 = net.hasFinalNorm ? try net.norm.layer(scope("ln1"), channels) : nil
            norm2 = net.output == .meanOfMap ? try net.norm.layer(scope("ln2"), channels) : nil
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            let (patches, grid) = try patchEmbed(input.value)
            var value = patches
            if !tokens.isEmpty {
                var parts: [Value] = []
                for token in tokens {
                    parts.append(
                        try scope.repeated(try scope.value(ofParameter: token), batch: scope.shape(of: patches)[0]))
                }
                value = try scope.concat(parts + [patches], axis: 1)
            }
            value = try scope.add(
                value,
                try scope.resizedPositions(
                    try scope.value(ofParameter: positions), from: self.grid, to: grid, net.resizing,
                    extraTokens: tokens.count))
            value = Identity(scope("drop_after_pos"))(value)
            // Upstream's distilled network has a `pre_norm` and never calls it.
            if !net.isDistilled { value = try preNorm(value) }
            var levels: [[Value]] = []
            for (index, layer) in layers.enumerated() {
                value = try layer(value)
                if index == layers.count - 1, let norm1 { value = try norm1(value) }
                if net.outIndices.contains(index) {
                    levels.append(
                        try scope.output(net.output, of: value, grid, extraTokens: tokens.count, norm: norm2))
                }
            }
            scope.output(levels.flatMap { $0 })
            return Features(levels)
        }
    }
}

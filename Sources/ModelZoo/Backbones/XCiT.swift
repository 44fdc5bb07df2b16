import ModelConfig
import ModelGraph

/// XCiT: cross-covariance image transformer (El-Nouby et al. 2021, arXiv:2106.09681).
///
/// Source: `mmpretrain/models/backbones/xcit.py` of MMPreTrain 1.2.
package struct XCiT: Architecture {
    package static let typeNames = ["XCiT"]

    private let image: Extent2d
    package var imageSize: Extent2d? { image }
    private let patch, inputChannels, depth, classDepth: Int
    private let hasPositions: Bool
    private let output: TokenOutput
    private let outIndices: Set<Int>
    private let block: BlockSettings

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_rate", "attn_drop_rate", "drop_path_rate", "frozen_stages", "init_cfg")
        image = try config.squareOrExtent("img_size", default: 224)
        patch = try config.int("patch_size", default: 16)
        guard patch == 8 || patch == 16 else {
            throw config.error("patch_size", "for patch embedding, the patch size must be 16 or 8, not \(patch)")
        }
        guard image.height % patch == 0, image.width % patch == 0 else {
            throw config.error(
                "patch_size",
                "`patch_size` (\(patch)) should divide the image shape (\(image.height), \(image.width)) evenly")
        }
        inputChannels = try config.inputChannels()
        depth = try config.int("depth", default: 12)
        classDepth = try config.int("cls_attn_layers", default: 2)
        guard 0...1024 ~= depth, 1...1024 ~= classDepth else {
            throw config.error("depth", "\(depth) and \(classDepth) are not numbers of layers")
        }
        hasPositions = try config.bool("use_pos_embed", default: true)
        output = try config.tokenOutput(default: .classToken)
        try config.unsupported("final_norm", unless: .bool(true))
        let channels = try config.positive("embed_dims", default: 768)
        let ratio = try config.ratio("mlp_ratio", default: 4)
        block = BlockSettings(
            channels: channels, heads: try config.positive("num_heads", default: 12),
            hidden: Int(Double(channels) * ratio), bias: try config.bool("qkv_bias", default: true),
            scales: try config.double("layer_scale_init_value", default: 1) > 0,
            normalizesTokens: try config.bool("tokens_norm", default: false),
            norm: try config.requiredNorm(default: .layerNorm(epsilon: 1e-6)),
            mapNorm: try config.requiredNorm("bn_norm_cfg"),
            activation: try config.requiredActivation(default: .gelu))
        guard channels % block.heads == 0, channels >= 8 else {
            throw config.error("num_heads", "\(channels) channels do not divide into \(block.heads) heads")
        }
        outIndices = try config.outIndices(default: [-1], count: depth + classDepth, negatives: .allowed)
        if output == .classToken, let early = outIndices.min(), early < depth {
            throw config.error("out_indices", "cannot output cls_token of layer \(early) since there is no cls_token")
        }
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private let scope: Scope
        private let net: XCiT
        private let classToken: Int
        private let patchEmbed: Sequential
        private let positions: ConvModule?
        private let layers: [CovarianceBlock]
        private let classLayers: [ClassBlock]
        private let norm: any Module

        init(_ scope: Scope, _ net: XCiT) throws(GraphError) {
            self.scope = scope
            self.net = net
            let channels = net.block.channels
            classToken = try scope.declare("cls_token", [1, 1, channels])
            let proj = scope("patch_embed")("proj")
            let widths = net.patch == 16 ? [channels / 8, channels / 4] : [channels / 4]
            var convolutions: [any Module] = []
            var inputs = net.inputChannels
            for (index, outputs) in (widths + [channels / 2, channels]).enumerated() {
                convolutions.append(
                    try ConvModule(
                        proj(index), inputs, outputs, kernel: 3, stride: 2, padding: 1, norm: net.block.mapNorm,
                        activation: index == widths.count + 1 ? nil : net.block.activation))
                inputs = outputs
            }
            patchEmbed = Sequential(proj, convolutions)
            positions =
                net.hasPositions
                ? try ConvModule(
                    scope("pos_embed")("token_projection"), 64, channels, kernel: 1, norm: nil, activation: nil) : nil
            var layers: [CovarianceBlock] = []
            for index in 0..<net.depth { layers.append(try CovarianceBlock(scope("xca_layers")(index), net.block)) }
            self.layers = layers
            var classLayers: [ClassBlock] = []
            for index in 0..<net.classDepth { classLayers.append(try ClassBlock(scope("ca_layers")(index), net.block)) }
            self.classLayers = classLayers
            norm = try net.block.norm.layer(scope("norm"), channels)
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            let map = try patchEmbed(input.value)
            let grid = scope.grid(of: map)
            var value = try scope.tokens(of: map)
            scope("patch_embed").output([value])
            let batch = scope.shape(of: value)[0]
            if let positions {
                let place = scope("pos_embed")
                let code = try positions(try place.constant(.fourierPositions(grid, channels: 32)))
                let spread = place.output(
                    try place.expand(code, [batch, net.block.channels, grid.height, grid.width]))
                value = try scope.add(value, try scope.tokens(of: spread))
            }
            value = Identity(scope("pos_drop"))(value)
            var levels: [Value] = []
            for (index, layer) in layers.enumerated() {
                value = try layer(value, grid)
                if net.outIndices.contains(index) {
                    levels += try scope.output(net.output, of: value, grid, extraTokens: 0, norm: nil)
                }
            }
            let token = try scope.repeated(try scope.value(ofParameter: classToken), batch: batch)
            value = try scope.concat([token, value], axis: 1)
            for (index, layer) in classLayers.enumerated() {
                value = try layer(value)
                if index == classLayers.count - 1 { value = try norm(value) }
                if net.outIndices.contains(layers.count + index) {
                    levels += try scope.output(net.output, of: value, grid, extraTokens: 1, norm: nil)
                }
            }
            return try scope.features(levels)
        }
    }
}

import ModelConfig
import ModelGraph

/// LeViT (Graham et al. 2021, arXiv:2104.01136). Deployed, the batch norms are folded into the layers before them.
///
/// Source: `mmpretrain/models/backbones/levit.py` of MMPreTrain 1.2, where the input always has 3 channels;
/// `in_channels` is this implementation's.
package struct LeViT: Architecture {
    package static let typeNames = ["LeViT"]
    package static let deployArgument: String? = "deploy"

    /// An `arch`.
    private struct Size: Sendable {
        var channels, heads, depths, keyChannels: [Int]
    }

    private static let sizes = [
        "128s": Size(channels: [128, 256, 384], heads: [4, 6, 8], depths: [2, 3, 4], keyChannels: [16, 16, 16]),
        "128": Size(channels: [128, 256, 384], heads: [4, 8, 12], depths: [4, 4, 4], keyChannels: [16, 16, 16]),
        "192": Size(channels: [192, 288, 384], heads: [3, 5, 6], depths: [4, 4, 4], keyChannels: [32, 32, 32]),
        "256": Size(channels: [256, 384, 512], heads: [4, 6, 8], depths: [4, 4, 4], keyChannels: [32, 32, 32]),
        "384": Size(channels: [384, 512, 768], heads: [6, 9, 12], depths: [4, 4, 4], keyChannels: [32, 32, 32]),
    ]

    private let size: Size
    private let image, patch, inputChannels, ratio: Int
    package var imageSize: Extent2d? { .square(image) }
    /// Channels of the values per channel of the keys.
    private let valueRatio: Double
    private let activation: Activation
    private let deploy: Bool
    private let outIndices: Set<Int>
    package let upstreamRefusal: String?

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_path_rate", "init_cfg")
        size = try config.variant("arch", of: Self.sizes) { config throws(ArgumentError) in
            let depths = try config.stageDepths("depths")
            return Size(
                channels: try config.stageChannels("embed_dims", count: depths.count),
                heads: try config.stageChannels("num_heads", count: depths.count), depths: depths,
                keyChannels: try config.stageChannels("key_dims", count: depths.count))
        }
        upstreamRefusal =
            if case .dictionary? = config.value("arch") {
                "LeViT checks a dictionary 'arch' for 'embed_dim', 'depth' and 'key_dim', and then reads 'embed_dims', "
                    + "'depths' and 'key_dims'"
            } else {
                nil
            }
        image = try config.positive("img_size", default: 224)
        patch = try config.positive("patch_size", default: 16)
        guard image >= patch, image < 1 << 16 else { throw config.error("img_size", "\(image) is less than a patch") }
        inputChannels = try config.inputChannels()
        ratio = try config.int("mlp_ratio", default: 2)
        guard 0...1024 ~= ratio else { throw config.error("mlp_ratio", "'mlp_ratio' is \(ratio)") }
        valueRatio = try config.ratio("attn_ratio", default: 2)
        activation = try config.requiredActivation(default: .hardSwish)
        deploy = try config.bool("deploy", default: false)
        outIndices = try config.outIndices(default: [-1], count: size.depths.count, negatives: .allowed)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let embed = scope("patch_embed")("patch_embed")
        var layers: [any Module] = []
        var inputs = inputChannels
        for step in 0..<4 {
            let outputs = size.channels[0] >> (3 - step)
            layers.append(
                try ConvNormLayer(embed, name: "\(2 * step)", inputs, outputs, deploy: deploy))
            if step < 3 { layers.append(ActivationLayer(embed(2 * step + 1), activation)) }
            inputs = outputs
        }
        var resolution = image / patch
        var stages: [Layers.Part] = []
        for (index, depth) in size.depths.enumerated() {
            let (place, channels, keys) = (scope("stages")(index), size.channels[index], size.keyChannels[index])
            var blocks: [any Module] = []
            func addFeedForward() throws(GraphError) {
                guard ratio > 0 else { return }
                let place = place(blocks.count)
                blocks.append(
                    Residual(
                        scope: place,
                        block: try FeedForwardBlock(
                            place("block"), channels, hidden: channels * ratio, activation, deploy: deploy)))
            }
            if index > 0 {
                let before = size.channels[index - 1]
                let configuration = AttentionConfiguration(
                    heads: before / keys, keyChannels: keys, valueChannels: 4 * keys, resolution: resolution,
                    activation: activation, deploy: deploy)
                blocks.append(try ReducingAttention(place(0), before, channels, configuration))
                resolution = (resolution - 1) / 2 + 1
                try addFeedForward()
            }
            for _ in 0..<depth {
                let configuration = AttentionConfiguration(
                    heads: size.heads[index], keyChannels: keys, valueChannels: Int(valueRatio * Double(keys)),
                    resolution: resolution, activation: activation, deploy: deploy)
                let place = place(blocks.count)
                blocks.append(
                    Residual(scope: place, block: try Attention(place("block"), channels, configuration)))
                try addFeedForward()
            }
            stages.append(Layers.Part(blocks: Sequential(place, blocks), resolution: resolution))
        }
        return Layers(
            scope: scope, patchEmbed: Sequential(embed, layers), stages: stages, outIndices: outIndices)
    }

    private struct Layers: Stage {
        struct Part {
            let blocks: Sequential
            let resolution: Int
        }

        let scope: Scope
        let patchEmbed: Sequential
        let stages: [Part]
        let outIndices: Set<Int>

        func features(_ input: Features) throws(GraphError) -> Features {
            var value = scope("patch_embed").output(try patchEmbed(input.value))
            value = try scope.tokens(of: value)
            var levels: [Value] = []
            for (index, stage) in stages.enumerated() {
                value = try stage.blocks(value)
                if outIndices.contains(index) { levels.append(try scope.map(of: value, .square(stage.resolution))) }
            }
            return try scope.features(levels)
        }
    }
}

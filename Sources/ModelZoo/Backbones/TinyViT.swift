import ModelConfig
import ModelGraph

/// TinyViT (Wu et al. 2022, arXiv:2207.10666).
///
/// Source: `mmpretrain/models/backbones/tinyvit.py` of MMPreTrain 1.2.
package struct TinyViT: Architecture {
    package static let typeNames = ["TinyViT"]

    /// An `arch`.
    private struct Size: Sendable {
        var channels, heads, depths: [Int]
    }

    private static let sizes = [
        "5m": Size(channels: [64, 128, 160, 320], heads: [2, 4, 5, 10], depths: [2, 2, 6, 2]),
        "11m": Size(channels: [64, 128, 256, 448], heads: [2, 4, 8, 14], depths: [2, 2, 6, 2]),
        "21m": Size(channels: [96, 192, 384, 576], heads: [3, 6, 12, 18], depths: [2, 2, 6, 2]),
    ]

    private let size: Size
    private let image: Extent2d
    package var imageSize: Extent2d? { image }
    private let inputChannels: Int
    private let windows: [Int]
    private let ratio, convolutionRatio: Double
    private let localKernel: Int
    private let poolsBeforeNorm: Bool
    private let norm: NormLayer
    private let activation: Activation
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore(
            "drop_rate", "drop_path_rate", "use_checkpoint", "layer_lr_decay", "frozen_stages", "init_cfg")
        size = try config.variant("arch", of: Self.sizes, default: "5m", ignoringCase: false, ignoringMore: true) {
            config throws(ArgumentError) in
            let depths = try config.stageDepths("depths")
            return Size(
                channels: try config.stageChannels("channels", count: depths.count),
                heads: try config.stageChannels("num_heads", count: depths.count), depths: depths)
        }
        let stages = size.depths.count
        image = try config.squareOrExtent("img_size", default: 224)
        inputChannels = try config.inputChannels()
        windows = try config.stageChannels("window_size", default: [7, 7, 14, 7], count: stages)
        ratio = try config.ratio("mlp_ratio", default: 4)
        convolutionRatio = try config.ratio("mbconv_expand_ratio", default: 4)
        localKernel = try config.positive("local_conv_size", default: 3)
        poolsBeforeNorm = try config.bool("gap_before_final_norm", default: true)
        norm = try config.requiredNorm(default: .layerNorm(epsilon: 1e-5))
        activation = try config.requiredActivation(default: .gelu)
        outIndices = try config.outIndices(default: [-1], count: stages, negatives: .inLists)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private struct Part {
            let scope: Scope
            let grid: Extent2d
            let convolutions: [ConvolutionBlock]
            let blocks: [AttentionBlock]
            let merging: Merging?
        }

        private let scope: Scope
        private let poolsBeforeNorm: Bool
        private let patchEmbed: Sequential
        private let parts: [Part]
        private let norms: [Int: any Module]

        init(_ scope: Scope, _ net: TinyViT) throws(GraphError) {
            self.scope = scope
            poolsBeforeNorm = net.poolsBeforeNorm
            let (size, channels) = (net.size, net.size.channels)
            let seq = scope("patch_embed")("seq")
            patchEmbed = Sequential(
                seq,
                [
                    try ConvBN(seq(0), net.inputChannels, channels[0] / 2, kernel: 3, stride: 2),
                    ActivationLayer(seq(1), .gelu),
                    try ConvBN(seq(2), channels[0] / 2, channels[0], kernel: 3, stride: 2),
                ])
            var parts: [Part] = []
            for (index, depth) in size.depths.enumerated() {
                let place = scope("stages")(index)
                let grid = Extent2d(
                    height: (net.image.height / 4) >> index, width: (net.image.width / 4) >> index)
                var convolutions: [ConvolutionBlock] = []
                var blocks: [AttentionBlock] = []
                for block in 0..<depth {
                    let place = place("blocks")(block)
                    if index == 0 {
                        convolutions.append(
                            try ConvolutionBlock(
                                place, channels[0], hidden: Int(Double(channels[0]) * net.convolutionRatio)))
                    } else {
                        blocks.append(
                            try AttentionBlock(
                                place, channels[index],
                                AttentionBlock.Configuration(
                                    grid: grid, heads: size.heads[index], window: net.windows[index],
                                    hidden: Int(Double(channels[index]) * net.ratio), kernel: net.localKernel,
                                    activation: net.activation)))
                    }
                }
                let merging =
                    index + 1 < size.depths.count
                    ? try Merging(
                        place("downsample"), channels[index], channels[index + 1], grid, net.activation) : nil
                parts.append(
                    Part(scope: place, grid: grid, convolutions: convolutions, blocks: blocks, merging: merging))
            }
            self.parts = parts
            norms = try scope.outputNorms(
                net.norm, net.outIndices, channels: Array(channels.dropFirst()) + channels.suffix(1))
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            var value = scope("patch_embed").output(try patchEmbed(input.value))
            var levels: [Value] = []
            for (index, part) in parts.enumerated() {
                for block in part.convolutions { value = try block(value) }
                for block in part.blocks { value = try block(value) }
                if let merging = part.merging { value = try merging(value) }
                part.scope.output(value)
                guard let norm = norms[index] else { continue }
                if poolsBeforeNorm {
                    levels.append(try norm(try scope.mean(value, axes: [1])))
                } else {
                    let grid = index + 1 < parts.count ? parts[index + 1].grid : part.grid
                    levels.append(try scope.map(of: try norm(value), grid))
                }
            }
            return try scope.features(levels)
        }
    }
}

import ModelConfig
import ModelGraph

/// DaViT: dual attention vision transformer (Ding et al. 2022, arXiv:2204.03645).
///
/// Source: `mmpretrain/models/backbones/davit.py` of MMPreTrain 1.2.
package struct DaViT: Architecture {
    package static let typeNames = ["DaViT"]

    private static let sizes: [String: WindowTransformerSize] = TransformerSize.named([
        (["t", "tiny"], WindowTransformerSize(channels: 96, depths: [1, 1, 3, 1], heads: [3, 6, 12, 24])),
        (["s", "small"], WindowTransformerSize(channels: 96, depths: [1, 1, 9, 1], heads: [3, 6, 12, 24])),
        (["b", "base"], WindowTransformerSize(channels: 128, depths: [1, 1, 9, 1], heads: [4, 8, 16, 32])),
        (["l", "large"], WindowTransformerSize(channels: 192, depths: [1, 1, 9, 1], heads: [6, 12, 24, 48])),
        (["h", "huge"], WindowTransformerSize(channels: 256, depths: [1, 1, 9, 1], heads: [8, 16, 32, 64])),
        (["g", "giant"], WindowTransformerSize(channels: 384, depths: [1, 1, 12, 3], heads: [12, 24, 48, 96])),
    ])

    private let size: WindowTransformerSize
    private let inputChannels, stride: Int
    private let norm: NormLayer?
    private let outIndices: Set<Int>
    /// Whether a stage's output is that of its patch merging.
    private let givesMerged: Bool
    private let block: BlockSettings
    /// By stage and block.
    private let feedForwards: [[FeedForward.Settings]]

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_path_rate", "frozen_stages", "norm_eval", "with_cp", "init_cfg")
        size = try config.variant(
            "arch", of: Self.sizes, default: "t", ignoringMore: true, custom: WindowTransformerSize.init)
        inputChannels = try config.inputChannels()
        stride = try config.positive("patch_size", default: 4)
        norm = try config.norm("norm_cfg", default: .layerNorm(epsilon: 1e-5))
        outIndices = try config.outIndices(default: [3], count: size.depths.count)
        givesMerged = try config.bool("out_after_downsample", default: false)
        guard !givesMerged || outIndices == [size.depths.count - 1] else {
            throw config.error("out_after_downsample", "upstream has no norm for the outputs of patch merging")
        }
        block = BlockSettings(
            window: try config.positive("window_size", default: 7), ratio: try config.ratio("ffn_ratio", default: 4),
            bias: try config.bool("qkv_bias", default: true),
            padsSmallMap: try config.bool("pad_small_map", default: false))
        feedForwards = try config.feedForwards(depths: size.depths, default: .init())
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private let scope: Scope
        private let net: DaViT
        private let patchEmbed: PatchEmbed
        private let stages: [(scope: Scope, blocks: [DualBlock], reduction: Reduction?)]
        private let norms: [Int: any Module]

        init(_ scope: Scope, _ net: DaViT) throws(GraphError) {
            self.scope = scope
            self.net = net
            let size = net.size
            patchEmbed = try PatchEmbed(
                scope("patch_embed"), net.inputChannels, size.channels,
                PatchEmbed.Configuration(
                    kernel: .square(7), stride: .square(net.stride), padding: .same, norm: .layerNorm(epsilon: 1e-5)))
            var stages: [(scope: Scope, blocks: [DualBlock], reduction: Reduction?)] = []
            for (index, settings) in net.feedForwards.enumerated() {
                let (place, channels) = (scope("stages")(index), size.channels << index)
                var blocks: [DualBlock] = []
                for (block, settings) in settings.enumerated() {
                    blocks.append(
                        try DualBlock(place("blocks")(block), channels, heads: size.heads[index], net.block, settings))
                }
                let reduction =
                    index + 1 < size.depths.count ? try Reduction(place("downsample"), channels) : nil
                stages.append((place, blocks, reduction))
            }
            self.stages = stages
            norms = try scope.outputNorms(
                net.norm, net.outIndices, channels: size.depths.indices.map { size.channels << $0 })
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            var (value, grid) = try patchEmbed(input.value)
            var levels: [Value] = []
            for (index, stage) in stages.enumerated() {
                for block in stage.blocks { value = try block(value, grid) }
                if net.givesMerged, let reduction = stage.reduction { (value, grid) = try reduction(value, grid) }
                stage.scope.output([value])
                if let norm = norms[index] { levels.append(try scope.map(of: try norm(value), grid)) }
                if !net.givesMerged, let reduction = stage.reduction { (value, grid) = try reduction(value, grid) }
            }
            return try scope.features(levels)
        }
    }

    /// `DaViTDownSample`: a norm and a 2×2 convolution of stride 2. Its padding sees tokens where it expects a map: it
    /// pads their number to an even one, which then has no place.
    private struct Reduction {
        private let scope: Scope
        private let norm: LayerNorm
        private let projection: Conv2d

        init(_ scope: Scope, _ channels: Int) throws(GraphError) {
            self.scope = scope
            projection = try Conv2d(scope("projection"), channels, 2 * channels, kernel: 2, stride: 2)
            norm = try LayerNorm(scope("norm"), channels)
        }

        func callAsFunction(_ input: Value, _ grid: Extent2d) throws(GraphError) -> (Value, Extent2d) {
            let shape = scope.shape(of: input)
            guard shape[1] % 2 == 0, shape[2] % 2 == 0 else {
                throw .configuration(
                    module: scope.path,
                    "input feature has wrong size: (\(grid.height), \(grid.width)) is an odd number of tokens")
            }
            let tokens = scope("adaptive_padding").output(input)
            let map = try projection(try scope.map(of: try norm(tokens), grid))
            let value = try scope.tokens(of: map)
            scope.output([value])
            return (value, scope.grid(of: map))
        }
    }
}

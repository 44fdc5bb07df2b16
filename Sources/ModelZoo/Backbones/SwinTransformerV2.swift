import ModelConfig
import ModelGraph

/// Swin Transformer V2 (Liu et al. 2021, arXiv:2111.09883).
///
/// Source: `mmpretrain/models/backbones/swin_transformer_v2.py` of MMPreTrain 1.2.
package struct SwinTransformerV2: Architecture {
    package static let typeNames = ["SwinTransformerV2"]

    /// An `arch`.
    private struct Size: Sendable {
        var windows: WindowTransformerSize
        /// Every so many blocks there is one more norm; 0 for none.
        var extraNormPeriod = 0
    }

    private static let sizes: [String: Size] = {
        var sizes = WindowTransformerSize.swin.mapValues { Size(windows: $0) }
        let huge = WindowTransformerSize(channels: 352, depths: [2, 2, 18, 2], heads: [8, 16, 32, 64])
        let giant = WindowTransformerSize(channels: 512, depths: [2, 2, 42, 4], heads: [16, 32, 64, 128])
        for name in ["h", "huge"] { sizes[name] = Size(windows: huge, extraNormPeriod: 6) }
        for name in ["g", "giant"] { sizes[name] = Size(windows: giant, extraNormPeriod: 6) }
        return sizes
    }()

    private let size: Size
    private let arguments: WindowBackbone
    package var imageSize: Extent2d? { arguments.image }
    /// By stage; of the network that the weights were first trained in, 0 for this one.
    private let windows, pretrainedWindows: [Int]
    /// By stage and block.
    private let feedForwards: [[FeedForward.Settings]]

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        let size = try config.variant("arch", of: Self.sizes, default: "tiny") { config throws(ArgumentError) in
            Size(
                windows: try WindowTransformerSize(&config),
                extraNormPeriod: try config.int("extra_norm_every_n_blocks"))
        }
        self.size = size
        let stages = size.windows.depths.count
        arguments = try WindowBackbone(&config, image: 256, stages: stages)
        windows = try config.ints("window_size", default: [Int](repeating: 8, count: stages), count: stages)
        guard windows.allSatisfy({ 2...(1 << 24) ~= $0 }) else {
            throw config.error("window_size", "a window should be above 1, and at most 2^24")
        }
        pretrainedWindows = try config.ints(
            "pretrained_window_sizes", default: [Int](repeating: 0, count: stages), count: stages)
        feedForwards = try config.feedForwards(depths: size.windows.depths, default: .init(addsIdentity: false))
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private let scope: Scope
        private let stem: WindowStem
        private let stages: [BlockSequence]
        private let norms: [Int: any Module]

        init(_ scope: Scope, _ net: SwinTransformerV2) throws(GraphError) {
            self.scope = scope
            let size = net.size.windows
            stem = try WindowStem(scope, net.arguments, channels: size.channels)
            var stages: [BlockSequence] = []
            for index in size.depths.indices {
                stages.append(
                    try BlockSequence(
                        scope("stages")(index),
                        BlockSequence.Configuration(
                            channels: size.channels << index, merges: index > 0,
                            feedForwards: net.feedForwards[index],
                            heads: size.heads[index], window: net.windows[index],
                            pretrainedWindow: net.pretrainedWindows[index], padsSmallMap: net.arguments.padsSmallMap,
                            extraNormPeriod: net.size.extraNormPeriod)))
            }
            self.stages = stages
            norms = try scope.outputNorms(
                net.arguments.norm, net.arguments.outIndices,
                channels: size.depths.indices.map { size.channels << $0 })
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            var (value, grid) = try stem(input.value)
            var levels: [Value] = []
            for (index, stage) in stages.enumerated() {
                (value, grid) = try stage(value, grid)
                if let norm = norms[index] { levels.append(try scope.map(of: try norm(value), grid)) }
            }
            return try scope.features(levels)
        }
    }
}

extension SwinTransformerV2 {
    /// `SwinBlockV2Sequence`: patch merging, then blocks.
    private struct BlockSequence {
        struct Configuration: Sendable {
            var channels: Int
            /// Whether patch merging begins it.
            var merges: Bool
            /// The settings of each block.
            var feedForwards: [FeedForward.Settings]
            var heads, window, pretrainedWindow: Int
            var padsSmallMap: Bool
            var extraNormPeriod: Int
        }

        private let scope: Scope
        private let merging: PatchMerging?
        private let blocks: [Block]

        init(_ scope: Scope, _ configuration: Configuration) throws(GraphError) {
            self.scope = scope
            let channels = configuration.channels
            merging =
                configuration.merges
                ? try PatchMerging(
                    scope("downsample"), channels / 2, channels, norm: .layerNorm(epsilon: 1e-5),
                    normalizesLast: true) : nil
            var blocks: [Block] = []
            for (index, settings) in configuration.feedForwards.enumerated() {
                let period = configuration.extraNormPeriod
                blocks.append(
                    try Block(
                        scope("blocks")(index), configuration, settings, shifts: index % 2 == 1,
                        hasExtraNorm: period > 0 && (index + 1) % period == 0))
            }
            self.blocks = blocks
        }

        func callAsFunction(_ input: Value, _ grid: Extent2d) throws(GraphError) -> (Value, Extent2d) {
            var (value, grid) = (input, grid)
            if let merging { (value, grid) = try merging(value, grid) }
            for block in blocks { value = try block(value, grid) }
            scope.output([value])
            return (value, grid)
        }
    }

    /// `SwinBlockV2`: the norms come after attention and after the feed-forward network.
    private struct Block {
        private let scope: Scope
        private let norm1, norm2: LayerNorm
        private let norm3: LayerNorm?
        private let attention: ShiftWindowAttention
        private let feedForward: FeedForward

        init(
            _ scope: Scope, _ stage: BlockSequence.Configuration, _ settings: FeedForward.Settings, shifts: Bool,
            hasExtraNorm: Bool
        ) throws(GraphError) {
            self.scope = scope
            let channels = stage.channels
            let attend = try CosineWindowAttention(
                scope("attn")("w_msa"), channels, window: stage.window, heads: stage.heads,
                pretrainedWindow: stage.pretrainedWindow)
            attention = ShiftWindowAttention(
                scope("attn"), window: stage.window, shift: shifts ? stage.window / 2 : 0,
                padsSmallMap: stage.padsSmallMap
            ) { input, mask throws(GraphError) in try attend(input, mask: mask) }
            norm1 = try LayerNorm(scope("norm1"), channels)
            feedForward = try FeedForward(scope("ffn"), channels, hidden: 4 * channels, settings)
            norm2 = try LayerNorm(scope("norm2"), channels)
            norm3 = hasExtraNorm ? try LayerNorm(scope("norm3"), channels) : nil
        }

        func callAsFunction(_ input: Value, _ grid: Extent2d) throws(GraphError) -> Value {
            var value = try scope.add(try norm1(try attention(input, grid)), input)
            value = try scope.add(try norm2(try feedForward(value)), value)
            if let norm3 { value = try norm3(value) }
            return scope.output(value)
        }
    }
}

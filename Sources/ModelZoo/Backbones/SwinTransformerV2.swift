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
    private let image: Extent2d
    package var imageSize: Extent2d? { image }
    private let inputChannels: Int
    private let patches: PatchEmbed.Configuration
    private let hasPositions, padsSmallMap: Bool
    private let resizing: Operation.Resize.Mode
    private let norm: NormLayer?
    private let outIndices: Set<Int>
    /// By stage; of the network that the weights were first trained in, 0 for this one.
    private let windows, pretrainedWindows: [Int]

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_rate", "drop_path_rate", "with_cp", "frozen_stages", "norm_eval", "init_cfg")
        let size = try config.variant("arch", of: Self.sizes, default: "tiny") { config throws(ArgumentError) in
            Size(
                windows: try WindowTransformerSize(&config),
                extraNormPeriod: try config.int("extra_norm_every_n_blocks"))
        }
        self.size = size
        let stages = size.windows.depths.count
        image = try config.squareOrExtent("img_size", default: 256)
        inputChannels = try config.inputChannels()
        let patch = try config.squareOrExtent("patch_size", default: 4)
        let usual = PatchEmbed.Configuration(kernel: patch, stride: patch, norm: .layerNorm(epsilon: 1e-5))
        patches = try config.dictionary("patch_cfg") { config throws(ArgumentError) in try config.patches(usual) }
        hasPositions = try config.bool("use_abs_pos_embed", default: false)
        padsSmallMap = try config.bool("pad_small_map", default: false)
        resizing = try config.resizing("interpolate_mode")
        norm = try config.norm("norm_cfg", default: .layerNorm(epsilon: 1e-5))
        outIndices = try config.outIndices(default: [3], count: stages)
        windows = try config.ints("window_size", default: [Int](repeating: 8, count: stages), count: stages)
        guard windows.allSatisfy({ $0 > 1 }) else { throw config.error("window_size", "a window should be above 1") }
        pretrainedWindows = try config.ints(
            "pretrained_window_sizes", default: [Int](repeating: 0, count: stages), count: stages)
        try config.dictionary("stage_cfgs") { _ throws(ArgumentError) in }
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private let scope: Scope
        private let net: SwinTransformerV2
        private let positions: Int?
        private let grid: Extent2d
        private let patchEmbed: PatchEmbed
        private let stages: [BlockSequence]
        private let norms: [Int: any Module]

        init(_ scope: Scope, _ net: SwinTransformerV2) throws(GraphError) {
            self.scope = scope
            self.net = net
            let size = net.size.windows
            grid = try net.patches.grid(of: net.image, module: scope("patch_embed").path)
            positions =
                net.hasPositions
                ? try scope.declare("absolute_pos_embed", [1, grid.height * grid.width, size.channels]) : nil
            patchEmbed = try PatchEmbed(scope("patch_embed"), net.inputChannels, size.channels, net.patches)
            var stages: [BlockSequence] = []
            for (index, depth) in size.depths.enumerated() {
                stages.append(
                    try BlockSequence(
                        scope("stages")(index),
                        BlockSequence.Configuration(
                            channels: size.channels << index, merges: index > 0, depth: depth,
                            heads: size.heads[index], window: net.windows[index],
                            pretrainedWindow: net.pretrainedWindows[index], padsSmallMap: net.padsSmallMap,
                            extraNormPeriod: net.size.extraNormPeriod)))
            }
            self.stages = stages
            var norms: [Int: any Module] = [:]
            for index in net.outIndices.sorted() {
                let place = scope("norm\(index)")
                norms[index] =
                    if let norm = net.norm { try norm.layer(place, size.channels << index) } else { Identity(place) }
            }
            self.norms = norms
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            var (value, grid) = try patchEmbed(input.value)
            if let positions {
                let resized = try scope.resizedPositions(
                    try scope.value(ofParameter: positions), from: self.grid, to: grid, net.resizing, extraTokens: 0)
                value = try scope.add(value, resized)
            }
            value = Identity(scope("drop_after_pos"))(value)
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
            var depth, heads, window, pretrainedWindow: Int
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
                    normalizesLast: true, declaresNormFirst: false) : nil
            var blocks: [Block] = []
            for index in 0..<configuration.depth {
                let period = configuration.extraNormPeriod
                blocks.append(
                    try Block(
                        scope("blocks")(index), configuration, shifts: index % 2 == 1,
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
            _ scope: Scope, _ stage: BlockSequence.Configuration, shifts: Bool, hasExtraNorm: Bool
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
            feedForward = try FeedForward(scope("ffn"), channels, hidden: 4 * channels, addsIdentity: false)
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

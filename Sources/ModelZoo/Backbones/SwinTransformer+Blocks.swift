import ModelConfig
import ModelGraph

/// The `arch` of a transformer whose stages attend inside windows.
struct WindowTransformerSize: Sendable {
    /// Channels of the first stage; each later one doubles them.
    var channels: Int
    /// Blocks of each stage.
    var depths: [Int]
    var heads: [Int]

    init(channels: Int, depths: [Int], heads: [Int]) {
        self.channels = channels
        self.depths = depths
        self.heads = heads
    }

    init(_ config: inout ConfigReader) throws(ArgumentError) {
        channels = try config.positive("embed_dims")
        depths = try config.stageDepths("depths")
        heads = try config.stageChannels("num_heads", count: depths.count)
    }

    static let swin: [String: WindowTransformerSize] = TransformerSize.named([
        (["t", "tiny"], WindowTransformerSize(channels: 96, depths: [2, 2, 6, 2], heads: [3, 6, 12, 24])),
        (["s", "small"], WindowTransformerSize(channels: 96, depths: [2, 2, 18, 2], heads: [3, 6, 12, 24])),
        (["b", "base"], WindowTransformerSize(channels: 128, depths: [2, 2, 18, 2], heads: [4, 8, 16, 32])),
        (["l", "large"], WindowTransformerSize(channels: 192, depths: [2, 2, 18, 2], heads: [6, 12, 24, 48])),
    ])
}

extension SwinTransformer {
    /// What `block_cfgs` may change for one block.
    struct BlockSettings: Sendable {
        var window: Int
        var padsSmallMap: Bool
        /// Whether every second block shifts its windows; a block's own setting otherwise.
        var shifts: Bool?
        /// Hidden channels of the feed-forward network per channel.
        var ratio = 4.0
        var norm = NormLayer.layerNorm(epsilon: 1e-5)
        var bias = true
        var scale: Double?
        var feedForward = FeedForward.Settings()

        fileprivate init(_ config: inout ConfigReader, _ defaults: BlockSettings) throws(ArgumentError) {
            self = defaults
            config.ignore("drop_path", "with_cp", "init_cfg")
            window = try config.positive("window_size", default: window)
            padsSmallMap = try config.bool("pad_small_map", default: padsSmallMap)
            if config.has("shift") { shifts = try config.bool("shift", default: false) }
            ratio = try config.ratio("ffn_ratio", default: ratio)
            norm = try config.requiredNorm(default: norm)
            let (bias, scale) = (bias, scale)
            (self.bias, self.scale) = try config.dictionary("attn_cfgs") { config throws(ArgumentError) in
                config.ignore("attn_drop", "proj_drop", "dropout_layer", "init_cfg")
                return (
                    try config.bool("qkv_bias", default: bias), try config.optionalDouble("qk_scale", default: scale)
                )
            }
            feedForward = try config.feedForward(feedForward)
        }

        init(window: Int, padsSmallMap: Bool) {
            self.window = window
            self.padsSmallMap = padsSmallMap
        }
    }

    /// What `stage_cfgs` may change for one stage.
    struct StageSettings: Sendable {
        var blocks: [BlockSettings]
        /// The norm of the patch merging.
        var norm: NormLayer?

        init(_ config: inout ConfigReader, depth: Int, _ defaults: BlockSettings) throws(ArgumentError) {
            config.ignore("drop_paths", "with_cp", "init_cfg")
            var block = defaults
            block.window = try config.positive("window_size", default: block.window)
            block.padsSmallMap = try config.bool("pad_small_map", default: block.padsSmallMap)
            blocks = try config.dictionaries("block_cfgs", count: depth) { config throws(ArgumentError) in
                try BlockSettings(&config, block)
            }
            norm = try config.dictionary("downsample_cfg") { config throws(ArgumentError) in
                try config.norm("norm_cfg", default: .layerNorm(epsilon: 1e-5))
            }
        }
    }

    /// Where a stage is in the network.
    struct StagePlace: Sendable {
        var channels, heads: Int
        /// Whether patch merging ends it.
        var merges: Bool
    }

    /// `SwinBlockSequence`.
    struct BlockSequence {
        private let scope: Scope
        private let blocks: [Block]
        let merging: PatchMerging?

        init(_ scope: Scope, _ place: StagePlace, _ settings: StageSettings) throws(GraphError) {
            self.scope = scope
            var blocks: [Block] = []
            for (index, block) in settings.blocks.enumerated() {
                blocks.append(
                    try Block(scope("blocks")(index), place, block, shifts: block.shifts ?? (index % 2 == 1)))
            }
            self.blocks = blocks
            merging =
                place.merges
                ? try PatchMerging(scope("downsample"), place.channels, 2 * place.channels, norm: settings.norm) : nil
        }

        /// `[N, H·W, channels]` → the same shape, or that of the merging.
        func callAsFunction(
            _ input: Value, _ grid: Extent2d, merging merges: Bool
        ) throws(GraphError) -> (Value, Extent2d) {
            var (value, grid) = (input, grid)
            for block in blocks { value = try block(value, grid) }
            if merges, let merging { (value, grid) = try merging(value, grid) }
            scope.output([value])
            return (value, grid)
        }
    }

    /// `SwinBlock`: norm and attention, norm and feed-forward network, each with a shortcut.
    struct Block {
        private let scope: Scope
        private let norm1, norm2: any Module
        private let attention: ShiftWindowAttention
        private let feedForward: FeedForward

        init(
            _ scope: Scope, _ place: StagePlace, _ settings: BlockSettings, shifts: Bool
        ) throws(GraphError) {
            self.scope = scope
            let channels = place.channels
            norm1 = try settings.norm.layer(scope("norm1"), channels)
            let attend = try WindowAttention(
                scope("attn")("w_msa"), channels, window: .square(settings.window), heads: place.heads,
                bias: settings.bias, scale: settings.scale)
            attention = ShiftWindowAttention(
                scope("attn"), window: settings.window, shift: shifts ? settings.window / 2 : 0,
                padsSmallMap: settings.padsSmallMap
            ) { input, mask throws(GraphError) in try attend(input, mask: mask) }
            norm2 = try settings.norm.layer(scope("norm2"), channels)
            feedForward = try FeedForward(
                scope("ffn"), channels, hidden: Int(Double(channels) * settings.ratio), settings.feedForward)
        }

        func callAsFunction(_ input: Value, _ grid: Extent2d) throws(GraphError) -> Value {
            let value = try scope.add(try attention(try norm1(input), grid), input)
            return scope.output(try feedForward(try norm2(value), identity: value))
        }
    }
}

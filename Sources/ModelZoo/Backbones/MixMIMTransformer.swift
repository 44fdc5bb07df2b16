import ModelConfig
import ModelGraph

/// The transformer of MixMIM (Liu et al. 2022, arXiv:2205.13137): Swin's windows, never shifted.
///
/// Source: `mmpretrain/models/backbones/mixmim.py` of MMPreTrain 1.2. It pools itself: its output is `[N, C]`.
package struct MixMIMTransformer: Architecture {
    package static let typeNames = ["MixMIMTransformer"]

    private static let sizes: [String: WindowTransformerSize] = TransformerSize.named([
        (["b", "base"], WindowTransformerSize(channels: 128, depths: [2, 2, 18, 2], heads: [4, 8, 16, 32])),
        (["l", "large"], WindowTransformerSize(channels: 192, depths: [2, 2, 18, 2], heads: [6, 12, 24, 48])),
        (["h", "huge"], WindowTransformerSize(channels: 352, depths: [2, 2, 18, 2], heads: [11, 22, 44, 88])),
    ])

    private let size: WindowTransformerSize
    private let image: Extent2d
    package var imageSize: Extent2d? { image }
    private let inputChannels: Int
    private let patches: PatchEmbed.Configuration
    private let windows: [Int]
    private let ratio: Double
    private let bias: Bool
    private let norm: NormLayer

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_rate", "drop_path_rate", "attn_drop_rate", "use_checkpoint", "init_cfg")
        size = try config.variant(
            "arch", of: Self.sizes, default: "base", ignoringMore: true, custom: WindowTransformerSize.init)
        image = try config.squareOrExtent("img_size", default: 224)
        inputChannels = try config.inputChannels()
        let patch = try config.squareOrExtent("patch_size", default: 4)
        let usual = PatchEmbed.Configuration(kernel: patch, stride: patch, norm: .layerNorm(epsilon: 1e-5))
        patches = try config.dictionary("patch_cfg") { config throws(ArgumentError) in try config.patches(usual) }
        windows = try config.stageChannels("window_size", default: [14, 14, 14, 7], count: size.depths.count)
        ratio = try config.ratio("mlp_ratio", default: 4)
        bias = try config.bool("qkv_bias", default: true)
        norm = try config.requiredNorm(default: .layerNorm(epsilon: 1e-5))
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private let scope: Scope
        private let positions: Int
        private let grid: Extent2d
        private let patchEmbed: PatchEmbed
        private let layers: [(scope: Scope, blocks: [Block], merging: PatchMerging?)]
        private let norm: any Module

        init(_ scope: Scope, _ net: MixMIMTransformer) throws(GraphError) {
            self.scope = scope
            let size = net.size
            grid = try net.patches.grid(of: net.image, module: scope("patch_embed").path)
            positions = try scope.declare("absolute_pos_embed", [1, grid.height * grid.width, size.channels])
            patchEmbed = try PatchEmbed(scope("patch_embed"), net.inputChannels, size.channels, net.patches)
            var layers: [(scope: Scope, blocks: [Block], merging: PatchMerging?)] = []
            for (index, depth) in size.depths.enumerated() {
                let (place, channels) = (scope("layers")(index), size.channels << index)
                let grid = Extent2d(height: grid.height >> index, width: grid.width >> index)
                let window = min(net.windows[index], grid.height, grid.width)
                guard window > 0, grid.height % window == 0, grid.width % window == 0 else {
                    throw .configuration(
                        module: place.path,
                        "windows of \(net.windows[index]) do not fit a map of (\(grid.height), \(grid.width))")
                }
                var blocks: [Block] = []
                for block in 0..<depth {
                    blocks.append(
                        try Block(
                            place("blocks")(block), channels, heads: size.heads[index], grid, window: window, net))
                }
                let merging =
                    index + 1 < size.depths.count
                    ? try PatchMerging(place("downsample"), channels, 2 * channels, norm: net.norm) : nil
                layers.append((place, blocks, merging))
            }
            self.layers = layers
            norm = try net.norm.layer(scope("norm"), size.channels << (size.depths.count - 1))
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            var value = try patchEmbed(input.value).tokens
            value = try scope.add(value, try scope.value(ofParameter: positions))
            value = Identity(scope("drop_after_pos"))(value)
            for (index, layer) in layers.enumerated() {
                for block in layer.blocks { value = try block(value) }
                if let merging = layer.merging {
                    value = try merging(value, Extent2d(height: grid.height >> index, width: grid.width >> index))
                        .tokens
                }
                layer.scope.output(value)
            }
            let pool = scope("avgpool")
            let mean = try pool.mean(try scope.transpose(try norm(value), 1, 2), axes: [2], keepingAxes: true)
            return try scope.features([try scope.flatten(pool.output(mean))])
        }
    }

    /// Norm and attention in windows, norm and feed-forward network, each with a shortcut.
    private struct Block {
        private let scope: Scope
        private let grid: Extent2d
        private let window: Int
        private let norm1, norm2: any Module
        private let attention: WindowAttention
        private let feedForward: FeedForward

        init(
            _ scope: Scope, _ channels: Int, heads: Int, _ grid: Extent2d, window: Int, _ net: MixMIMTransformer
        ) throws(GraphError) {
            self.scope = scope
            self.grid = grid
            self.window = window
            norm1 = try net.norm.layer(scope("ln1"), channels)
            attention = try WindowAttention(
                scope("attn"), channels, window: .square(window), heads: heads, bias: net.bias)
            norm2 = try net.norm.layer(scope("ln2"), channels)
            feedForward = try FeedForward(scope("ffn"), channels, hidden: Int(Double(channels) * net.ratio))
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let windows = try scope.windows(of: try scope.mapChannelsLast(of: try norm1(input), grid), window)
            let map = try scope.map(ofWindows: try attention(windows), window, grid)
            let attended = try scope.flatten(map, from: 1, through: 2)
            let value = try scope.add(input, Identity(scope("drop_path"))(attended))
            return scope.output(try feedForward(try norm2(value), identity: value))
        }
    }
}

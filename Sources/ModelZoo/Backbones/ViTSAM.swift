import ModelConfig
import ModelGraph

/// The image encoder of SAM (Kirillov et al. 2023, arXiv:2304.02643): a vision transformer on maps, most of whose layers
/// attend within windows.
///
/// Source: `mmpretrain/models/backbones/vit_sam.py` of MMPreTrain 1.2.
package struct ViTSAM: Architecture {
    package static let typeNames = ["ViTSAM"]

    /// An `arch`.
    private struct Size: Sendable {
        var transformer: TransformerSize
        /// Layers that attend to the whole map.
        var globalLayers: Set<Int>
    }

    private static let sizes: [String: Size] = TransformerSize.named([
        (
            ["b", "base"],
            Size(
                transformer: .init(channels: 768, layers: 12, heads: 12, hidden: 3072), globalLayers: [2, 5, 8, 11])
        ),
        (
            ["l", "large"],
            Size(
                transformer: .init(channels: 1024, layers: 24, heads: 16, hidden: 4096),
                globalLayers: [5, 11, 17, 23])
        ),
        (
            ["h", "huge"],
            Size(
                transformer: .init(channels: 1280, layers: 32, heads: 16, hidden: 5120),
                globalLayers: [7, 15, 23, 31])
        ),
    ])

    private let size: TransformerSize
    private let image: Extent2d
    package var imageSize: Extent2d? { image }
    private let inputChannels, outputChannels: Int
    private let patches: PatchEmbed.Configuration
    private let isMean, hasPositions: Bool
    private let resizing: Operation.Resize.Mode
    private let layers: [Layer.Configuration]
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_rate", "drop_path_rate", "frozen_stages", "init_cfg")
        let arch = try config.variant("arch", of: Self.sizes, default: "base", ignoringMore: true) {
            config throws(ArgumentError) in
            Size(transformer: try TransformerSize(&config), globalLayers: Set(try config.ints("global_attn_indexes")))
        }
        let size = arch.transformer
        self.size = size
        image = try config.squareOrExtent("img_size", default: 224)
        inputChannels = try config.inputChannels()
        outputChannels = max(0, try config.int("out_channels", default: 256))
        guard outputChannels < 1 << 24 else { throw config.error("out_channels", "'out_channels' is too large") }
        let patch = try config.squareOrExtent("patch_size", default: 16)
        let usual = PatchEmbed.Configuration(kernel: patch, stride: patch)
        patches = try config.dictionary("patch_cfg") { config throws(ArgumentError) in try config.patches(usual) }
        isMean = try config.string("out_type", of: ["raw", "featmap", "avg_featmap"], default: "raw") == "avg_featmap"
        hasPositions = try config.bool("use_abs_pos", default: true)
        resizing = try config.resizing("interpolate_mode")
        let window = try config.int("window_size", default: 14)
        let layer = Layer.Configuration(
            heads: size.heads, hidden: size.hidden,
            norm: try config.requiredNorm(default: .layerNorm(epsilon: 1e-6)),
            bias: try config.bool("qkv_bias", default: true), hasBiases: try config.bool("use_rel_pos", default: true),
            window: window)
        let layers = try config.dictionaries("layer_cfgs", count: size.layers) { config throws(ArgumentError) in
            try Layer.Configuration(&config, layer)
        }
        guard layers.allSatisfy({ 0..<(1 << 16) ~= $0.window }) else {
            throw config.error("window_size", "'window_size' should be at least 0")
        }
        self.layers = layers.enumerated().map { index, layer in
            var layer = layer
            if arch.globalLayers.contains(index), !layer.statesWindow { layer.window = 0 }
            return layer
        }
        outIndices = try config.outIndices(default: [-1], count: size.layers, negatives: .inLists)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private let scope: Scope
        private let net: ViTSAM
        private let positions: Int?
        /// The grid of the image that the position embeddings are for.
        private let grid: Extent2d
        private let patchEmbed: PatchEmbed
        private let layers: [Layer]
        private let reduction: Sequential?

        init(_ scope: Scope, _ net: ViTSAM) throws(GraphError) {
            self.scope = scope
            self.net = net
            let channels = net.size.channels
            grid = try net.patches.grid(of: net.image, module: scope("patch_embed").path)
            positions =
                net.hasPositions ? try scope.declare("pos_embed", [1, grid.height, grid.width, channels]) : nil
            patchEmbed = try PatchEmbed(scope("patch_embed"), net.inputChannels, channels, net.patches)
            var layers: [Layer] = []
            for (index, layer) in net.layers.enumerated() {
                layers.append(try Layer(scope("layers")(index), channels, grid, layer))
            }
            self.layers = layers
            let (place, outputs) = (scope("channel_reduction"), net.outputChannels)
            reduction =
                outputs == 0
                ? nil
                : Sequential(
                    place,
                    [
                        try Conv2d(place(0), channels, outputs, kernel: 1, bias: false),
                        try LayerNorm2d(place(1), outputs, epsilon: 1e-6),
                        try Conv2d(place(2), outputs, outputs, kernel: 3, padding: 1, bias: false),
                        try LayerNorm2d(place(3), outputs, epsilon: 1e-6),
                    ])
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            let (tokens, grid) = try patchEmbed(input.value)
            var value = try scope.mapChannelsLast(of: tokens, grid)
            if let positions {
                let embedding = try scope.flatten(try scope.value(ofParameter: positions), from: 1, through: 2)
                let resized = try scope.resizedPositions(
                    embedding, from: self.grid, to: grid, net.resizing, extraTokens: 0)
                value = try scope.add(value, try scope.mapChannelsLast(of: resized, grid))
                value = Identity(scope("drop_after_pos"))(value)
            }
            var levels: [Value] = []
            for (index, layer) in layers.enumerated() {
                value = try layer(value)
                guard net.outIndices.contains(index) else { continue }
                var map = try scope.permute(value, [0, 3, 1, 2])
                if let reduction { map = try reduction(map) }
                levels.append(net.isMean ? try scope.mean(try scope.tokens(of: map), axes: [1]) : map)
            }
            return try scope.features(levels)
        }
    }
}

extension ViTSAM {
    /// `TransformerEncoderLayer`: norm and attention, norm and feed-forward network, each with a shortcut.
    struct Layer {
        struct Configuration: Sendable {
            var heads, hidden: Int
            var norm: NormLayer
            /// Whether the projection to q, k and v has a bias.
            var bias: Bool
            /// Whether attention has a bias by distance.
            var hasBiases: Bool
            /// Side of the windows; 0 for the whole map.
            var window: Int
            /// Whether a `layer_cfgs` gives the window.
            var statesWindow = false
            var linearLayers = 2
            var activation = Activation.gelu

            init(heads: Int, hidden: Int, norm: NormLayer, bias: Bool, hasBiases: Bool, window: Int) {
                self.heads = heads
                self.hidden = hidden
                self.norm = norm
                self.bias = bias
                self.hasBiases = hasBiases
                self.window = window
            }

            /// What a `layer_cfgs` changes.
            init(_ config: inout ConfigReader, _ defaults: Configuration) throws(ArgumentError) {
                self = defaults
                config.ignore("drop_rate", "drop_path_rate", "init_cfg")
                heads = try config.positive("num_heads", default: heads)
                hidden = try config.positive("feedforward_channels", default: hidden)
                norm = try config.requiredNorm(default: norm)
                bias = try config.bool("qkv_bias", default: bias)
                hasBiases = try config.bool("use_rel_pos", default: hasBiases)
                statesWindow = config.has("window_size")
                window = try config.int("window_size", default: window)
                linearLayers = try config.int("num_fcs", default: linearLayers)
                guard 2...64 ~= linearLayers else {
                    throw config.error("num_fcs", "'num_fcs' should be 2 or more")
                }
                activation = try config.requiredActivation(default: activation)
            }
        }

        private let scope: Scope
        private let window: Int
        private let norm1, norm2: any Module
        private let attention: Attention
        private let feedForward: FeedForward

        /// - Parameter grid: of the map that the hyper-parameters state.
        init(
            _ scope: Scope, _ channels: Int, _ grid: Extent2d, _ configuration: Configuration
        ) throws(GraphError) {
            self.scope = scope
            window = configuration.window
            norm1 = try configuration.norm.layer(scope("ln1"), channels)
            attention = try Attention(
                scope("attn"), channels, heads: configuration.heads, bias: configuration.bias,
                grid: configuration.hasBiases ? (window == 0 ? grid : .square(window)) : nil)
            norm2 = try configuration.norm.layer(scope("ln2"), channels)
            feedForward = try FeedForward(
                scope("ffn"), channels, hidden: configuration.hidden, count: configuration.linearLayers,
                activation: configuration.activation)
        }

        /// `[N, H, W, channels]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            var value = try norm1(input)
            if window > 0 {
                let grid = Extent2d(height: scope.shape(of: input)[1], width: scope.shape(of: input)[2])
                let tokens = try scope.flatten(value, from: 1, through: 2)
                let (map, padded) = try scope.paddedMap(of: tokens, grid, window: window)
                let windows = try scope.mapChannelsLast(of: try scope.windows(of: map, window), .square(window))
                let attended = try scope.flatten(try attention(windows), from: 1, through: 2)
                let whole = try scope.map(ofWindows: attended, window, padded)
                value = try scope.slice(try scope.slice(whole, axis: 1, 0..<grid.height), axis: 2, 0..<grid.width)
            } else {
                value = try attention(value)
            }
            value = try scope.add(input, value)
            return scope.output(try feedForward(try norm2(value), identity: value))
        }
    }

    /// Attention among the places of a map, perhaps with a learnt bias by their distance.
    struct Attention: Module {
        private let scope: Scope
        private let heads: Int
        private let biases: DecomposedPositions?
        private let qkv, proj: Linear

        /// - Parameter grid: the map whose distances have a learnt bias; nil for none.
        init(_ scope: Scope, _ channels: Int, heads: Int, bias: Bool, grid: Extent2d?) throws(GraphError) {
            self.scope = scope
            self.heads = heads
            biases = if let grid { try DecomposedPositions(scope, grid, channels: channels / heads) } else { nil }
            qkv = try Linear(scope("qkv"), channels, 3 * channels, bias: bias)
            proj = try Linear(scope("proj"), channels, channels)
        }

        /// `[N, H, W, channels]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let shape = scope.shape(of: input)
            let grid = Extent2d(height: shape[1], width: shape[2])
            let projected = try scope.flatten(try qkv(input), from: 1, through: 2)
            let parts = try scope.splitHeads(projected, heads: heads)
            let scale = 1 / Double(scope.shape(of: parts[0])[3]).squareRoot()
            var scores = try scope.matmul(try scope.scale(parts[0], by: scale), parts[1], transposed: true)
            if let biases { scores = try scope.add(scores, try biases(parts[0], grid, grid)) }
            let attended = try scope.joinHeads(try scope.matmul(try scope.softmax(scores), parts[2]))
            return scope.output(try proj(try scope.reshape(attended, shape)))
        }
    }
}

import ModelConfig
import ModelGraph

/// MLP-Mixer (Tolstikhin et al. 2021, arXiv:2105.01601).
///
/// Source: `mmpretrain/models/backbones/mlp_mixer.py` of MMPreTrain 1.2, where the input has 3 channels unless
/// `patch_cfg` says otherwise; `in_channels` is this implementation's.
package struct MlpMixer: Architecture {
    package static let typeNames = ["MlpMixer"]

    /// An `arch`.
    private struct Size: Sendable {
        var channels, layers, tokenHidden, channelHidden: Int
    }

    private static let sizes: [String: Size] = TransformerSize.named([
        (["s", "small"], Size(channels: 512, layers: 8, tokenHidden: 256, channelHidden: 2048)),
        (["b", "base"], Size(channels: 768, layers: 12, tokenHidden: 384, channelHidden: 3072)),
        (["l", "large"], Size(channels: 1024, layers: 24, tokenHidden: 512, channelHidden: 4096)),
    ])

    private let size: Size
    private let image: Extent2d
    package var imageSize: Extent2d? { image }
    private let inputChannels: Int
    private let patches: PatchEmbed.Configuration
    private let norm: NormLayer
    private let layers: [Block.Configuration]
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_rate", "drop_path_rate", "init_cfg")
        size = try config.variant("arch", of: Self.sizes, default: "base") { config throws(ArgumentError) in
            let size = Size(
                channels: try config.positive("embed_dims"), layers: try config.positive("num_layers"),
                tokenHidden: try config.positive("tokens_mlp_dims"),
                channelHidden: try config.positive("channels_mlp_dims"))
            guard size.layers <= 1024 else { throw config.error("num_layers", "\(size.layers) layers are too many") }
            return size
        }
        image = try config.squareOrExtent("img_size", default: 224)
        let patch = try config.squareOrExtent("patch_size", default: 16)
        let usual = PatchEmbed.Configuration(kernel: patch, stride: patch)
        let channels = try config.inputChannels()
        (patches, inputChannels) = try config.dictionary("patch_cfg") { config throws(ArgumentError) in
            (try config.patches(usual), try config.positive("in_channels", default: channels))
        }
        let norm = try config.requiredNorm(default: .layerNorm(epsilon: 1e-5))
        self.norm = norm
        let layer = Block.Configuration(
            tokenHidden: size.tokenHidden, channelHidden: size.channelHidden, norm: norm,
            activation: try config.requiredActivation(default: .gelu))
        outIndices = try config.outIndices(default: [-1], count: size.layers, negatives: .inLists)
        layers = try config.dictionaries("layer_cfgs", count: size.layers) { config throws(ArgumentError) in
            try Block.Configuration(&config, layer)
        }
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let grid = try patches.grid(of: image, module: scope("patch_embed").path)
        let patchEmbed = try PatchEmbed(scope("patch_embed"), inputChannels, size.channels, patches)
        var layers: [any Module] = []
        for (index, layer) in self.layers.enumerated() {
            layers.append(
                try Block(scope("layers")(index), tokens: grid.height * grid.width, channels: size.channels, layer))
        }
        return Layers(
            scope: scope, image: image, patchEmbed: patchEmbed, layers: layers,
            norm: try norm.layer(scope(norm.abbreviation + "1"), size.channels), outIndices: outIndices)
    }

    private struct Layers: Stage {
        let scope: Scope
        let image: Extent2d
        let patchEmbed: PatchEmbed
        let layers: [any Module]
        let norm: any Module
        let outIndices: Set<Int>

        /// Gives `[N, C, L]`.
        func features(_ input: Features) throws(GraphError) -> Features {
            guard scope.grid(of: input.value) == image else {
                throw .configuration(
                    module: scope.path,
                    "the MLP-Mixer doesn't support dynamic input shape. "
                        + "Please input images with shape (\(image.height), \(image.width))")
            }
            var value = try patchEmbed(input.value).tokens
            var levels: [Value] = []
            for (index, layer) in layers.enumerated() {
                value = try layer(value)
                if index == layers.count - 1 { value = try norm(value) }
                if outIndices.contains(index) { levels.append(try scope.transpose(value, 1, 2)) }
            }
            return try scope.features(levels)
        }
    }

    /// Norm and mixing of tokens, norm and mixing of channels, each with a shortcut.
    private struct Block: Module {
        struct Configuration: Sendable {
            var tokenHidden, channelHidden: Int
            var norm: NormLayer
            var activation: Activation
            /// Linear layers of both mixers.
            var linearLayers = 2

            init(tokenHidden: Int, channelHidden: Int, norm: NormLayer, activation: Activation) {
                self.tokenHidden = tokenHidden
                self.channelHidden = channelHidden
                self.norm = norm
                self.activation = activation
            }

            /// What a `layer_cfgs` changes.
            init(_ config: inout ConfigReader, _ defaults: Configuration) throws(ArgumentError) {
                self = defaults
                config.ignore("drop_rate", "drop_path_rate", "init_cfg")
                tokenHidden = try config.positive("tokens_mlp_dims", default: tokenHidden)
                channelHidden = try config.positive("channels_mlp_dims", default: channelHidden)
                norm = try config.requiredNorm(default: norm)
                activation = try config.requiredActivation(default: activation)
                linearLayers = try config.linearLayers(default: linearLayers)
            }
        }

        private let scope: Scope
        private let norm1, norm2: any Module
        private let tokenMixer, channelMixer: FeedForward

        init(
            _ scope: Scope, tokens: Int, channels: Int, _ configuration: Configuration
        ) throws(GraphError) {
            self.scope = scope
            let (norm, activation) = (configuration.norm, configuration.activation)
            norm1 = try norm.layer(scope(norm.abbreviation + "1"), channels)
            tokenMixer = try FeedForward(
                scope("token_mix"), tokens, hidden: configuration.tokenHidden, count: configuration.linearLayers,
                activation: activation, addsIdentity: false)
            norm2 = try norm.layer(scope(norm.abbreviation + "2"), channels)
            channelMixer = try FeedForward(
                scope("channel_mix"), channels, hidden: configuration.channelHidden,
                count: configuration.linearLayers, activation: activation)
        }

        /// `[N, L, C]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let mixed = try tokenMixer(try scope.transpose(try norm1(input), 1, 2))
            let value = try scope.add(input, try scope.transpose(mixed, 1, 2))
            return scope.output(try channelMixer(try norm2(value), identity: value))
        }
    }
}

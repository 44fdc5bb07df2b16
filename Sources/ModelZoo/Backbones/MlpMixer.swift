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
    private let activation: Activation
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
        norm = try config.requiredNorm(default: .layerNorm(epsilon: 1e-5))
        activation = try config.requiredActivation(default: .gelu)
        outIndices = try config.outIndices(default: [-1], count: size.layers, negatives: .inLists)
        try config.dictionary("layer_cfgs") { config throws(ArgumentError) in
            config.ignore("drop_rate", "drop_path_rate")
        }
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let grid = try patches.grid(of: image, module: scope("patch_embed").path)
        let patchEmbed = try PatchEmbed(scope("patch_embed"), inputChannels, size.channels, patches)
        var layers: [any Module] = []
        for index in 0..<size.layers {
            layers.append(
                try Block(
                    scope("layers")(index), tokens: grid.height * grid.width, size, norm: norm, activation: activation))
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
        private let scope: Scope
        private let norm1, norm2: any Module
        private let tokenMixer, channelMixer: FeedForward

        init(
            _ scope: Scope, tokens: Int, _ size: Size, norm: NormLayer, activation: Activation
        ) throws(GraphError) {
            self.scope = scope
            norm1 = try norm.layer(scope(norm.abbreviation + "1"), size.channels)
            tokenMixer = try FeedForward(
                scope("token_mix"), tokens, hidden: size.tokenHidden, activation: activation, addsIdentity: false)
            norm2 = try norm.layer(scope(norm.abbreviation + "2"), size.channels)
            channelMixer = try FeedForward(
                scope("channel_mix"), size.channels, hidden: size.channelHidden, activation: activation)
        }

        /// `[N, L, C]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let mixed = try tokenMixer(try scope.transpose(try norm1(input), 1, 2))
            let value = try scope.add(input, try scope.transpose(mixed, 1, 2))
            return scope.output(try channelMixer(try norm2(value), identity: value))
        }
    }
}

import ModelConfig
import ModelGraph

/// Twins-PCPVT and Twins-SVT (Chu et al. 2021, arXiv:2104.13840).
///
/// Source: `mmpretrain/models/backbones/twins.py` of MMPreTrain 1.2.
package struct Twins: Architecture {
    package static let typeNames = ["PCPVT", "SVT"]

    private let size: Size
    private let inputChannels: Int
    private let bias: Bool
    private let norm: NormLayer
    private let normsAfterStage: [Bool]
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_rate", "attn_drop_rate", "drop_path_rate", "init_cfg")
        let isSVT = try config.typeName == "SVT"
        size = try config.variant("arch", of: isSVT ? Size.svt : Size.pcpvt) { config throws(ArgumentError) in
            try Size(&config, hasWindows: isSVT)
        }
        inputChannels = try config.inputChannels()
        bias = try config.bool("qkv_bias", default: false)
        norm = try config.requiredNorm(default: .layerNorm(epsilon: 1e-5))
        let stages = size.depths.count
        normsAfterStage = try config.bools(
            "norm_after_stage", default: [Bool](repeating: false, count: stages), count: stages)
        outIndices = try config.outIndices(default: [3], count: stages)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private let scope: Scope
        private let embeddings: [PatchEmbed]
        private let encodings: [ConditionalPositions]
        private let stages: [[Layer]]
        private let norms: [any Module]
        private let outIndices: Set<Int>

        init(_ scope: Scope, _ net: Twins) throws(GraphError) {
            self.scope = scope
            outIndices = net.outIndices
            let size = net.size
            var embeddings: [PatchEmbed] = []
            var encodings: [ConditionalPositions] = []
            var stages: [[Layer]] = []
            for (index, channels) in size.channels.enumerated() {
                let patches = PatchEmbed.Configuration(
                    kernel: .square(size.patches[index]), stride: .square(size.strides[index]),
                    norm: .layerNorm(epsilon: 1e-5))
                embeddings.append(
                    try PatchEmbed(
                        scope("patch_embeds")(index), index == 0 ? net.inputChannels : size.channels[index - 1],
                        channels, patches))
            }
            // Upstream declares the stages first and fills them later.
            for (index, channels) in size.channels.enumerated() {
                var layers: [Layer] = []
                for block in 0..<size.depths[index] {
                    let window = size.windows.isEmpty || block % 2 == 1 ? nil : size.windows[index]
                    layers.append(
                        try Layer(
                            scope("stages")(index)(block),
                            Layer.Configuration(
                                channels: channels, heads: size.heads[index], hidden: size.ratios[index] * channels,
                                reduction: size.reductions[index], window: window, bias: net.bias, norm: net.norm)))
                }
                stages.append(layers)
            }
            for (index, channels) in size.channels.enumerated() {
                encodings.append(try ConditionalPositions(scope("position_encodings")(index), channels))
            }
            self.embeddings = embeddings
            self.encodings = encodings
            self.stages = stages
            var norms: [any Module] = []
            for (index, channels) in size.channels.enumerated() {
                let place = scope("norm_after_stage\(index)")
                norms.append(net.normsAfterStage[index] ? try net.norm.layer(place, channels) : Identity(place))
            }
            self.norms = norms
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            var map = input.value
            var levels: [Value] = []
            for (index, stage) in stages.enumerated() {
                var (value, grid) = try embeddings[index](map)
                value = Identity(scope("position_encoding_drops")(index))(value)
                for (position, layer) in stage.enumerated() {
                    value = try layer(value, grid)
                    if position == 0 { value = try encodings[index](value, grid) }
                }
                map = try scope.map(of: try norms[index](value), grid)
                if outIndices.contains(index) { levels.append(map) }
            }
            return try scope.features(levels)
        }
    }
}

extension Twins {
    /// An `arch`; lists by stage.
    struct Size: Sendable {
        var channels, depths, heads, patches, strides, ratios, reductions: [Int]
        /// The windows of SVT's local attention; empty for PCPVT.
        var windows: [Int] = []

        private init(
            channels: [Int], depths: [Int], heads: [Int], ratios: [Int] = [4, 4, 4, 4], windows: [Int] = []
        ) {
            self.channels = channels
            self.depths = depths
            self.heads = heads
            self.ratios = ratios
            self.windows = windows
            patches = [4, 2, 2, 2]
            strides = [4, 2, 2, 2]
            reductions = [8, 4, 2, 1]
        }

        init(_ config: inout ConfigReader, hasWindows: Bool) throws(ArgumentError) {
            depths = try config.stageDepths("depths")
            let count = depths.count
            channels = try config.stageChannels("embed_dims", count: count)
            heads = try config.stageChannels("num_heads", count: count)
            patches = try config.stageChannels("patch_sizes", count: count)
            strides = try config.stageChannels("strides", count: count)
            ratios = try config.stageChannels("mlp_ratios", count: count)
            reductions = try config.stageChannels("sr_ratios", count: count)
            if hasWindows { windows = try config.stageChannels("window_sizes", count: count) }
        }

        static let pcpvt: [String: Size] = {
            func size(_ depths: [Int]) -> Size {
                Size(channels: [64, 128, 320, 512], depths: depths, heads: [1, 2, 5, 8], ratios: [8, 8, 4, 4])
            }
            return TransformerSize.named([
                (["s", "small"], size([3, 4, 6, 3])), (["b", "base"], size([3, 4, 18, 3])),
                (["l", "large"], size([3, 8, 27, 3])),
            ])
        }()

        static let svt: [String: Size] = {
            let windows = [7, 7, 7, 7]
            return TransformerSize.named([
                (
                    ["s", "small"],
                    Size(
                        channels: [64, 128, 256, 512], depths: [2, 2, 10, 4], heads: [2, 4, 8, 16], windows: windows)
                ),
                (
                    ["b", "base"],
                    Size(
                        channels: [96, 192, 384, 768], depths: [2, 2, 18, 2], heads: [3, 6, 12, 24], windows: windows)
                ),
                (
                    ["l", "large"],
                    Size(
                        channels: [128, 256, 512, 1024], depths: [2, 2, 18, 2], heads: [4, 8, 16, 32], windows: windows)
                ),
            ])
        }()
    }
}

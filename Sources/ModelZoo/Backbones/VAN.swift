import ModelConfig
import ModelGraph

/// Visual attention network (Guo et al. 2022, arXiv:2202.09741).
///
/// Source: `mmpretrain/models/backbones/van.py` of MMPreTrain 1.2.
package struct VAN: Architecture {
    package static let typeNames = ["VAN"]

    /// An `arch`.
    private struct Size: Sendable {
        var channels: [Int]
        /// Blocks of each stage.
        var depths: [Int]
        /// Hidden channels of the feed-forward networks per channel.
        var ratios: [Double]
    }

    private static let sizes: [String: Size] = TransformerSize.named([
        (["t", "tiny"], Size(channels: [32, 64, 160, 256], depths: [3, 3, 5, 2], ratios: [8, 8, 4, 4])),
        (["s", "small"], Size(channels: [64, 128, 320, 512], depths: [2, 2, 4, 2], ratios: [8, 8, 4, 4])),
        (["b", "base"], Size(channels: [64, 128, 320, 512], depths: [3, 3, 12, 3], ratios: [8, 8, 4, 4])),
        (["l", "large"], Size(channels: [64, 128, 320, 512], depths: [3, 5, 27, 3], ratios: [8, 8, 4, 4])),
    ])

    private let size: Size
    private let patches: [Int]
    private let inputChannels: Int
    private let norm: NormLayer
    private let outIndices: Set<Int>
    private let block: BlockSettings

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_rate", "drop_path_rate", "frozen_stages", "norm_eval", "init_cfg")
        let size = try config.variant("arch", of: Self.sizes, default: "tiny") { config throws(ArgumentError) in
            let depths = try config.stageDepths("depths")
            return Size(
                channels: try config.stageChannels("embed_dims", count: depths.count), depths: depths,
                ratios: try config.ratios("ffn_ratios", count: depths.count))
        }
        self.size = size
        patches = try config.stageChannels("patch_sizes", default: [7, 3, 3, 3], count: size.depths.count)
        inputChannels = try config.inputChannels()
        norm = try config.requiredNorm(default: .layerNorm(epsilon: 1e-5))
        outIndices = try config.outIndices(default: [3], count: size.depths.count)
        block = try config.dictionary("block_cfgs") { config throws(ArgumentError) in
            config.ignore("init_cfg")
            return BlockSettings(
                norm: try config.requiredNorm(), activation: try config.requiredActivation(default: .gelu),
                scales: try config.double("layer_scale_init_value", default: 1e-2) > 0)
        }
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        var stages: [Layers.Part] = []
        var inputs = inputChannels
        for (index, depth) in size.depths.enumerated() {
            let (channels, patch) = (size.channels[index], patches[index])
            let embed = scope("patch_embed\(index + 1)")
            let projection = try Conv2d(
                embed("projection"), inputs, channels, kernel: patch, stride: patch / 2 + 1, padding: patch / 2)
            let embedNorm = try BatchNorm(embed("norm"), channels)
            var blocks: [any Module] = []
            for position in 0..<depth {
                blocks.append(
                    try Block(
                        scope("blocks\(index + 1)")(position), channels,
                        hidden: Int(Double(channels) * size.ratios[index]), block))
            }
            stages.append(
                Layers.Part(
                    embed: embed, projection: projection, embedNorm: embedNorm, blocks: blocks,
                    norm: try norm.layer(scope("norm\(index + 1)"), channels)))
            inputs = channels
        }
        return Layers(scope: scope, stages: stages, outIndices: outIndices)
    }

    private struct Layers: Stage {
        struct Part {
            let embed: Scope
            let projection: Conv2d
            let embedNorm: BatchNorm
            let blocks: [any Module]
            let norm: any Module
        }

        let scope: Scope
        let stages: [Part]
        let outIndices: Set<Int>

        func features(_ input: Features) throws(GraphError) -> Features {
            var value = input.value
            var levels: [Value] = []
            for (index, stage) in stages.enumerated() {
                value = try stage.embedNorm(try stage.projection(value))
                stage.embed.output([value])
                let grid = scope.grid(of: value)
                for block in stage.blocks { value = try block(value) }
                value = try scope.map(of: try stage.norm(try scope.tokens(of: value)), grid)
                if outIndices.contains(index) { levels.append(value) }
            }
            return try scope.features(levels)
        }
    }
}

extension VAN {
    private struct BlockSettings: Sendable {
        var norm: NormLayer
        var activation: Activation
        /// Whether there are learnt scales.
        var scales: Bool
    }

    /// Large-kernel attention and a feed-forward network with a depthwise convolution, each with a norm and a shortcut.
    private struct Block: Module {
        private let scope: Scope
        private let scales: [Int]
        private let norm1, norm2: any Module
        private let projection1, projection2, depthwise, dilated, pointwise: Conv2d
        private let fc1, fc2, mixing: Conv2d
        private let activation, act: ActivationLayer

        init(_ scope: Scope, _ channels: Int, hidden: Int, _ settings: BlockSettings) throws(GraphError) {
            self.scope = scope
            var scales: [Int] = []
            if settings.scales {
                for name in ["layer_scale_1", "layer_scale_2"] { scales.append(try scope.declare(name, [channels])) }
            }
            self.scales = scales
            norm1 = try settings.norm.layer(scope("norm1"), channels)
            let attn = scope("attn")
            let gate = attn("spatial_gating_unit")
            projection1 = try Conv2d(attn("proj_1"), channels, channels, kernel: 1)
            activation = ActivationLayer(attn("activation"), settings.activation)
            depthwise = try Conv2d(gate("DW_conv"), channels, channels, kernel: 5, padding: 2, groups: channels)
            dilated = try Conv2d(
                gate("DW_D_conv"), channels, channels, kernel: 7, padding: 9, dilation: 3, groups: channels)
            pointwise = try Conv2d(gate("conv1"), channels, channels, kernel: 1)
            projection2 = try Conv2d(attn("proj_2"), channels, channels, kernel: 1)
            norm2 = try settings.norm.layer(scope("norm2"), channels)
            let mlp = scope("mlp")
            fc1 = try Conv2d(mlp("fc1"), channels, hidden, kernel: 1)
            mixing = try Conv2d(mlp("dwconv"), hidden, hidden, kernel: 3, padding: 1, groups: hidden)
            act = ActivationLayer(mlp("act"), settings.activation)
            fc2 = try Conv2d(mlp("fc2"), hidden, channels, kernel: 1)
        }

        /// `[N, channels, H, W]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            var value = try attention(try norm1(input))
            value = try add(value, to: input, 0)
            return scope.output(try add(try feedForward(try norm2(value)), to: value, 1))
        }

        private func attention(_ input: Value) throws(GraphError) -> Value {
            let attn = scope("attn")
            let gate = attn("spatial_gating_unit")
            let value = try activation(try projection1(input))
            let weights = try pointwise(try dilated(try depthwise(value)))
            let gated = gate.output(try gate.multiply(value, by: weights))
            return attn.output(try attn.add(try projection2(gated), input))
        }

        private func feedForward(_ input: Value) throws(GraphError) -> Value {
            let (mlp, drop) = (scope("mlp"), Identity(scope("mlp")("drop")))
            return mlp.output(drop(try fc2(drop(try act(try mixing(try fc1(input)))))))
        }

        private func add(_ branch: Value, to input: Value, _ position: Int) throws(GraphError) -> Value {
            var branch = branch
            if !scales.isEmpty {
                let scale = try scope.reshape(try scope.value(ofParameter: scales[position]), [-1, 1, 1])
                branch = try scope.multiply(scale, by: branch)
            }
            return try scope.add(input, Identity(scope("drop_path"))(branch))
        }
    }
}

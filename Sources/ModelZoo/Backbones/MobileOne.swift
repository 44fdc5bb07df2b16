import ModelConfig
import ModelGraph

/// MobileOne (Vasu et al. 2022, arXiv:2206.04040): depthwise and pointwise convolutions that are trained as sums of
/// branches.
///
/// Source: `mmpretrain/models/backbones/mobileone.py` of MMPreTrain 1.2.
package struct MobileOne: Architecture {
    package static let typeNames = ["MobileOne"]
    package static let deployArgument: String? = "deploy"

    /// An `arch`; four stages.
    private struct Size: Sendable {
        /// Pairs of a depthwise and a pointwise block.
        var pairs = [2, 8, 10, 1]
        /// Multiplies the channels: 64, 128, 256 and 512.
        var widths: [Double]
        /// Convolutions that are added in each block but the stem.
        var branches = [1, 1, 1, 1]
        /// How many of the last pairs squeeze and excite.
        var squeezes = [0, 0, 0, 0]
    }

    private static let sizes = [
        "s0": Size(widths: [0.75, 1, 1, 2], branches: [4, 4, 4, 4]),
        "s1": Size(widths: [1.5, 1.5, 2, 2.5]),
        "s2": Size(widths: [1.5, 2, 2.5, 4]),
        "s3": Size(widths: [2, 2.5, 3, 4]),
        "s4": Size(widths: [3, 3.5, 3.5, 4], squeezes: [0, 0, 5, 1]),
    ]

    private let size: Size
    private let inputChannels: Int
    private let outIndices: Set<Int>
    private let squeeze: SELayer.Configuration?
    private let block: BlockSettings

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("frozen_stages", "norm_eval", "init_cfg")
        try config.plainConvolutions()
        size = try config.variant("arch", of: Self.sizes, ignoringCase: false) { config throws(ArgumentError) in
            let size = Size(
                pairs: try config.stageDepths("num_blocks", count: 4),
                widths: try config.ratios("width_factor", count: 4),
                branches: try config.ints("num_conv_branches", count: 4),
                squeezes: try config.ints("num_se_blocks", count: 4))
            guard (size.branches + size.squeezes).allSatisfy({ 0...1024 ~= $0 }) else {
                throw config.error("num_conv_branches", "a stage cannot have so many branches or SE blocks")
            }
            return size
        }
        for (pairs, squeezes) in zip(size.pairs, size.squeezes) where squeezes > pairs {
            throw config.error("arch", "the number of SE blocks, \(squeezes), exceeds that of layers, \(pairs)")
        }
        inputChannels = try config.inputChannels()
        outIndices = try config.outIndices(default: [3], count: 4, negatives: .allowed)
        squeeze = try config.squeeze("se_cfg", default: SELayer.Configuration(ratio: 16))
        block = BlockSettings(
            deploy: try config.bool("deploy", default: false), norm: try config.requiredNorm(),
            activation: try config.requiredActivation(default: .relu))
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        var channels = min(64, Int(64 * size.widths[0]))
        let stem = try Block(scope("stage0"), inputChannels, channels, kernel: 3, stride: 2, branches: 1, block)
        var stages: [any Module] = []
        for (index, pairs) in size.pairs.enumerated() {
            let outputs = Int(Double(64 << index) * size.widths[index])
            let stage = scope("stage\(index + 1)")
            var blocks: [any Module] = []
            for pair in 0..<pairs {
                let squeeze = pair >= pairs - size.squeezes[index] ? squeeze : nil
                blocks.append(
                    try Block(
                        stage(2 * pair), channels, channels, kernel: 3, stride: pair == 0 ? 2 : 1, groups: channels,
                        branches: size.branches[index], squeeze: squeeze, block))
                blocks.append(
                    try Block(
                        stage(2 * pair + 1), channels, outputs, kernel: 1, branches: size.branches[index],
                        squeeze: squeeze, block))
                channels = outputs
            }
            stages.append(Sequential(stage, blocks))
        }
        return StagedBackbone(scope, stem: [stem], stages: stages, outIndices: outIndices)
    }
}

extension MobileOne {
    /// What all blocks of a network have in common.
    private struct BlockSettings: Sendable {
        /// Whether each block is one convolution with the branches folded into it.
        var deploy: Bool
        var norm: NormLayer
        var activation: Activation
    }

    /// In training the convolutions `branch_conv_list`, for kernels above 1×1 the 1×1 convolution `branch_scale`, and
    /// where the shape stays the input itself, each with its batch norm, are added; deployed it is the convolution
    /// `branch_reparam`.
    private struct Block: Module {
        private let scope: Scope
        private let squeeze: any Module
        private let folded: Conv2d?
        private let identity: (any Module)?
        private let branches: [ConvNorm]
        private let act: ActivationLayer

        init(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1, branches: Int,
            squeeze: SELayer.Configuration? = nil, _ settings: BlockSettings
        ) throws(GraphError) {
            self.scope = scope
            let (padding, norm) = (kernel / 2, settings.norm)
            self.squeeze =
                if let squeeze { try SELayer(scope("se"), outputs, squeeze) } else { Identity(scope("se")) }
            act = ActivationLayer(scope("act"), settings.activation)
            if settings.deploy {
                folded = try Conv2d(
                    scope("branch_reparam"), inputs, outputs, kernel: kernel, stride: stride, padding: padding,
                    groups: groups)
                identity = nil
                self.branches = []
                return
            }
            folded = nil
            identity = inputs == outputs && stride == 1 ? try norm.layer(scope("branch_norm"), inputs) : nil
            var added: [ConvNorm] = []
            if kernel > 1 {
                added.append(
                    try ConvNorm(
                        scope("branch_scale"), inputs, outputs, kernel: 1, stride: stride, groups: groups, norm: norm))
            }
            for branch in 0..<branches {
                added.append(
                    try ConvNorm(
                        scope("branch_conv_list")(branch), inputs, outputs, kernel: kernel, stride: stride,
                        padding: padding, groups: groups, norm: norm))
            }
            self.branches = added
        }

        /// `[N, inputs, H, W]` → `[N, outputs, ⌈H / stride⌉, ⌈W / stride⌉]`.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let value = if let folded { try folded(input) } else { try sum(input) }
            return scope.output(try act(try squeeze(value)))
        }

        private func sum(_ input: Value) throws(GraphError) -> Value {
            var sum = try identity?(input)
            for branch in branches {
                let term = try branch(input)
                sum = if let partial = sum { try scope.add(partial, term) } else { term }
            }
            guard let sum else { throw .configuration(module: scope.path, "has no branches") }
            return scope.foldable(sum, from: input, into: "branch_reparam")
        }
    }
}

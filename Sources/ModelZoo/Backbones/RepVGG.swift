import ModelConfig
import ModelGraph

/// RepVGG (Ding et al. 2021, arXiv:2101.03697): 3×3 convolutions that are trained as sums of branches.
///
/// Source: `mmpretrain/models/backbones/repvgg.py` of MMPreTrain 1.2.
package struct RepVGG: Architecture {
    package static let typeNames = ["RepVGG"]
    package static let deployArgument: String? = "deploy"

    private let size: Size
    private let strides, dilations: [Int]
    private let inputChannels, baseChannels: Int
    private let outIndices: Set<Int>
    /// Whether the pooling pyramid of YOLOX-PAI ends the last stage.
    private let addsPyramid: Bool
    private let block: BlockSettings

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("frozen_stages", "norm_eval", "with_cp", "init_cfg")
        try config.plainConvolutions()
        size = try config.variant("arch", of: Size.all, ignoringCase: false, ignoringMore: true, custom: Size.init)
        strides = try config.ints("strides", default: [2, 2, 2, 2])
        dilations = try config.ints("dilations", default: [1, 1, 1, 1])
        for (key, values) in [("strides", strides), ("dilations", dilations)] where values.count != size.blocks.count {
            throw config.error(key, "'\(key)' has \(values.count) elements for \(size.blocks.count) stages")
        }
        inputChannels = try config.inputChannels()
        baseChannels = try config.positive("base_channels", default: 64)
        outIndices = try config.outIndices(default: [3], count: size.blocks.count)
        addsPyramid = try config.bool("add_ppf", default: false)
        block = BlockSettings(
            deploy: try config.bool("deploy", default: false), norm: try config.requiredNorm(),
            activation: try config.requiredActivation(default: .relu), squeeze: size.squeeze)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        var channels = min(size.stemChannels, Int(Double(baseChannels) * size.widths[0]))
        let stem = try Block(scope("stem"), inputChannels, channels, stride: 2, groups: 1, dilation: 1, block)
        var stages: [any Module] = []
        var position = 1
        for (index, blocks) in size.blocks.enumerated() {
            let outputs = Int(Double(baseChannels << index) * size.widths[index])
            let stage = scope("stage_\(index + 1)")
            var modules: [any Module] = []
            for block in 0..<blocks {
                modules.append(
                    try Block(
                        stage(block), channels, outputs, stride: block == 0 ? strides[index] : 1,
                        groups: size.groups[position] ?? 1, dilation: dilations[index], self.block))
                channels = outputs
                position += 1
            }
            stages.append(Sequential(stage, modules))
        }
        let pyramid: any Module =
            addsPyramid ? try PoolingPyramid(scope("ppf"), channels, block) : Identity(scope("ppf"))
        stages.append(Pair(first: stages.removeLast(), second: pyramid))
        return StagedBackbone(scope, stem: [stem], stages: stages, outIndices: outIndices)
    }
}

extension RepVGG {
    /// What all blocks of a network have in common.
    struct BlockSettings: Sendable {
        /// Whether each block is one convolution with the branches folded into it.
        var deploy: Bool
        var norm: NormLayer
        var activation: Activation
        var squeeze: SELayer.Configuration?
    }

    /// In training a 3×3 convolution, a 1×1 convolution and, where the shape stays, the input itself, each with its
    /// batch norm, are added; deployed it is the convolution `branch_reparam`.
    private struct Block: Module {
        private let scope: Scope
        private let folded: Conv2d?
        private let identity: (any Module)?
        private let branches: [ConvNorm]
        private let squeeze: SELayer?
        private let act: ActivationLayer

        init(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, stride: Int, groups: Int, dilation: Int,
            _ settings: BlockSettings
        ) throws(GraphError) {
            self.scope = scope
            let norm = settings.norm
            if settings.deploy {
                folded = try Conv2d(
                    scope("branch_reparam"), inputs, outputs, kernel: 3, stride: stride, padding: dilation,
                    dilation: dilation, groups: groups)
                identity = nil
                branches = []
            } else {
                folded = nil
                identity =
                    inputs == outputs && stride == 1 ? try norm.layer(scope("branch_norm"), inputs) : nil
                branches = [
                    try ConvNorm(
                        scope("branch_3x3"), inputs, outputs, kernel: 3, stride: stride, padding: dilation,
                        dilation: dilation, groups: groups, norm: norm),
                    try ConvNorm(
                        scope("branch_1x1"), inputs, outputs, kernel: 1, stride: stride, groups: groups, norm: norm),
                ]
            }
            squeeze =
                if let squeeze = settings.squeeze { try SELayer(scope("se_layer"), outputs, squeeze) } else { nil }
            act = ActivationLayer(scope("act"), settings.activation)
        }

        /// `[N, inputs, H, W]` → `[N, outputs, ⌈H / stride⌉, ⌈W / stride⌉]`.
        ///
        /// A deployed block passes its `se_layer` by, as MMPreTrain's does.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            if let folded { return scope.output(try act(try folded(input))) }
            let unchanged = try identity?(input)
            var sum = try scope.add(try branches[0](input), try branches[1](input))
            if let unchanged { sum = try scope.add(sum, unchanged) }
            scope.foldable(sum, from: input, into: "branch_reparam")
            return scope.output(try act(try squeeze?(sum) ?? sum))
        }
    }

    /// A 1×1 convolution, 5×5 max-poolings one after the other, and a 1×1 convolution over all of them: `MTSPPF`.
    private struct PoolingPyramid: Module {
        private let scope: Scope
        private let conv1, conv2: ConvModule

        init(_ scope: Scope, _ channels: Int, _ settings: BlockSettings) throws(GraphError) {
            self.scope = scope
            let hidden = channels / 2
            conv1 = try ConvModule(
                scope("conv1"), channels, hidden, kernel: 1, norm: settings.norm, activation: settings.activation)
            conv2 = try ConvModule(
                scope("conv2"), hidden * 4, channels, kernel: 1, norm: settings.norm, activation: settings.activation)
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let geometry = Pool2dGeometry(kernel: .square(5), stride: .square(1), padding: .square(2))
            var values = [try conv1(input)]
            for _ in 0..<3 { values.append(try scope.record(.maxPool2d(geometry), values[values.count - 1])) }
            return scope.output(try conv2(try scope.concat(values, axis: 1)))
        }
    }
}

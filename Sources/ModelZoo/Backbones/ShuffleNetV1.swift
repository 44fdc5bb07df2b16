import ModelConfig
import ModelGraph

/// ShuffleNet (Zhang et al. 2017, arXiv:1707.01083).
///
/// Source: `mmpretrain/models/backbones/shufflenet_v1.py` of MMPreTrain 1.2, where the input always has 3 channels;
/// `in_channels` is this implementation's.
package struct ShuffleNetV1: Architecture {
    package static let typeNames = ["ShuffleNetV1"]

    private let groups, inputChannels: Int
    private let stemChannels: Int
    /// The channels of the three stages.
    private let channels: [Int]
    private let norm: NormLayer?
    private let activation: Activation
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("frozen_stages", "norm_eval", "with_cp", "init_cfg")
        try config.plainConvolutions()
        groups = try config.int("groups", default: 3)
        guard
            let channels = [
                1: [144, 288, 576], 2: [200, 400, 800], 3: [240, 480, 960], 4: [272, 544, 1088], 8: [384, 768, 1536],
            ][groups]
        else { throw config.error("groups", "\(groups) groups is not supported for 1x1 Grouped Convolutions") }
        let widen = try config.double("widen_factor", default: 1)
        guard widen > 0, widen <= 64, Int(24 * widen) > 0 else {
            throw config.error("widen_factor", "a width of \(widen) is not above 0 and at most 64")
        }
        self.channels = channels.map { makeDivisible(Double($0) * widen, by: 8) }
        stemChannels = Int(24 * widen)
        inputChannels = try config.inputChannels()
        norm = try config.norm("norm_cfg", default: .batchNorm(epsilon: 1e-5))
        activation = try config.requiredActivation(default: .relu)
        outIndices = try config.outIndices(default: [2], count: 3)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let stem = try ConvModule(
            scope("conv1"), inputChannels, stemChannels, kernel: 3, stride: 2, padding: 1, norm: norm,
            activation: activation)
        var inputs = stemChannels
        var stages: [any Module] = []
        for (index, blocks) in [4, 8, 4].enumerated() {
            let layer = scope("layers")(index)
            var units: [any Module] = []
            for block in 0..<blocks {
                units.append(
                    try Unit(
                        layer(block), inputs, channels[index], groups: groups, isFirst: index == 0 && block == 0,
                        isReducing: block == 0, norm: norm, activation: activation))
                inputs = channels[index]
            }
            stages.append(Sequential(layer, units))
        }
        return StagedBackbone(
            scope, stem: [stem, MaxPool2d(scope("maxpool"), kernel: 3, stride: 2, padding: 1)], stages: stages,
            outIndices: outIndices)
    }

    /// `ShuffleUnit`: grouped 1×1 convolutions around a shuffle and a depthwise one. The first of a stage joins them to
    /// its pooled input, the others add the input.
    private struct Unit: Module {
        private let scope: Scope
        private let groups: Int
        private let isReducing: Bool
        private let compress, depthwise, expand: ConvModule
        private let act: ActivationLayer

        init(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, groups: Int, isFirst: Bool, isReducing: Bool,
            norm: NormLayer?, activation: Activation
        ) throws(GraphError) {
            guard outputs > inputs || !isReducing else {
                throw .configuration(module: scope.path, "\(outputs) channels are not more than \(inputs)")
            }
            self.scope = scope
            self.groups = groups
            self.isReducing = isReducing
            let hidden = outputs / 4
            compress = try ConvModule(
                scope("g_conv_1x1_compress"), inputs, hidden, kernel: 1, groups: isFirst ? 1 : groups, norm: norm,
                activation: activation)
            depthwise = try ConvModule(
                scope("depthwise_conv3x3_bn"), hidden, hidden, kernel: 3, stride: isReducing ? 2 : 1, padding: 1,
                groups: hidden, norm: norm, activation: nil)
            expand = try ConvModule(
                scope("g_conv_1x1_expand"), hidden, isReducing ? outputs - inputs : outputs, kernel: 1, groups: groups,
                norm: norm, activation: nil)
            act = ActivationLayer(scope("act"), activation)
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            var value = try depthwise(try compress(input))
            if groups > 1 { value = try scope.channelShuffle(value, groups: groups) }
            value = try expand(value)
            guard isReducing else { return scope.output(try act(try scope.add(input, value))) }
            let pooled = try AvgPool2d(scope("avgpool"), kernel: 3, stride: 2, padding: 1)(input)
            return scope.output(try scope.concat([pooled, try act(value)], axis: 1))
        }
    }
}

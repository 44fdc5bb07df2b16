import ModelConfig
import ModelGraph

/// MobileNetV2 (Sandler et al. 2018, arXiv:1801.04381).
///
/// Source: `mmpretrain/models/backbones/mobilenet_v2.py` of MMPreTrain 1.2, where the input always has 3 channels;
/// `in_channels` is this implementation's.
package struct MobileNetV2: Architecture {
    package static let typeNames = ["MobileNetV2"]

    /// Multiplies the channels of every layer; the last 1×1 convolution keeps at least 1280.
    private let widenFactor: Double
    private let norm: NormLayer?
    private let activation: Activation?
    private let inputChannels: Int
    /// `layer1` … `layer7`, `conv2`.
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("frozen_stages", "norm_eval", "with_cp", "init_cfg")
        try config.plainConvolutions()
        widenFactor = try config.double("widen_factor", default: 1)
        guard widenFactor > 0, widenFactor <= 64 else {
            throw config.error("widen_factor", "a width of \(widenFactor) is not above 0 and at most 64")
        }
        norm = try config.norm("norm_cfg", default: .batchNorm(epsilon: 1e-5))
        activation = try config.activation("act_cfg", default: .relu6)
        inputChannels = try config.inputChannels()
        outIndices = try config.outIndices(default: [7], count: 8)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        var channels = makeDivisible(32 * widenFactor, by: 8)
        let stem = try ConvModule(
            scope("conv1"), inputChannels, channels, kernel: 3, stride: 2, padding: 1, norm: norm,
            activation: activation)
        var layers: [any Module] = []
        for (index, stage) in stages.enumerated() {
            let outputs = makeDivisible(stage.channels * widenFactor, by: 8)
            let layer = scope("layer\(index + 1)")
            var blocks: [any Module] = []
            for block in 0..<stage.blocks {
                blocks.append(
                    try Bottleneck(
                        layer(block), channels, outputs, stride: block == 0 ? stage.stride : 1,
                        expansion: stage.expansion, norm: norm, activation: activation))
                channels = outputs
            }
            layers.append(Sequential(layer, blocks))
        }
        let outputs = widenFactor > 1 ? Int(1280 * widenFactor) : 1280
        layers.append(
            try ConvModule(scope("conv2"), channels, outputs, kernel: 1, norm: norm, activation: activation))
        return StagedBackbone(scope, stem: [stem], stages: layers, outIndices: outIndices)
    }
}

/// Table 2 of the paper: the bottleneck stages `layer1` … `layer7`.
private let stages: [(expansion: Int, channels: Double, blocks: Int, stride: Int)] = [
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
]

extension MobileNetV2 {
    /// 1×1 expansion (none when `expansion` is 1), 3×3 depthwise, 1×1 projection without activation; the input is
    /// added when the shape allows.
    struct Bottleneck: Module {
        private let scope: Scope
        private let conv: Sequential
        private let addsInput: Bool

        init(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, stride: Int, expansion: Int, norm: NormLayer?,
            activation: Activation?
        ) throws(GraphError) {
            self.scope = scope
            addsInput = stride == 1 && inputs == outputs
            let hidden = inputs * expansion
            let branch = scope("conv")
            var layers: [ConvModule] = []
            if expansion != 1 {
                layers.append(try ConvModule(branch(0), inputs, hidden, kernel: 1, norm: norm, activation: activation))
            }
            layers.append(
                try ConvModule(
                    branch(layers.count), hidden, hidden, kernel: 3, stride: stride, padding: 1, groups: hidden,
                    norm: norm, activation: activation))
            layers.append(
                try ConvModule(branch(layers.count), hidden, outputs, kernel: 1, norm: norm, activation: nil))
            conv = Sequential(branch, layers)
        }

        /// `[N, inputs, H, W]` → `[N, outputs, ⌈H / stride⌉, ⌈W / stride⌉]`.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let branch = try conv(input)
            return scope.output(addsInput ? try scope.add(input, branch) : branch)
        }
    }
}

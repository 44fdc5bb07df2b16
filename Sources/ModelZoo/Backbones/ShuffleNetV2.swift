import ModelConfig
import ModelGraph

/// ShuffleNetV2 (Ma et al. 2018, arXiv:1807.11164).
///
/// Source: `mmpretrain/models/backbones/shufflenet_v2.py` of MMPreTrain 1.2, where the input always has 3 channels;
/// `in_channels` is this implementation's.
package struct ShuffleNetV2: Architecture {
    package static let typeNames = ["ShuffleNetV2"]

    /// The channels of the three stages and of the last convolution.
    private let channels: [Int]
    private let inputChannels: Int
    private let norm: NormLayer?
    private let activation: Activation?
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("frozen_stages", "norm_eval", "with_cp", "init_cfg")
        try config.plainConvolutions()
        let widen = try config.double("widen_factor", default: 1)
        guard let channels = Self.channels[widen] else {
            throw config.error("widen_factor", "widen_factor must be in [0.5, 1.0, 1.5, 2.0], not \(widen)")
        }
        self.channels = channels
        inputChannels = try config.inputChannels()
        norm = try config.norm("norm_cfg", default: .batchNorm(epsilon: 1e-5))
        activation = try config.activation("act_cfg", default: .relu)
        outIndices = try config.outIndices(default: [3], count: 4)
    }

    private static let channels = [
        0.5: [48, 96, 192, 1024], 1: [116, 232, 464, 1024], 1.5: [176, 352, 704, 1024], 2: [244, 488, 976, 2048],
    ]

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let stem = try ConvModule(
            scope("conv1"), inputChannels, 24, kernel: 3, stride: 2, padding: 1, norm: norm, activation: activation)
        let layers = scope("layers")
        var inputs = 24
        var stages: [any Module] = []
        for (index, blocks) in [4, 8, 4].enumerated() {
            let layer = layers(index)
            var modules: [any Module] = []
            for block in 0..<blocks {
                modules.append(
                    try Block(
                        layer(block), inputs, channels[index], isReducing: block == 0, norm: norm,
                        activation: activation))
                inputs = channels[index]
            }
            stages.append(Sequential(layer, modules))
        }
        stages.append(try ConvModule(layers(3), inputs, channels[3], kernel: 1, norm: norm, activation: activation))
        return StagedBackbone(
            scope, stem: [stem, MaxPool2d(scope("maxpool"), kernel: 3, stride: 2, padding: 1)], stages: stages,
            outIndices: outIndices)
    }

    /// Half of the channels pass `branch2`; the others stay, or pass `branch1` where the map shrinks. Then the halves
    /// are shuffled.
    private struct Block: Module {
        private let scope: Scope
        private let branch1: Sequential?
        private let branch2: Sequential

        init(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, isReducing: Bool, norm: NormLayer?, activation: Activation?
        ) throws(GraphError) {
            self.scope = scope
            let half = outputs / 2
            let stride = isReducing ? 2 : 1
            let first = scope("branch1")
            branch1 =
                isReducing
                ? Sequential(
                    first,
                    [
                        try ConvModule(
                            first(0), inputs, inputs, kernel: 3, stride: 2, padding: 1, groups: inputs, norm: norm,
                            activation: nil),
                        try ConvModule(first(1), inputs, half, kernel: 1, norm: norm, activation: activation),
                    ]) : nil
            let second = scope("branch2")
            branch2 = Sequential(
                second,
                [
                    try ConvModule(
                        second(0), isReducing ? inputs : half, half, kernel: 1, norm: norm, activation: activation),
                    try ConvModule(
                        second(1), half, half, kernel: 3, stride: stride, padding: 1, groups: half, norm: norm,
                        activation: nil),
                    try ConvModule(second(2), half, half, kernel: 1, norm: norm, activation: activation),
                ])
        }

        /// `[N, inputs, H, W]` → `[N, outputs, ⌈H / stride⌉, ⌈W / stride⌉]`.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let halves: [Value]
            if let branch1 {
                halves = [try branch1(input), try branch2(input)]
            } else {
                let parts = try scope.chunk(input, axis: 1, count: 2)
                halves = [parts[0], try branch2(parts[1])]
            }
            return scope.output(try scope.channelShuffle(try scope.concat(halves, axis: 1), groups: 2))
        }
    }
}

extension Scope {
    /// `[N, C, H, W]` with channel g · C / groups + c moved to c · groups + g.
    func channelShuffle(_ input: Value, groups: Int) throws(GraphError) -> Value {
        let shape = shape(of: input)
        guard shape.count == 4 else { throw .shape(module: path, .rank(expected: 4, found: shape)) }
        guard shape[1] % groups == 0 else { throw .shape(module: path, .groups(groups, channels: shape[1])) }
        let grouped = try reshape(input, [shape[0], groups, shape[1] / groups, shape[2], shape[3]])
        return try reshape(try transpose(grouped, 1, 2), shape)
    }
}

import ModelConfig
import ModelGraph

/// DenseNet (Huang et al. 2016, arXiv:1608.06993).
///
/// Source: `mmpretrain/models/backbones/densenet.py` of MMPreTrain 1.2.
package struct DenseNet: Architecture {
    package static let typeNames = ["DenseNet"]

    /// An `arch`.
    private struct Size: Sendable {
        /// Channels that each layer adds.
        var growth: Int
        var depths: [Int]
        var stemChannels: Int
    }

    private static let sizes = [
        "121": Size(growth: 32, depths: [6, 12, 24, 16], stemChannels: 64),
        "169": Size(growth: 32, depths: [6, 12, 32, 32], stemChannels: 64),
        "201": Size(growth: 32, depths: [6, 12, 48, 32], stemChannels: 64),
        "161": Size(growth: 48, depths: [6, 12, 36, 24], stemChannels: 96),
    ]

    private let size: Size
    private let inputChannels, bottleneck: Int
    /// Channels after a transition per channel before it.
    private let compression: Double
    private let norm: NormLayer
    private let activation: Activation
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_rate", "memory_efficient", "frozen_stages", "init_cfg")
        size = try config.variant("arch", of: Self.sizes, default: "121", ignoringMore: true) {
            config throws(ArgumentError) in
            Size(
                growth: try config.positive("growth_rate"), depths: try config.stageDepths("depths"),
                stemChannels: try config.positive("init_channels"))
        }
        inputChannels = try config.inputChannels()
        bottleneck = try config.positive("bn_size", default: 4)
        compression = try config.double("compression_factor", default: 0.5)
        guard compression > 0, compression <= 1 else {
            throw config.error("compression_factor", "'compression_factor' should be above 0 and at most 1")
        }
        norm = try config.requiredNorm()
        activation = try config.requiredActivation(default: .relu)
        outIndices = try config.outIndices(default: [-1], count: size.depths.count, negatives: .inLists)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        // Upstream's stem and its last transition share one activation, which hooks know by its first name.
        let act = ActivationLayer(scope("act"), activation)
        let place = scope("stem")
        let stem = Sequential(
            place,
            [
                try Conv2d(
                    place(0), inputChannels, size.stemChannels, kernel: 7, stride: 2, padding: 3, bias: false),
                try norm.layer(place(1), size.stemChannels), act,
                MaxPool2d(place(3), kernel: 3, stride: 2, padding: 1),
            ])
        var channels = size.stemChannels
        var blocks: [any Module] = []
        var widths: [Int] = []
        for (index, depth) in size.depths.enumerated() {
            blocks.append(
                try Block(
                    scope("stages")(index), channels, depth: depth, growth: size.growth, bottleneck: bottleneck, norm,
                    activation))
            channels += depth * size.growth
            widths.append(channels)
            if index + 1 < size.depths.count { channels = Int(Double(channels) * compression) }
        }
        var stages: [any Module] = []
        for (index, width) in widths.enumerated() {
            let transition = scope("transitions")(index)
            let layers: [any Module] =
                index + 1 == widths.count
                ? [try norm.layer(transition(0), width), act]
                : [
                    try norm.layer(transition("norm"), width), ActivationLayer(transition("act"), activation),
                    try Conv2d(
                        transition("conv"), width, Int(Double(width) * compression), kernel: 1, bias: false),
                    AvgPool2d(transition("pool"), kernel: 2, stride: 2),
                ]
            stages.append(Pair(first: blocks[index], second: Sequential(transition, layers)))
        }
        return StagedBackbone(scope, stem: [stem], stages: stages, outIndices: outIndices)
    }

    /// Layers that each take the outputs of all before.
    private struct Block: Module {
        private let scope: Scope
        private let layers: [Layer]

        init(
            _ scope: Scope, _ inputs: Int, depth: Int, growth: Int, bottleneck: Int, _ norm: NormLayer,
            _ activation: Activation
        ) throws(GraphError) {
            self.scope = scope
            var layers: [Layer] = []
            for index in 0..<depth {
                layers.append(
                    try Layer(
                        scope("block")(index), inputs + index * growth, hidden: bottleneck * growth, growth, norm,
                        activation))
            }
            self.layers = layers
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            var values = [input]
            for layer in layers { values.append(try layer(values)) }
            return scope.output(try scope.concat(values, axis: 1))
        }
    }

    private struct Layer {
        private let scope: Scope
        private let norm1, norm2: any Module
        private let conv1, conv2: Conv2d
        private let act: ActivationLayer

        init(
            _ scope: Scope, _ inputs: Int, hidden: Int, _ outputs: Int, _ norm: NormLayer, _ activation: Activation
        ) throws(GraphError) {
            self.scope = scope
            norm1 = try norm.layer(scope("norm1"), inputs)
            conv1 = try Conv2d(scope("conv1"), inputs, hidden, kernel: 1, bias: false)
            act = ActivationLayer(scope("act"), activation)
            norm2 = try norm.layer(scope("norm2"), hidden)
            conv2 = try Conv2d(scope("conv2"), hidden, outputs, kernel: 3, padding: 1, bias: false)
        }

        func callAsFunction(_ inputs: [Value]) throws(GraphError) -> Value {
            let hidden = try conv1(try act(try norm1(try scope.concat(inputs, axis: 1))))
            return scope.output(try conv2(try act(try norm2(hidden))))
        }
    }
}

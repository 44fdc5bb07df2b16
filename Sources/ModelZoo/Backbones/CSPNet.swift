import ModelConfig
import ModelGraph

/// Cross-stage partial networks (Wang et al. 2019, arXiv:1911.11929): in each stage only half of the channels pass the
/// blocks.
///
/// Source: `mmpretrain/models/backbones/cspnet.py` of MMPreTrain 1.2.
package struct CSPNet: Architecture {
    package static let typeNames = ["CSPDarkNet", "CSPResNet", "CSPResNeXt"]

    /// What the blocks are.
    enum Kind: Sendable { case darknet, resNet, resNeXt }

    /// Lists by stage.
    private struct Size: Sendable {
        var kind: Kind
        var inputs, outputs, blocks: [Int]
        /// Channels before the split per channel of the stage.
        var expansions: [Int]
        /// Output channels of a block per channel inside it.
        var bottlenecks: [Int]
        var shrinks: [Bool]
        /// Whether the convolution that shrinks the map has the channels of the stage's output.
        var growsFirst: Bool
    }

    private static let sizes: [String: (depth: Int, size: Size)] = [
        "CSPDarkNet": (
            53,
            Size(
                kind: .darknet, inputs: [32, 64, 128, 256, 512], outputs: [64, 128, 256, 512, 1024],
                blocks: [1, 2, 8, 8, 4], expansions: [2, 1, 1, 1, 1], bottlenecks: [2, 1, 1, 1, 1],
                shrinks: [true, true, true, true, true], growsFirst: true)
        ),
        "CSPResNet": (
            50,
            Size(
                kind: .resNet, inputs: [64, 128, 256, 512], outputs: [128, 256, 512, 1024], blocks: [3, 3, 5, 2],
                expansions: [4, 4, 4, 4], bottlenecks: [2, 2, 2, 2], shrinks: [false, true, true, true],
                growsFirst: false)
        ),
        "CSPResNeXt": (
            50,
            Size(
                kind: .resNeXt, inputs: [64, 256, 512, 1024], outputs: [256, 512, 1024, 2048], blocks: [3, 3, 5, 2],
                expansions: [4, 2, 2, 2], bottlenecks: [4, 4, 4, 4], shrinks: [false, true, true, true],
                growsFirst: false)
        ),
    ]

    private let size: Size
    private let inputChannels: Int
    private let hasDeepStem: Bool
    private let norm: NormLayer
    private let activation: Activation
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("frozen_stages", "norm_eval", "init_cfg")
        try config.plainConvolutions()
        let type = try config.typeName
        let depth = try config.int("depth")
        guard let known = Self.sizes[type], known.depth == depth else {
            throw config.error("depth", "there is no \(type) of depth \(depth)")
        }
        size = known.size
        inputChannels = try config.inputChannels()
        hasDeepStem = size.kind == .darknet ? false : try config.bool("deep_stem", default: false)
        norm = try config.requiredNorm()
        activation = try config.requiredActivation(default: .leakyReLU(slope: 0.01))
        let last = size.blocks.count - 1
        outIndices = try config.outIndices(default: [last], count: size.blocks.count, negatives: .allowed)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let stem = try stem(scope("stem"))
        var stages: [any Module] = []
        for index in size.blocks.indices {
            stages.append(
                try Partial(
                    scope("stages")(index),
                    Partial.Configuration(
                        kind: size.kind, inputs: size.inputs[index], outputs: size.outputs[index],
                        blocks: size.blocks[index], expansion: size.expansions[index],
                        bottleneck: size.bottlenecks[index], shrinks: size.shrinks[index],
                        growsFirst: size.growsFirst, norm: norm, activation: activation)))
        }
        return StagedBackbone(scope, stem: [stem], stages: stages, outIndices: outIndices)
    }

    private func stem(_ scope: Scope) throws(GraphError) -> any Module {
        let (norm, activation, channels) = (norm, activation, size.inputs[0])
        func conv(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int
        ) throws(GraphError) -> ConvModule {
            try ConvModule(
                scope, inputs, outputs, kernel: kernel, stride: stride, padding: kernel / 2, norm: norm,
                activation: activation)
        }
        if size.kind == .darknet { return try conv(scope, inputChannels, channels, kernel: 3, stride: 1) }
        if hasDeepStem {
            return Sequential(
                scope,
                [
                    try conv(scope(0), inputChannels, channels / 2, kernel: 3, stride: 2),
                    try conv(scope(1), channels / 2, channels / 2, kernel: 3, stride: 1),
                    try conv(scope(2), channels / 2, channels, kernel: 3, stride: 1),
                ])
        }
        return Sequential(
            scope,
            [
                try conv(scope(0), inputChannels, channels, kernel: 7, stride: 2),
                MaxPool2d(scope(1), kernel: 3, stride: 2, padding: 1),
            ])
    }
}

extension CSPNet {
    /// `CSPStage`.
    private struct Partial: Module {
        struct Configuration: Sendable {
            var kind: Kind
            var inputs, outputs, blocks, expansion, bottleneck: Int
            var shrinks, growsFirst: Bool
            var norm: NormLayer
            var activation: Activation
        }

        private let scope: Scope
        private let half: Int
        private let reduction: any Module
        private let expand, after, last: ConvModule
        private let blocks: Sequential

        init(_ scope: Scope, _ stage: Configuration) throws(GraphError) {
            self.scope = scope
            let (norm, activation) = (stage.norm, stage.activation)
            let reduced = stage.growsFirst ? stage.outputs : stage.inputs
            reduction =
                stage.shrinks
                ? try ConvModule(
                    scope("downsample_conv"), stage.inputs, reduced, kernel: 3, stride: 2, padding: 1,
                    groups: stage.kind == .resNeXt ? 32 : 1, norm: norm, activation: activation)
                : Identity(scope("downsample_conv"))
            let expanded = reduced * stage.expansion
            let half = expanded / 2
            self.half = half
            expand = try ConvModule(
                scope("expand_conv"), reduced, expanded, kernel: 1, norm: norm,
                activation: stage.kind == .darknet ? activation : nil)
            var modules: [any Module] = []
            for block in 0..<stage.blocks {
                let place = scope("blocks")(block)
                if stage.kind == .darknet {
                    modules.append(try DarknetBlock(place, half, hidden: half / stage.bottleneck, norm, activation))
                    continue
                }
                var settings = ResNet.BlockSettings(
                    expansion: stage.bottleneck, norm: norm, activation: activation)
                if stage.kind == .resNeXt {
                    settings.baseChannels = 32
                    settings.groups = 32
                }
                modules.append(
                    try ResNet.Bottleneck(
                        place,
                        ResNet.BlockPlace(inputs: half, inner: half / stage.bottleneck, stride: 1, dilation: 1),
                        settings))
            }
            blocks = Sequential(scope("blocks"), modules)
            // The name is upstream's.
            after = try ConvModule(
                scope("atfer_blocks_conv"), half, half, kernel: 1, norm: norm, activation: activation)
            last = try ConvModule(
                scope("final_conv"), 2 * half, stage.outputs, kernel: 1, norm: norm, activation: activation)
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let parts = try scope.split(try expand(try reduction(input)), axis: 1, extents: [half, half])
            let changed = try after(try blocks(parts[1]))
            return scope.output(try last(try scope.concat([parts[0], changed], axis: 1)))
        }
    }

    /// `DarknetBottleneck`.
    private struct DarknetBlock: Module {
        private let scope: Scope
        private let conv1, conv2: ConvModule

        init(
            _ scope: Scope, _ channels: Int, hidden: Int, _ norm: NormLayer, _ activation: Activation
        ) throws(GraphError) {
            self.scope = scope
            conv1 = try ConvModule(scope("conv1"), channels, hidden, kernel: 1, norm: norm, activation: activation)
            conv2 = try ConvModule(
                scope("conv2"), hidden, channels, kernel: 3, padding: 1, norm: norm, activation: activation)
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let value = Identity(scope("drop_path"))(try conv2(try conv1(input)))
            return scope.output(try scope.add(value, input))
        }
    }
}

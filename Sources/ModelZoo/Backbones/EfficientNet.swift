import ModelConfig
import ModelGraph

/// EfficientNet (Tan & Le 2019, arXiv:1905.11946), and the one for edge devices.
///
/// Source: `mmpretrain/models/backbones/efficientnet.py` of MMPreTrain 1.2, where the input always has 3 channels;
/// `in_channels` is this implementation's.
package struct EfficientNet: Architecture {
    package static let typeNames = ["EfficientNet"]

    /// One block of the unscaled network.
    struct Block: Sendable {
        var kernel, channels: Int
        /// The squeeze's part of the expanded channels, divided by `expansion`; 0 for none.
        var squeezeRatio: Int
        var stride, expansion: Int
        var isEdge = false
    }

    private let stages: [[Block]]
    private let inputChannels: Int
    private let stemChannels, lastChannels: Int
    private let isAdaptive: Bool
    private let norm: NormLayer?
    private let activation: Activation
    private let outIndices: Set<Int>
    package let imageSize: Extent2d?

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_path_rate", "frozen_stages", "norm_eval", "with_cp", "init_cfg")
        let scaling = try config.variant("arch", of: Self.scalings, default: "b0", ignoringCase: false)
        let layers = scaling.isEdge ? Self.edgeLayers : Self.layers
        stages = Self.scaled(layers, by: scaling)
        imageSize = .square(scaling.resolution)
        stemChannels = makeDivisible(32 * scaling.width, by: 8)
        lastChannels = makeDivisible(1280 * scaling.width, by: 8)
        inputChannels = try config.inputChannels()
        isAdaptive = try config.adaptiveConvolutions(default: true)
        norm = try config.norm("norm_cfg", default: .batchNorm(epsilon: 1e-3))
        activation = try config.requiredActivation(default: .silu)
        outIndices = try config.outIndices(default: [6], count: stages.count + 2)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let layers = scope("layers")
        var channels = stemChannels
        var modules: [any Module] = [
            try ConvModule(
                layers(0), inputChannels, channels, kernel: 3, stride: 2, padding: 1, isAdaptive: isAdaptive,
                norm: norm, activation: activation)
        ]
        for blocks in stages {
            let layer = layers(modules.count)
            var stage: [any Module] = []
            for (position, block) in blocks.enumerated() {
                // Blocks after the first of an edge stage that expands threefold expand fourfold, without a shortcut.
                let isWidened = block.isEdge && position > 0 && block.expansion == 3
                let expansion = isWidened ? 4 : block.expansion
                var configuration = InvertedResidual.Configuration(
                    inputs: channels, outputs: block.channels, hidden: channels * expansion, kernel: block.kernel,
                    stride: block.stride, isAdaptive: isAdaptive, norm: norm, activation: activation,
                    allowsShortcut: !isWidened)
                if block.squeezeRatio > 0 {
                    configuration.squeeze = SELayer.Configuration(
                        ratio: expansion * block.squeezeRatio, divisor: 1, activation: activation)
                }
                stage.append(
                    block.isEdge
                        ? try EdgeResidual(layer(position), configuration)
                        : try InvertedResidual(layer(position), configuration))
                channels = block.channels
            }
            modules.append(Sequential(layer, stage))
        }
        modules.append(
            try ConvModule(
                layers(modules.count), channels, lastChannels, kernel: 1, isAdaptive: isAdaptive, norm: norm,
                activation: activation))
        return StagedBackbone(scope, stages: modules, outIndices: outIndices)
    }
}

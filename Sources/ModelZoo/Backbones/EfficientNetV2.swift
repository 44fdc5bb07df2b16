import ModelConfig
import ModelGraph

/// EfficientNetV2 (Tan & Le 2021, arXiv:2104.00298).
///
/// Source: `mmpretrain/models/backbones/efficientnet_v2.py` of MMPreTrain 1.2.
package struct EfficientNetV2: Architecture {
    package static let typeNames = ["EfficientNetV2"]

    /// What the blocks of a stage are.
    enum Kind: Sendable {
        /// 3×3 convolutions, with the shortcut where the shape allows.
        case plain
        /// `EdgeResidual`.
        case fused
        /// `InvertedResidual` with squeeze-and-excitation by 4.
        case inverted
    }

    struct StageSize: Sendable {
        var blocks, stride, expansion, channels: Int
        var kind: Kind
    }

    struct Size: Sendable {
        var stemChannels: Int
        var stages: [StageSize]
        var lastChannels: Int
    }

    private let size: Size
    private let inputChannels: Int
    private let isAdaptive: Bool
    private let norm: NormLayer?
    private let activation: Activation
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_path_rate", "frozen_stages", "norm_eval", "with_cp", "init_cfg")
        size = try config.variant("arch", of: Self.sizes, default: "s", ignoringCase: false)
        inputChannels = try config.inputChannels()
        isAdaptive = try config.adaptiveConvolutions(default: true)
        norm = try config.norm("norm_cfg", default: .batchNorm(epsilon: 1e-3))
        activation = try config.requiredActivation(default: .silu)
        outIndices = try config.outIndices(default: [-1], count: size.stages.count + 2, negatives: .allowed)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let layers = scope("layers")
        var channels = size.stemChannels
        var modules: [any Module] = [
            try ConvModule(
                layers(0), inputChannels, channels, kernel: 3, stride: 2, isAdaptive: isAdaptive, norm: norm,
                activation: activation)
        ]
        for stage in size.stages {
            let layer = layers(modules.count)
            var blocks: [any Module] = []
            for position in 0..<stage.blocks {
                blocks.append(
                    try block(layer(position), stage, inputs: channels, stride: position == 0 ? stage.stride : 1))
                channels = stage.channels
            }
            modules.append(Sequential(layer, blocks))
        }
        modules.append(
            try ConvModule(
                layers(modules.count), channels, size.lastChannels, kernel: 1, isAdaptive: isAdaptive, norm: norm,
                activation: activation))
        return StagedBackbone(scope, stages: modules, outIndices: outIndices)
    }

    private func block(
        _ scope: Scope, _ stage: StageSize, inputs: Int, stride: Int
    ) throws(GraphError) -> any Module {
        if stage.kind == .plain {
            let conv = try ConvModule(
                scope, inputs, stage.channels, kernel: 3, stride: stride, padding: 1, norm: norm,
                activation: activation)
            return stride == 1 && inputs == stage.channels ? Shortcut(scope: scope, conv: conv) : conv
        }
        var configuration = InvertedResidual.Configuration(
            inputs: inputs, outputs: stage.channels, hidden: inputs * stage.expansion, stride: stride,
            isAdaptive: isAdaptive && stride == 2, norm: norm, activation: activation)
        if stage.kind == .fused { return try EdgeResidual(scope, configuration) }
        configuration.squeeze = SELayer.Configuration(ratio: stage.expansion * 4, divisor: 1, activation: activation)
        return try InvertedResidual(scope, configuration)
    }

    /// Upstream's `EnhancedConvModule` with a skip.
    private struct Shortcut: Module {
        let scope: Scope
        let conv: ConvModule

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            scope.output(try scope.add(Identity(scope("drop_path"))(try conv.layers(input)), input))
        }
    }
}

extension EfficientNetV2 {
    static let sizes: [String: Size] = {
        let wide: (Int, [(Int, Int, Int)], Int) -> Size = { stem, stages, last in
            // Blocks, expansion and channels; strides and kinds are those of table 4 of the paper.
            let kinds: [(stride: Int, kind: Kind)] = [
                (1, .plain), (2, .fused), (2, .fused), (2, .inverted), (1, .inverted), (2, .inverted), (1, .inverted),
            ]
            return Size(
                stemChannels: stem,
                stages: zip(stages, kinds).map { stage, place in
                    StageSize(
                        blocks: stage.0, stride: place.stride, expansion: stage.1, channels: stage.2, kind: place.kind)
                }, lastChannels: last)
        }
        let small = wide(24, [(2, 1, 24), (4, 4, 48), (4, 4, 64), (6, 4, 128), (9, 6, 160), (15, 6, 256)], 1280)
        let medium = wide(
            24, [(3, 1, 24), (5, 4, 48), (5, 4, 80), (7, 4, 160), (14, 6, 176), (18, 6, 304), (5, 6, 512)], 1280)
        let large = wide(
            32, [(4, 1, 32), (7, 4, 64), (7, 4, 96), (10, 4, 192), (19, 6, 224), (25, 6, 384), (7, 6, 640)], 1280)
        return [
            "s": small, "small": small, "m": medium, "medium": medium, "l": large, "large": large,
            "xl": wide(
                32, [(4, 1, 32), (8, 4, 64), (8, 4, 96), (16, 4, 192), (24, 6, 256), (32, 6, 512), (8, 6, 640)], 1280),
            "b0": wide(32, [(1, 1, 16), (2, 4, 32), (2, 4, 48), (3, 4, 96), (5, 6, 112), (8, 6, 192)], 1280),
            "b1": wide(32, [(2, 1, 16), (3, 4, 32), (3, 4, 48), (4, 4, 96), (6, 6, 112), (9, 6, 192)], 1280),
            "b2": wide(32, [(2, 1, 16), (3, 4, 32), (3, 4, 56), (4, 4, 104), (6, 6, 120), (10, 6, 208)], 1408),
            "b3": wide(40, [(2, 1, 16), (3, 4, 40), (3, 4, 56), (5, 4, 112), (7, 6, 136), (12, 6, 232)], 1536),
        ]
    }()
}

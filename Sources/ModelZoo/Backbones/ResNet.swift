import ModelConfig
import ModelGraph

/// ResNet (He et al. 2015, arXiv:1512.03385) and its variants: V1c and V1d (He et al. 2018, arXiv:1812.01187), ResNeXt
/// (Xie et al. 2016, arXiv:1611.05431), SE-ResNet (Hu et al. 2017, arXiv:1709.01507), ResNeSt (Zhang et al. 2020,
/// arXiv:2004.08955) and the one for CIFAR.
///
/// Source: `resnet.py`, `resnet_cifar.py`, `resnext.py`, `seresnet.py`, `seresnext.py` and `resnest.py` in
/// `mmpretrain/models/backbones` of MMPreTrain 1.2.
package struct ResNet: Architecture {
    package static let typeNames = [
        "ResNet", "ResNetV1c", "ResNetV1d", "ResNet_CIFAR", "ResNeXt", "SEResNet", "SEResNeXt",
        "ResNeSt",
    ]

    /// What comes before the residual blocks.
    enum Stem: Sendable {
        /// A 7×7 convolution of stride 2 and a max-pooling.
        case single
        /// Three 3×3 convolutions and a max-pooling.
        case deep
        /// One 3×3 convolution of stride 1, no max-pooling.
        case cifar
    }

    private let stem: Stem
    private let stages: [Stage]
    private let outIndices: Set<Int>
    private let inputChannels, stemChannels: Int
    private let isBottleneck: Bool
    let settings: BlockSettings

    private struct Stage: Sendable {
        var blocks: Int
        var stride: Int
        var dilation: Int
    }

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("frozen_stages", "norm_eval", "with_cp", "zero_init_residual", "init_cfg", "drop_path_rate")
        try config.plainConvolutions()
        let type = try config.typeName
        let squeezes = type.hasPrefix("SE")
        let splits = type == "ResNeSt"
        let isGrouped = type.hasSuffix("NeXt") || splits

        let depth = try config.int("depth")
        guard let blocks = Self.blocks[depth], depth >= 50 || !(squeezes || isGrouped), depth <= 152 || splits else {
            throw config.error("depth", "there is no \(type) of depth \(depth)")
        }
        isBottleneck = depth >= 50
        let stageCount = try config.int("num_stages", default: 4)
        guard 1...4 ~= stageCount else { throw config.error("num_stages", "'num_stages' should be 1 to 4") }
        let strides = try config.ints("strides", default: [1, 2, 2, 2], count: stageCount)
        let dilations = try config.ints("dilations", default: [1, 1, 1, 1], count: stageCount)
        stages = (0..<stageCount).map { Stage(blocks: blocks[$0], stride: strides[$0], dilation: dilations[$0]) }
        outIndices = try config.outIndices(default: [3], count: stageCount)

        inputChannels = try config.inputChannels()
        stemChannels = try config.positive("stem_channels", default: 64)
        var settings = BlockSettings()
        settings.expansion = try config.positive("expansion", default: isBottleneck ? 4 : 1)
        guard isBottleneck || settings.expansion == 1 else {
            throw config.error("expansion", "the blocks of a \(type) of depth \(depth) have an expansion of 1")
        }
        settings.baseChannels = try config.positive("base_channels", default: 64)
        settings.norm = try config.requiredNorm()
        settings.isCaffe = try config.string("style", of: ["pytorch", "caffe"], default: "pytorch") == "caffe"
        if isGrouped {
            settings.groups = try config.positive("groups", default: splits ? 1 : 32)
            settings.widthPerGroup = try config.positive("width_per_group", default: 4)
        }
        if squeezes {
            let ratio = try config.positive("se_ratio", default: 16)
            // Upstream's SEResNeXt accepts the argument but does not pass it to its blocks.
            settings.squeezeRatio = isGrouped ? 16 : ratio
        }
        switch type {
        case "ResNetV1c": stem = .deep
        case "ResNetV1d":
            stem = .deep
            settings.poolsShortcuts = true
        case "ResNeSt":
            stem = .deep
            settings.poolsShortcuts = true
            settings.split = try SplitAttentionConv2d.Configuration(&config)
        case "ResNet_CIFAR":
            stem = .cifar
            settings.poolsShortcuts = try config.bool("avg_down", default: false)
            try config.unsupported("deep_stem", unless: .bool(false))
        default:
            stem = try config.bool("deep_stem", default: false) ? .deep : .single
            settings.poolsShortcuts = try config.bool("avg_down", default: false)
        }
        self.settings = settings
    }

    /// Residual blocks of `layer1` … `layer4` by the number of weight layers; bottlenecks from 50 on, ResNeSt's only
    /// from 200 on.
    private static let blocks = [
        18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3],
        200: [3, 24, 36, 3], 269: [3, 30, 48, 8],
    ]

    package func stage(in scope: Scope) throws(GraphError) -> any ModelGraph.Stage {
        let stem = try Self.stem(
            scope, stem, inputChannels: inputChannels, outputs: stemChannels, norm: settings.norm)
        var layers: [any Module] = []
        var channels = stemChannels
        for (index, stage) in stages.enumerated() {
            let inner = settings.baseChannels << index
            let first = BlockPlace(
                inputs: channels, inner: inner, stride: stage.stride, dilation: stage.dilation)
            layers.append(
                try Self.layer(
                    scope("layer\(index + 1)"), blocks: stage.blocks, first, settings, isBottleneck: isBottleneck))
            channels = inner * settings.expansion
        }
        return StagedBackbone(scope, stem: stem, stages: layers, outIndices: outIndices)
    }

    /// `[N, C, H, W]` → `[N, outputs, H / 4, W / 4]`; `[N, outputs, H, W]` for CIFAR.
    /// - Parameter scope: of the network.
    static func stem(
        _ scope: Scope, _ stem: Stem, inputChannels: Int, outputs: Int, norm: NormLayer
    ) throws(GraphError) -> [any Module] {
        let maxPool = MaxPool2d(scope("maxpool"), kernel: 3, stride: 2, padding: 1)
        switch stem {
        case .single, .cifar:
            let isSmall = stem == .cifar
            let layers: [any Module] = [
                try Conv2d(
                    scope("conv1"), inputChannels, outputs, kernel: isSmall ? 3 : 7, stride: isSmall ? 1 : 2,
                    padding: isSmall ? 1 : 3, bias: false),
                try norm.layer(scope(norm.abbreviation + "1"), outputs),
                ActivationLayer(scope("relu"), .relu),
            ]
            return isSmall ? layers : layers + [maxPool]
        case .deep:
            let (place, half) = (scope("stem"), outputs / 2)
            let convolutions = [
                try ConvModule(place(0), inputChannels, half, kernel: 3, stride: 2, padding: 1, norm: norm),
                try ConvModule(place(1), half, half, kernel: 3, padding: 1, norm: norm),
                try ConvModule(place(2), half, outputs, kernel: 3, padding: 1, norm: norm),
            ]
            return [Sequential(place, convolutions), maxPool]
        }
    }
}

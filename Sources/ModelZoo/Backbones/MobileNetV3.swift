import ModelConfig
import ModelGraph

/// MobileNetV3 (Howard et al. 2019, arXiv:1905.02244).
///
/// Source: `mmpretrain/models/backbones/mobilenet_v3.py` of MMPreTrain 1.2, where the input always has 3 channels;
/// `in_channels` is this implementation's.
package struct MobileNetV3: Architecture {
    package static let typeNames = ["MobileNetV3"]

    private struct Row: Sendable {
        var kernel, hidden, channels: Int
        var squeezes: Bool
        var activation: Activation
        var stride: Int

        init(_ kernel: Int, _ hidden: Int, _ channels: Int, _ squeezes: Bool, _ activation: Activation, _ stride: Int) {
            self.kernel = kernel
            self.hidden = hidden
            self.channels = channels
            self.squeezes = squeezes
            self.activation = activation
            self.stride = stride
        }
    }

    private let rows: [Row]
    private let inputChannels: Int
    private let norm: NormLayer?
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("frozen_stages", "norm_eval", "with_cp", "init_cfg")
        try config.plainConvolutions()
        rows = try config.variant("arch", of: Self.sizes, default: "small", ignoringCase: false)
        inputChannels = try config.inputChannels()
        norm = try config.norm("norm_cfg", default: .batchNorm(epsilon: 1e-3))
        if config.has("out_indices") {
            outIndices = try config.outIndices(default: [], count: rows.count + 2)
        } else {
            _ = config.value("out_indices")
            outIndices = [rows.count + 1]
        }
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        var layers: [any Module] = [
            try ConvModule(
                scope("layer0"), inputChannels, 16, kernel: 3, stride: 2, padding: 1, norm: norm,
                activation: .hardSwish)
        ]
        var (inputs, hidden) = (16, 16)
        for row in rows {
            var configuration = InvertedResidual.Configuration(
                inputs: inputs, outputs: row.channels, hidden: row.hidden, kernel: row.kernel, stride: row.stride,
                norm: norm, activation: row.activation)
            if row.squeezes { configuration.squeeze = SELayer.Configuration(ratio: 4, gate: .hardSigmoid) }
            layers.append(try InvertedResidual(scope("layer\(layers.count)"), configuration))
            (inputs, hidden) = (row.channels, row.hidden)
        }
        layers.append(
            try ConvModule(
                scope("layer\(layers.count)"), inputs, hidden, kernel: 1, norm: norm, activation: .hardSwish))
        return StagedBackbone(scope, stages: layers, outIndices: outIndices)
    }
}

extension MobileNetV3 {
    /// Tables 1 and 2 of the paper, and narrower ones.
    private static let sizes: [String: [Row]] = [
        "small": small(
            [16, 72, 88, 96, 240, 240, 120, 144, 288, 576, 576], [16, 24, 24, 40, 40, 40, 48, 48, 96, 96, 96]),
        "small_075": small(
            [16, 72, 88, 96, 192, 192, 96, 120, 240, 432, 432], [16, 24, 24, 32, 32, 32, 40, 40, 72, 72, 72]),
        "small_050": small(
            [16, 40, 56, 64, 144, 144, 72, 72, 144, 288, 288], [8, 16, 16, 24, 24, 24, 24, 24, 48, 48, 48]),
        "large": [
            Row(3, 16, 16, false, .relu, 1), Row(3, 64, 24, false, .relu, 2), Row(3, 72, 24, false, .relu, 1),
            Row(5, 72, 40, true, .relu, 2), Row(5, 120, 40, true, .relu, 1), Row(5, 120, 40, true, .relu, 1),
            Row(3, 240, 80, false, .hardSwish, 2), Row(3, 200, 80, false, .hardSwish, 1),
            Row(3, 184, 80, false, .hardSwish, 1), Row(3, 184, 80, false, .hardSwish, 1),
            Row(3, 480, 112, true, .hardSwish, 1), Row(3, 672, 112, true, .hardSwish, 1),
            Row(5, 672, 160, true, .hardSwish, 2), Row(5, 960, 160, true, .hardSwish, 1),
            Row(5, 960, 160, true, .hardSwish, 1),
        ],
    ]

    private static func small(_ hidden: [Int], _ channels: [Int]) -> [Row] {
        hidden.indices.map { index in
            Row(
                index < 3 ? 3 : 5, hidden[index], channels[index], index == 0 || index > 2,
                index < 3 ? .relu : .hardSwish, [0, 1, 3, 8].contains(index) ? 2 : 1)
        }
    }
}

import ModelConfig
import ModelGraph
import PlatformC

/// RegNetX (Radosavovic et al. 2020, arXiv:2003.13678): ResNeXt whose widths follow a line.
///
/// Source: `mmpretrain/models/backbones/regnet.py` of MMPreTrain 1.2.
package struct RegNet: Architecture {
    package static let typeNames = ["RegNet"]

    /// An `arch`: block i should have w0 + wa · i channels, and has the nearest w0 · wmᵏ.
    private struct Line: Sendable {
        var first: Int
        var slope, step: Double
        var groupWidth, depth: Int
        /// Channels inside a block per channel outside.
        var ratio = 1.0
    }

    private static let lines = [
        "regnetx_400mf": Line(first: 24, slope: 24.48, step: 2.54, groupWidth: 16, depth: 22),
        "regnetx_800mf": Line(first: 56, slope: 35.73, step: 2.28, groupWidth: 16, depth: 16),
        "regnetx_1.6gf": Line(first: 80, slope: 34.01, step: 2.25, groupWidth: 24, depth: 18),
        "regnetx_3.2gf": Line(first: 88, slope: 26.31, step: 2.25, groupWidth: 48, depth: 25),
        "regnetx_4.0gf": Line(first: 96, slope: 38.65, step: 2.43, groupWidth: 40, depth: 23),
        "regnetx_6.4gf": Line(first: 184, slope: 60.83, step: 2.07, groupWidth: 56, depth: 17),
        "regnetx_8.0gf": Line(first: 80, slope: 49.56, step: 2.88, groupWidth: 120, depth: 23),
        "regnetx_12gf": Line(first: 168, slope: 73.36, step: 2.37, groupWidth: 112, depth: 19),
    ]

    private struct StageSize: Sendable {
        var width, blocks, groups, groupWidth, stride, dilation: Int
    }

    private let stages: [StageSize]
    private let inputChannels, stemChannels: Int
    private let settings: ResNet.BlockSettings
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore(
            "base_channels", "frozen_stages", "norm_eval", "with_cp", "zero_init_residual", "init_cfg")
        try config.plainConvolutions()
        try config.unsupported("deep_stem", unless: .bool(false))
        let line = try config.variant("arch", of: Self.lines, ignoringCase: false, ignoringMore: true) {
            config throws(ArgumentError) in
            let line = Line(
                first: try config.positive("w0"), slope: try config.double("wa"), step: try config.double("wm"),
                groupWidth: try config.positive("group_w"), depth: try config.positive("depth"),
                ratio: try config.double("bot_mul"))
            guard line.slope >= 0, line.slope < 1e6, line.step > 1, line.step < 1e6, line.first % 8 == 0,
                line.first < 1 << 20, line.depth <= 1024, line.ratio > 0, line.ratio < 1e3
            else { throw config.error("w0", "the widths do not follow a line") }
            return line
        }
        let widths = Self.stageWidths(of: line)
        guard 1...4 ~= widths.count else {
            throw config.error("arch", "the widths make \(widths.count) stages, not 1 to 4")
        }
        let strides = try config.ints("strides", default: [2, 2, 2, 2], count: widths.count)
        let dilations = try config.ints("dilations", default: [1, 1, 1, 1], count: widths.count)
        var stages: [StageSize] = []
        for (index, stage) in widths.enumerated() {
            let inner = Int(Double(stage.width) * line.ratio)
            let groupWidth = max(1, min(line.groupWidth, inner))
            let rounded = Int((Double(inner) / Double(groupWidth)).rounded(.toNearestOrEven)) * groupWidth
            let width = Int(Double(rounded) / line.ratio)
            let groups = Int((Double(width) * line.ratio).rounded(.toNearestOrEven)) / groupWidth
            guard width > 0, groups > 0 else {
                throw config.error("arch", "a stage of \(width) channels has no groups")
            }
            stages.append(
                StageSize(
                    width: width, blocks: stage.blocks, groups: groups, groupWidth: groupWidth, stride: strides[index],
                    dilation: dilations[index]))
        }
        self.stages = stages
        inputChannels = try config.inputChannels()
        stemChannels = try config.positive("stem_channels", default: 32)
        outIndices = try config.outIndices(default: [3], count: stages.count)
        settings = ResNet.BlockSettings(
            expansion: 1, norm: try config.requiredNorm(),
            isCaffe: try config.string("style", of: ["pytorch", "caffe"], default: "pytorch") == "caffe",
            poolsShortcuts: try config.bool("avg_down", default: false))
    }

    private static func stageWidths(of line: Line) -> [(width: Int, blocks: Int)] {
        var stages: [(width: Int, blocks: Int)] = []
        for block in 0..<line.depth {
            let wanted = Double(line.first) + line.slope * Double(block)
            let power = (log(wanted / Double(line.first)) / log(line.step)).rounded(.toNearestOrEven)
            let width = (Double(line.first) * pow(line.step, power) / 8).rounded(.toNearestOrEven) * 8
            guard width < Double(1 << 30) else { return [] }
            if stages.last?.width == Int(width) {
                stages[stages.count - 1].blocks += 1
            } else {
                stages.append((Int(width), 1))
            }
        }
        return stages
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let norm = settings.norm
        let stem: [any Module] = [
            try Conv2d(scope("conv1"), inputChannels, stemChannels, kernel: 3, stride: 2, padding: 1, bias: false),
            try norm.layer(scope(norm.abbreviation + "1"), stemChannels), ActivationLayer(scope("relu"), .relu),
        ]
        var inputs = stemChannels
        var layers: [any Module] = []
        for (index, stage) in stages.enumerated() {
            var settings = settings
            settings.baseChannels = stage.width
            settings.groups = stage.groups
            settings.widthPerGroup = stage.groupWidth
            let first = ResNet.BlockPlace(
                inputs: inputs, inner: stage.width, stride: stage.stride, dilation: stage.dilation)
            layers.append(
                try ResNet.layer(
                    scope("layer\(index + 1)"), blocks: stage.blocks, first, settings, isBottleneck: true))
            inputs = stage.width
        }
        return StagedBackbone(scope, stem: stem, stages: layers, outIndices: outIndices)
    }
}

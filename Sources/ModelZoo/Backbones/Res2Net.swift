import ModelConfig
import ModelGraph

/// Res2Net (Gao et al. 2019, arXiv:1904.01169): the 3×3 convolutions of a bottleneck in a hierarchy.
///
/// Source: `mmpretrain/models/backbones/res2net.py` of MMPreTrain 1.2.
package struct Res2Net: Architecture {
    package static let typeNames = ["Res2Net"]

    private let blocks, strides, dilations: [Int]
    private let inputChannels, stemChannels: Int
    private let hasDeepStem: Bool
    private let outIndices: Set<Int>
    private let settings: Settings

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("frozen_stages", "norm_eval", "with_cp", "zero_init_residual", "init_cfg", "drop_path_rate")
        try config.plainConvolutions()
        let depth = try config.int("depth")
        guard let blocks = [50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]][depth] else {
            throw config.error("depth", "there is no Res2Net of depth \(depth)")
        }
        let stages = try config.int("num_stages", default: 4)
        guard 1...4 ~= stages else { throw config.error("num_stages", "'num_stages' should be 1 to 4") }
        self.blocks = Array(blocks.prefix(stages))
        strides = try config.ints("strides", default: [1, 2, 2, 2], count: stages)
        dilations = try config.ints("dilations", default: [1, 1, 1, 1], count: stages)
        inputChannels = try config.inputChannels()
        stemChannels = try config.positive("stem_channels", default: 64)
        hasDeepStem = try config.bool("deep_stem", default: true)
        outIndices = try config.outIndices(default: [3], count: stages)
        try config.unsupported("expansion", unless: .none, .int(4))
        settings = Settings(
            baseChannels: try config.positive("base_channels", default: 64),
            scales: try config.int("scales", default: 4), width: try config.positive("base_width", default: 26),
            poolsShortcuts: try config.bool("avg_down", default: true),
            isCaffe: try config.string("style", of: ["pytorch", "caffe"], default: "pytorch") == "caffe",
            norm: try config.requiredNorm())
        guard 2...64 ~= settings.scales else {
            throw config.error("scales", "'scales' should be 2 or more: with 1, Res2Net is ResNet")
        }
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let stem = try ResNet.stem(
            scope, hasDeepStem ? .deep : .single, inputChannels: inputChannels, outputs: stemChannels,
            norm: settings.norm)
        var inputs = stemChannels
        var layers: [any Module] = []
        for (index, count) in blocks.enumerated() {
            let layer = scope("layer\(index + 1)")
            let inner = settings.baseChannels << index
            var modules: [any Module] = []
            for block in 0..<count {
                let place = ResNet.BlockPlace(
                    inputs: inputs, inner: inner, stride: block == 0 ? strides[index] : 1, dilation: dilations[index])
                modules.append(try Block(layer(block), place, settings, isFirst: block == 0))
                inputs = 4 * inner
            }
            layers.append(Sequential(layer, modules))
        }
        return StagedBackbone(scope, stem: stem, stages: layers, outIndices: outIndices)
    }
}

extension Res2Net {
    /// What all blocks of a network have in common.
    private struct Settings: Sendable {
        var baseChannels: Int
        /// Parts that a block's channels are split into.
        var scales: Int
        /// Channels of a part in `layer1`.
        var width: Int
        var poolsShortcuts: Bool
        /// A block's stride is in its first convolution.
        var isCaffe: Bool
        var norm: NormLayer
    }

    /// `Bottle2neck`: a 1×1 convolution, 3×3 convolutions of the parts, of which each also gets what the one before
    /// gave (not in the first block of a stage), and a 1×1 convolution.
    private struct Block: Module {
        private let scope: Scope
        private let isFirst: Bool
        private let parts, width: Int
        private let conv1, conv3: Conv2d
        private let norm1, norm3: any Module
        private let downsample: Sequential?
        private let pool: AvgPool2d
        private let convs: [Conv2d]
        private let norms: [any Module]

        init(
            _ scope: Scope, _ place: ResNet.BlockPlace, _ settings: Settings, isFirst: Bool
        ) throws(GraphError) {
            self.scope = scope
            self.isFirst = isFirst
            let (norm, outputs) = (settings.norm, 4 * place.inner)
            parts = settings.scales
            width = Int(Double(place.inner) * (Double(settings.width) / Double(settings.baseChannels)))
            let stride = settings.isCaffe ? 1 : place.stride
            conv1 = try Conv2d(
                scope("conv1"), place.inputs, width * parts, kernel: 1, stride: settings.isCaffe ? place.stride : 1,
                bias: false)
            norm1 = try norm.layer(scope(norm.abbreviation + "1"), width * parts)
            conv3 = try Conv2d(scope("conv3"), width * parts, outputs, kernel: 1, bias: false)
            norm3 = try norm.layer(scope(norm.abbreviation + "3"), outputs)
            downsample =
                isFirst && (place.stride != 1 || place.inputs != outputs)
                ? try Self.shortcut(scope("downsample"), place, outputs, settings) : nil
            pool = AvgPool2d(scope("pool"), kernel: 3, stride: stride, padding: 1)
            var convs: [Conv2d] = []
            for part in 0..<(parts - 1) {
                convs.append(
                    try Conv2d(
                        scope("convs")(part), width, width, kernel: 3, stride: stride, padding: place.dilation,
                        dilation: place.dilation, bias: false))
            }
            self.convs = convs
            var norms: [any Module] = []
            for part in 0..<(parts - 1) { norms.append(try norm.layer(scope("bns")(part), width)) }
            self.norms = norms
        }

        private static func shortcut(
            _ scope: Scope, _ place: ResNet.BlockPlace, _ outputs: Int, _ settings: Settings
        ) throws(GraphError) -> Sequential {
            var layers: [any Module] = []
            if settings.poolsShortcuts {
                layers.append(
                    AvgPool2d(
                        scope(0), kernel: place.stride, stride: place.stride, ceilMode: true, countIncludePad: false))
            }
            layers.append(
                try Conv2d(
                    scope(layers.count), place.inputs, outputs, kernel: 1,
                    stride: settings.poolsShortcuts ? 1 : place.stride, bias: false))
            layers.append(try settings.norm.layer(scope(layers.count), outputs))
            return Sequential(scope, layers)
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let relu = ActivationLayer(scope("relu"), .relu)
            let wide = try relu(try norm1(try conv1(input)))
            let split = try scope.split(wide, axis: 1, extents: [Int](repeating: width, count: parts))
            var value = split[0]
            var joined: Value?
            for (part, conv) in convs.enumerated() {
                if part > 0 { value = isFirst ? split[part] : try scope.add(value, split[part]) }
                value = try relu(try norms[part](try conv(value)))
                joined = if let before = joined { try scope.concat([before, value], axis: 1) } else { value }
            }
            let last = isFirst ? try pool(split[parts - 1]) : split[parts - 1]
            let all = try scope.concat([joined ?? value, last], axis: 1)
            let branch = try norm3(try conv3(all))
            return scope.output(try relu(try scope.add(branch, try downsample?(input) ?? input)))
        }
    }
}

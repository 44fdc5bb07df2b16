import ModelConfig
import ModelGraph

/// HRNet's resolutions as one feature map.
///
/// Source: `mmpretrain/models/necks/hr_fuse.py` of MMPreTrain 1.2.
package struct HRFuseScales: Architecture {
    package static let typeNames = ["HRFuseScales"]

    private let inputs: [Int]
    private let channels: Int
    private let norm: NormLayer

    /// Channels of each resolution after its block.
    private static let widths = [128, 256, 512, 1024]

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("init_cfg")
        inputs = try config.stageChannels("in_channels", count: 4)
        channels = try config.positive("out_channels", default: 2048)
        norm = try config.requiredNorm()
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        var increases: [Sequential] = []
        for (index, inputs) in inputs.enumerated() {
            let place = ResNet.BlockPlace(
                inputs: inputs, inner: Self.widths[index] / 4, stride: 1, dilation: 1)
            increases.append(
                try ResNet.layer(
                    scope("increase_layers")(index), blocks: 1, place, ResNet.BlockSettings(), isBottleneck: true))
        }
        var reductions: [ConvModule] = []
        for index in 0..<3 {
            reductions.append(
                try ConvModule(
                    scope("downsample_layers")(index), Self.widths[index], Self.widths[index + 1], kernel: 3, stride: 2,
                    padding: 1, bias: false, norm: norm))
        }
        let last = try ConvModule(scope("final_layer"), 1024, channels, kernel: 1, bias: false, norm: norm)
        return Layers(scope: scope, increases: increases, reductions: reductions, last: last)
    }

    private struct Layers: Stage {
        let scope: Scope
        let increases: [Sequential]
        let reductions: [ConvModule]
        let last: ConvModule

        func features(_ input: Features) throws(GraphError) -> Features {
            guard input.levels.count == increases.count, input.levels.allSatisfy({ $0.count == 1 }) else {
                throw .configuration(
                    module: scope.path, "takes \(increases.count) levels, and the backbone gives \(input.levels.count)")
            }
            var value = try increases[0](input.levels[0][0])
            for (index, reduction) in reductions.enumerated() {
                value = try scope.add(try reduction(value), try increases[index + 1](input.levels[index + 1][0]))
            }
            return try scope.features([try last(value)])
        }
    }
}

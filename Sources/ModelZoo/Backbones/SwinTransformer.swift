import ModelConfig
import ModelGraph

/// Swin Transformer (Liu et al. 2021, arXiv:2103.14030).
///
/// Source: `mmpretrain/models/backbones/swin_transformer.py` of MMPreTrain 1.2.
package struct SwinTransformer: Architecture {
    package static let typeNames = ["SwinTransformer"]

    private let size: WindowTransformerSize
    private let arguments: WindowBackbone
    package var imageSize: Extent2d? { arguments.image }
    /// By stage.
    private let stages: [StageSettings]
    /// Whether a stage's output is that of its patch merging.
    private let givesMerged: Bool

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        let size = try config.variant(
            "arch", of: WindowTransformerSize.swin, default: "tiny", custom: WindowTransformerSize.init)
        self.size = size
        arguments = try WindowBackbone(&config, image: 224, stages: size.depths.count)
        givesMerged = try config.bool("out_after_downsample", default: false)
        let block = BlockSettings(
            window: try config.positive("window_size", default: 7), padsSmallMap: arguments.padsSmallMap)
        var index = 0
        stages = try config.dictionaries("stage_cfgs", count: size.depths.count) { config throws(ArgumentError) in
            defer { index += 1 }
            return try StageSettings(&config, depth: size.depths[index], block)
        }
    }

    package func stage(in scope: Scope) throws(GraphError) -> any ModelGraph.Stage { try Network(scope, self) }

    private struct Network: ModelGraph.Stage {
        private let scope: Scope
        private let givesMerged: Bool
        private let stem: WindowStem
        private let stages: [BlockSequence]
        private let norms: [Int: any Module]

        init(_ scope: Scope, _ net: SwinTransformer) throws(GraphError) {
            self.scope = scope
            givesMerged = net.givesMerged
            stem = try WindowStem(scope, net.arguments, channels: net.size.channels)
            var channels = net.size.channels
            var outputs: [Int] = []
            var stages: [BlockSequence] = []
            for (index, settings) in net.stages.enumerated() {
                let merges = index < net.stages.count - 1
                let place = StagePlace(channels: channels, heads: net.size.heads[index], merges: merges)
                stages.append(try BlockSequence(scope("stages")(index), place, settings))
                let merged = merges ? 2 * channels : channels
                outputs.append(net.givesMerged ? merged : channels)
                channels = merged
            }
            self.stages = stages
            norms = try scope.outputNorms(net.arguments.norm, net.arguments.outIndices, channels: outputs)
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            var (value, grid) = try stem(input.value)
            var levels: [Value] = []
            for (index, stage) in stages.enumerated() {
                (value, grid) = try stage(value, grid, merging: givesMerged)
                if let norm = norms[index] { levels.append(try scope.map(of: try norm(value), grid)) }
                if !givesMerged, let merging = stage.merging { (value, grid) = try merging(value, grid) }
            }
            return try scope.features(levels)
        }
    }
}

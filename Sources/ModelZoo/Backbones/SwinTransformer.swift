import ModelConfig
import ModelGraph

/// Swin Transformer (Liu et al. 2021, arXiv:2103.14030).
///
/// Source: `mmpretrain/models/backbones/swin_transformer.py` of MMPreTrain 1.2.
package struct SwinTransformer: Architecture {
    package static let typeNames = ["SwinTransformer"]

    private let size: WindowTransformerSize
    private let image: Extent2d
    package var imageSize: Extent2d? { image }
    private let inputChannels: Int
    private let patches: PatchEmbed.Configuration
    private let hasPositions: Bool
    private let resizing: Operation.Resize.Mode
    /// By stage.
    private let stages: [StageSettings]
    private let norm: NormLayer?
    private let outIndices: Set<Int>
    /// Whether a stage's output is that of its patch merging.
    private let givesMerged: Bool

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_rate", "drop_path_rate", "with_cp", "frozen_stages", "norm_eval", "init_cfg")
        let size = try config.variant(
            "arch", of: WindowTransformerSize.swin, default: "tiny", custom: WindowTransformerSize.init)
        self.size = size
        image = try config.squareOrExtent("img_size", default: 224)
        inputChannels = try config.inputChannels()
        let patch = try config.squareOrExtent("patch_size", default: 4)
        let usual = PatchEmbed.Configuration(kernel: patch, stride: patch, norm: .layerNorm(epsilon: 1e-5))
        patches = try config.dictionary("patch_cfg") { config throws(ArgumentError) in try config.patches(usual) }
        hasPositions = try config.bool("use_abs_pos_embed", default: false)
        resizing = try config.resizing("interpolate_mode")
        norm = try config.norm("norm_cfg", default: .layerNorm(epsilon: 1e-5))
        outIndices = try config.outIndices(default: [3], count: size.depths.count)
        givesMerged = try config.bool("out_after_downsample", default: false)
        let block = BlockSettings(
            window: try config.positive("window_size", default: 7),
            padsSmallMap: try config.bool("pad_small_map", default: false))
        var index = 0
        stages = try config.dictionaries("stage_cfgs", count: size.depths.count) { config throws(ArgumentError) in
            defer { index += 1 }
            return try StageSettings(&config, depth: size.depths[index], block)
        }
    }

    package func stage(in scope: Scope) throws(GraphError) -> any ModelGraph.Stage { try Network(scope, self) }

    private struct Network: ModelGraph.Stage {
        private let scope: Scope
        private let net: SwinTransformer
        private let positions: Int?
        private let grid: Extent2d
        private let patchEmbed: PatchEmbed
        private let stages: [BlockSequence]
        private let norms: [Int: any Module]

        init(_ scope: Scope, _ net: SwinTransformer) throws(GraphError) {
            self.scope = scope
            self.net = net
            grid = try net.patches.grid(of: net.image, module: scope("patch_embed").path)
            positions =
                net.hasPositions
                ? try scope.declare("absolute_pos_embed", [1, grid.height * grid.width, net.size.channels]) : nil
            patchEmbed = try PatchEmbed(scope("patch_embed"), net.inputChannels, net.size.channels, net.patches)
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
            var norms: [Int: any Module] = [:]
            for index in net.outIndices.sorted() {
                let place = scope("norm\(index)")
                norms[index] = if let norm = net.norm { try norm.layer(place, outputs[index]) } else { Identity(place) }
            }
            self.norms = norms
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            var (value, grid) = try patchEmbed(input.value)
            if let positions {
                let resized = try scope.resizedPositions(
                    try scope.value(ofParameter: positions), from: self.grid, to: grid, net.resizing, extraTokens: 0)
                value = try scope.add(value, resized)
            }
            value = Identity(scope("drop_after_pos"))(value)
            var levels: [Value] = []
            for (index, stage) in stages.enumerated() {
                (value, grid) = try stage(value, grid, merging: net.givesMerged)
                if let norm = norms[index] { levels.append(try scope.map(of: try norm(value), grid)) }
                if !net.givesMerged, let merging = stage.merging { (value, grid) = try merging(value, grid) }
            }
            return try scope.features(levels)
        }
    }
}

import ModelConfig
import ModelGraph

/// ConvNeXt (Liu et al. 2022, arXiv:2201.03545) and ConvNeXt V2 (Woo et al. 2023, arXiv:2301.00808).
///
/// Source: `mmpretrain/models/backbones/convnext.py` of MMPreTrain 1.2.
package struct ConvNeXt: Architecture {
    package static let typeNames = ["ConvNeXt"]

    /// An `arch`.
    private struct Size: Sendable {
        /// Blocks of each stage.
        var depths: [Int]
        var channels: [Int]
    }

    private static let sizes = [
        "atto": Size(depths: [2, 2, 6, 2], channels: [40, 80, 160, 320]),
        "femto": Size(depths: [2, 2, 6, 2], channels: [48, 96, 192, 384]),
        "pico": Size(depths: [2, 2, 6, 2], channels: [64, 128, 256, 512]),
        "nano": Size(depths: [2, 2, 8, 2], channels: [80, 160, 320, 640]),
        "tiny": Size(depths: [3, 3, 9, 3], channels: [96, 192, 384, 768]),
        "small": Size(depths: [3, 3, 27, 3], channels: [96, 192, 384, 768]),
        "base": Size(depths: [3, 3, 27, 3], channels: [128, 256, 512, 1024]),
        "large": Size(depths: [3, 3, 27, 3], channels: [192, 384, 768, 1536]),
        "xlarge": Size(depths: [3, 3, 27, 3], channels: [256, 512, 1024, 2048]),
        "huge": Size(depths: [3, 3, 27, 3], channels: [352, 704, 1408, 2816]),
    ]

    private let size: Size
    private let inputChannels, stemPatch: Int
    private let outIndices: Set<Int>
    /// Whether the norm after a stage is that of the mean over the positions.
    private let poolsBeforeNorm: Bool
    private let block: ConvNeXtBlock.Configuration

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_path_rate", "frozen_stages", "with_cp", "init_cfg")
        let size = try config.variant("arch", of: Self.sizes, default: "tiny", ignoringCase: false, ignoringMore: true)
        {
            config throws(ArgumentError) in
            let depths = try config.stageDepths("depths")
            return Size(depths: depths, channels: try config.stageChannels("channels", count: depths.count))
        }
        self.size = size
        inputChannels = try config.inputChannels()
        stemPatch = try config.positive("stem_patch_size", default: 4)
        outIndices = try config.outIndices(default: [-1], count: size.depths.count, negatives: .inLists)
        poolsBeforeNorm = try config.bool("gap_before_final_norm", default: true)
        guard case .layerNorm2d(let epsilon) = try config.requiredNorm(default: .layerNorm2d(epsilon: 1e-6)) else {
            throw config.error("norm_cfg", "ConvNeXt needs a norm of type 'LN2d'")
        }
        block = ConvNeXtBlock.Configuration(
            epsilon: epsilon, activation: try config.requiredActivation(default: .gelu),
            isLinear: try config.bool("linear_pw_conv", default: true),
            respondsGlobally: try config.bool("use_grn", default: false),
            scales: try config.double("layer_scale_init_value", default: 1e-6) > 0)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let norm = NormLayer.layerNorm2d(epsilon: block.epsilon)
        let downsamples = try scope.downsampleLayers(inputChannels, size.channels, patch: stemPatch) {
            (layer, channels) throws(GraphError) in try norm.layer(layer, channels)
        }
        var stages: [any Module] = []
        for (index, depth) in size.depths.enumerated() {
            let stage = scope("stages")(index)
            var blocks: [any Module] = []
            for position in 0..<depth { blocks.append(try ConvNeXtBlock(stage(position), size.channels[index], block)) }
            stages.append(Sequential(stage, blocks))
        }
        return AlternatingStages(
            scope: scope, downsamples: downsamples, stages: stages,
            norms: try scope.outputNorms(norm, outIndices, channels: size.channels), poolsBeforeNorm: poolsBeforeNorm)
    }
}

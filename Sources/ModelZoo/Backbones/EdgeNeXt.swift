import ModelConfig
import ModelGraph

/// EdgeNeXt (Maaz et al. 2022, arXiv:2206.10589): ConvNeXt's blocks, and in the last places of a stage attention among
/// the channels after convolutions of their groups.
///
/// Upstream's attention blocks take neither `norm_cfg` nor `act_cfg` nor `layer_scale_init_value`, and its convolutional
/// blocks not `mlp_ratio`: they have their defaults.
///
/// Source: `mmpretrain/models/backbones/edgenext.py` of MMPreTrain 1.2.
package struct EdgeNeXt: Architecture {
    package static let typeNames = ["EdgeNeXt"]

    /// An `arch`.
    private struct Size: Sendable {
        var channels, depths, heads: [Int]
    }

    private static let sizes = [
        "xxsmall": Size(channels: [24, 48, 88, 168], depths: [2, 2, 6, 2], heads: [4, 4, 4, 4]),
        "xsmall": Size(channels: [32, 64, 100, 192], depths: [3, 3, 9, 3], heads: [4, 4, 4, 4]),
        "small": Size(channels: [48, 96, 160, 304], depths: [3, 3, 9, 3], heads: [8, 8, 8, 8]),
        "base": Size(channels: [80, 160, 288, 584], depths: [3, 3, 9, 3], heads: [8, 8, 8, 8]),
    ]

    private let size: Size
    private let inputChannels: Int
    /// For each stage: the attention blocks at its end, whether these have positions, and groups of channels in them.
    private let attentionBlocks: [Int]
    private let hasPositions: [Bool]
    private let groups: [Int]
    private let kernels: [Int]
    private let hiddenRatio: Int
    private let hasGlobalPositions: Bool
    private let outIndices: Set<Int>
    /// Whether the norm after a stage is that of the mean over the positions.
    private let poolsBeforeNorm: Bool
    private let block: ConvNeXtBlock.Configuration

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_path_rate", "frozen_stages", "init_cfg")
        let size = try config.variant("arch", of: Self.sizes, default: "xxsmall") { config throws(ArgumentError) in
            let depths = try config.stageDepths("depths")
            return Size(
                channels: try config.stageChannels("channels", count: depths.count), depths: depths,
                heads: try config.stageChannels("num_heads", count: depths.count))
        }
        self.size = size
        let count = size.depths.count
        inputChannels = try config.inputChannels()
        attentionBlocks = try config.ints("global_blocks", default: [0, 1, 1, 1], count: count)
        if let types = config.value("global_block_type") {
            let isKnown: (ConfigValue) -> Bool = { $0 == .string("None") || $0 == .string("SDTA") }
            switch types {
            case .list(let types) where types.allSatisfy(isKnown), .tuple(let types) where types.allSatisfy(isKnown):
                break
            default: throw config.error("global_block_type", "the blocks of 'global_block_type' are 'None' or 'SDTA'")
            }
        }
        hasPositions = try config.bools("use_pos_embd_csa", default: [false, true, false, false], count: count)
        groups = try config.stageChannels("d2_scales", default: [2, 2, 3, 4], count: count)
        guard groups.allSatisfy({ $0 <= 1024 }) else { throw config.error("d2_scales", "there are too many groups") }
        kernels = try config.stageChannels("conv_kernel_sizes", default: [3, 5, 7, 9], count: count)
        hiddenRatio = try config.positive("mlp_ratio", default: 4)
        guard hiddenRatio <= 1024 else { throw config.error("mlp_ratio", "'mlp_ratio' is \(hiddenRatio)") }
        hasGlobalPositions = try config.bool("use_pos_embd_global", default: false)
        outIndices = try config.outIndices(default: [-1], count: count, negatives: .inLists)
        poolsBeforeNorm = try config.bool("gap_before_final_norm", default: true)
        guard case .layerNorm2d(let epsilon) = try config.requiredNorm(default: .layerNorm2d(epsilon: 1e-6)) else {
            throw config.error("norm_cfg", "EdgeNeXt needs a norm of type 'LN2d'")
        }
        block = ConvNeXtBlock.Configuration(
            epsilon: epsilon, activation: try config.requiredActivation(default: .gelu),
            isLinear: try config.bool("linear_pw_conv", default: true),
            scales: try config.double("layer_scale_init_value", default: 1e-6) > 0)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let norm = NormLayer.layerNorm2d(epsilon: block.epsilon)
        let positions =
            hasGlobalPositions ? try FourierEmbedding(scope("pos_embed"), size.channels[0]) : nil
        let downsamples = try scope.downsampleLayers(inputChannels, size.channels) {
            (layer, channels) throws(GraphError) in try norm.layer(layer, channels)
        }
        var stages: [any Module] = []
        for (index, depth) in size.depths.enumerated() {
            let (stage, channels) = (scope("stages")(index), size.channels[index])
            var convolutional = block
            convolutional.kernel = kernels[index]
            var blocks: [any Module] = []
            for position in 0..<depth {
                if position >= depth - attentionBlocks[index] {
                    blocks.append(
                        try AttentionBlock(
                            stage(position), channels, heads: size.heads[index], groups: groups[index],
                            hiddenRatio: hiddenRatio, hasPositions: hasPositions[index]))
                } else {
                    blocks.append(try ConvNeXtBlock(stage(position), channels, convolutional))
                }
            }
            let whole = Sequential(stage, blocks)
            if index == 0, let positions {
                stages.append(Pair(first: whole, second: AddedPositions(scope: scope, table: positions)))
            } else {
                stages.append(whole)
            }
        }
        let outputNorm = poolsBeforeNorm ? NormLayer.layerNorm(epsilon: 1e-5) : norm
        return AlternatingStages(
            scope: scope, downsamples: downsamples, stages: stages,
            norms: try scope.outputNorms(outputNorm, outIndices, channels: size.channels),
            poolsBeforeNorm: poolsBeforeNorm, poolsToMap: false)
    }

    /// Adds the encoding of a map's positions.
    private struct AddedPositions: Module {
        let scope: Scope
        let table: FourierEmbedding

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            try scope.add(input, try table(scope.grid(of: input), batch: scope.shape(of: input)[0]))
        }
    }
}

import ModelConfig
import ModelGraph

/// PoolFormer (Yu et al. 2021, arXiv:2111.11418), whose tokens mix by pooling, and RIFormer (Wang et al. 2023,
/// arXiv:2304.05659), whose affine mixers fold into the norms before them.
///
/// Source: `mmpretrain/models/backbones/{poolformer,riformer}.py` of MMPreTrain 1.2. PoolFormer's input always has 3
/// channels there; its `in_channels` is this implementation's.
package struct PoolFormer: Architecture {
    package static let typeNames = ["PoolFormer"]

    private let network: PoolFormerNetwork

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        network = try PoolFormerNetwork(&config, mixer: .pooling(try config.int("pool_size", default: 3)))
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try network.stage(in: scope) }
}

/// See `PoolFormer`.
package struct RIFormer: Architecture {
    package static let typeNames = ["RIFormer"]
    package static let deployArgument: String? = "deploy"

    private let network: PoolFormerNetwork

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        network = try PoolFormerNetwork(
            &config, mixer: try config.bool("deploy", default: false) ? .folded : .affine)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try network.stage(in: scope) }
}

/// What the two have in common.
struct PoolFormerNetwork: Sendable {
    /// How tokens mix.
    enum Mixer: Sendable, Hashable {
        /// Average-pooling of a window less the input.
        case pooling(Int)
        /// A factor and a bias per channel, less the input.
        case affine
        /// Folded into the norm before it.
        case folded
    }

    /// An `arch`.
    private struct Size: Sendable {
        /// Blocks of each stage.
        var depths: [Int]
        var channels: [Int]
        /// Hidden channels of the feed-forward networks per channel.
        var ratios = [4.0, 4, 4, 4]
    }

    private static let sizes = [
        "s12": Size(depths: [2, 2, 6, 2], channels: [64, 128, 320, 512]),
        "s24": Size(depths: [4, 4, 12, 4], channels: [64, 128, 320, 512]),
        "s36": Size(depths: [6, 6, 18, 6], channels: [64, 128, 320, 512]),
        "m36": Size(depths: [6, 6, 18, 6], channels: [96, 192, 384, 768]),
        "m48": Size(depths: [8, 8, 24, 8], channels: [96, 192, 384, 768]),
    ]

    private struct Patches: Sendable {
        var kernel, stride, padding: Int
    }

    private let size: Size
    private let inputChannels: Int
    private let stem, reduction: Patches
    private let mixer: Mixer
    private let norm: NormLayer
    private let activation: Activation
    /// Positions of the outputs among the modules of `network`: stages and the patch embeddings between them.
    private let outIndices: Set<Int>

    init(_ config: inout ConfigReader, mixer: Mixer) throws(ArgumentError) {
        config.ignore("drop_rate", "drop_path_rate", "frozen_stages", "init_cfg")
        if case .pooling(let window) = mixer {
            guard window > 0, window % 2 == 1, window < 1024 else {
                throw config.error("pool_size", "'pool_size' should be odd and above 0, not \(window)")
            }
        }
        size = try config.variant("arch", of: Self.sizes, default: "s12", ignoringCase: false, ignoringMore: true) {
            config throws(ArgumentError) in
            config.ignore("layer_scale_init_value")
            let depths = try config.stageDepths("layers")
            return Size(
                depths: depths, channels: try config.stageChannels("embed_dims", count: depths.count),
                ratios: try config.ratios(
                    "mlp_ratios", default: [Double](repeating: 4, count: depths.count), count: depths.count))
        }
        inputChannels = try config.inputChannels()
        stem = Patches(
            kernel: try config.positive("in_patch_size", default: 7),
            stride: try config.positive("in_stride", default: 4), padding: try config.int("in_pad", default: 2))
        reduction = Patches(
            kernel: try config.positive("down_patch_size", default: 3),
            stride: try config.positive("down_stride", default: 2), padding: try config.int("down_pad", default: 1))
        self.mixer = mixer
        norm = try config.requiredNorm(default: .groupNorm(groups: 1, epsilon: 1e-5))
        activation = try config.requiredActivation(default: .gelu)
        outIndices = try config.outIndices(default: [-1], count: 7, negatives: .inLists)
    }

    func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let patchEmbed = try embedding(scope("patch_embed"), inputChannels, size.channels[0], stem)
        let network = scope("network")
        var modules: [any Module] = []
        for (index, depth) in size.depths.enumerated() {
            let stage = network(modules.count)
            let channels = size.channels[index]
            var blocks: [any Module] = []
            for block in 0..<depth {
                blocks.append(
                    try Block(
                        stage(block), channels, hidden: Int(Double(channels) * size.ratios[index]), mixer,
                        norm: norm, activation: activation))
            }
            modules.append(Sequential(stage, blocks))
            guard index + 1 < size.depths.count, size.channels[index + 1] != channels else { continue }
            modules.append(try embedding(network(modules.count), channels, size.channels[index + 1], reduction))
        }
        var norms: [Int: any Module] = [:]
        for index in outIndices.sorted() where index < modules.count {
            norms[index] = try norm.layer(scope("norm\(index)"), size.channels[(index + 1) / 2])
        }
        return Layers(scope: scope, patchEmbed: patchEmbed, modules: modules, norms: norms)
    }

    private func embedding(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, _ patches: Patches
    ) throws(GraphError) -> any Module {
        Sequential(
            scope,
            [
                try Conv2d(
                    scope("proj"), inputs, outputs, kernel: patches.kernel, stride: patches.stride,
                    padding: patches.padding),
                Identity(scope("norm")),
            ])
    }

    private struct Layers: Stage {
        let scope: Scope
        let patchEmbed: any Module
        let modules: [any Module]
        let norms: [Int: any Module]

        func features(_ input: Features) throws(GraphError) -> Features {
            var value = try patchEmbed(input.value)
            var levels: [Value] = []
            for (index, module) in modules.enumerated() {
                value = try module(value)
                if let norm = norms[index] { levels.append(try norm(value)) }
            }
            return try scope.features(levels)
        }
    }
}

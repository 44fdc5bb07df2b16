import ModelConfig
import ModelGraph

/// HiViT: hierarchical vision transformer (Zhang et al. 2022, arXiv:2205.14949).
///
/// Source: `mmpretrain/models/backbones/hivit.py` of MMPreTrain 1.2. The network has an index of relative positions that
/// it never reads: each attention has its own.
package struct HiViT: Architecture {
    package static let typeNames = ["HiViT"]

    /// An `arch`.
    private struct Size: Sendable {
        /// The channels of the last stage; each earlier one has half as many.
        var channels: Int
        var depths: [Int]
        var heads: Int
    }

    private static let sizes: [String: Size] = TransformerSize.named([
        (["t", "tiny"], Size(channels: 384, depths: [1, 1, 10], heads: 6)),
        (["s", "small"], Size(channels: 384, depths: [2, 2, 20], heads: 6)),
        (["b", "base"], Size(channels: 512, depths: [2, 2, 24], heads: 8)),
        (["l", "large"], Size(channels: 768, depths: [2, 2, 40], heads: 12)),
    ])

    private let size: Size
    private let image: Extent2d
    package var imageSize: Extent2d? { image }
    private let patch, innerPatches, inputChannels: Int
    private let kernel, padding: Int
    private let hasPositions, normalizesPatches: Bool
    private let norm: NormLayer
    private let stemRatio, ratio: Double
    private let block: BlockSettings
    /// Positions among the blocks of the last stage.
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_rate", "attn_drop_rate", "drop_path_rate", "frozen_stages", "init_cfg")
        size = try config.variant("arch", of: Self.sizes, default: "base") { config throws(ArgumentError) in
            Size(
                channels: try config.positive("embed_dims"), depths: try config.stageDepths("depths"),
                heads: try config.positive("num_heads"))
        }
        image = try config.squareOrExtent("img_size", default: 224)
        patch = try config.positive("patch_size", default: 16)
        innerPatches = try config.positive("inner_patches", default: 4)
        guard patch % innerPatches == 0, image.height >= patch, image.width >= patch else {
            throw config.error("inner_patches", "\(innerPatches) do not divide a patch of \(patch)")
        }
        inputChannels = try config.positive("in_channels", default: try config.positive("in_chans", default: 3))
        kernel = try config.optionalInt("kernel_size") ?? patch / innerPatches
        padding = try config.optionalInt("pad_size") ?? 0
        hasPositions = try config.bool("ape", default: true)
        normalizesPatches = try config.bool("patch_norm", default: true)
        norm = try config.requiredNorm(default: .layerNorm(epsilon: 1e-5))
        stemRatio = try config.ratio("stem_mlp_ratio", default: 3)
        ratio = try config.ratio("mlp_ratio", default: 4)
        block = BlockSettings(
            heads: size.heads, bias: try config.bool("qkv_bias", default: true),
            scale: try config.optionalDouble("qk_scale"),
            hasBiases: try config.bool("rpe", default: false),
            scales: try config.double("layer_scale_init_value", default: 0) > 0, norm: norm)
        guard !block.hasBiases || image.height == image.width else {
            throw config.error("rpe", "if you use relative position, make sure H == W of input size")
        }
        let given = try config.ints("out_indices", default: [23])
        guard given.count == 1 else {
            throw config.notBuiltIn("out_indices", "outputs of several blocks are not built in")
        }
        outIndices = [size.depths[size.depths.count - 1] - 1]
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private let scope: Scope
        private let net: HiViT
        private let positions: Int?
        private let proj: Conv2d
        private let patchNorm: (any Module)?
        private let stemBlocks, mainBlocks: [any Module]

        init(_ scope: Scope, _ net: HiViT) throws(GraphError) {
            self.scope = scope
            self.net = net
            let (size, image) = (net.size, net.image)
            let grid = Extent2d(height: image.height / net.patch, width: image.width / net.patch)
            positions =
                net.hasPositions
                ? try scope.declare("pos_embed", [1, grid.height * grid.width, size.channels]) : nil
            if net.block.hasBiases {
                _ = try scope.declare("relative_position_index", computed: .relativePositionIndex(grid))
            }
            var channels = size.channels >> (size.depths.count - 1)
            let embed = scope("patch_embed")
            proj = try Conv2d(
                embed("proj"), net.inputChannels, channels, kernel: net.kernel, stride: net.patch / net.innerPatches,
                padding: net.padding)
            patchNorm = net.normalizesPatches ? try net.norm.layer(embed("norm"), channels) : nil
            var blocks: [any Module] = []
            for (index, depth) in size.depths.enumerated() {
                let isMain = channels == size.channels
                let hidden = Int(Double(channels) * (isMain ? net.ratio : net.stemRatio))
                for _ in 0..<(isMain ? depth : 2 * depth) {
                    blocks.append(
                        try Block(
                            scope("blocks")(blocks.count), channels, hidden: hidden, net.block,
                            grid: isMain ? grid : nil))
                }
                guard index + 1 < size.depths.count else { continue }
                blocks.append(try Merging(scope("blocks")(blocks.count), channels, net.norm))
                channels *= 2
            }
            let main = size.depths[size.depths.count - 1]
            stemBlocks = Array(blocks.dropLast(main))
            mainBlocks = Array(blocks.suffix(main))
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            let size = scope.grid(of: input.value)
            let grid = Extent2d(height: size.height / net.patch, width: size.width / net.patch)
            var value = try patches(of: input.value, grid)
            for block in stemBlocks { value = try block(value) }
            value = try scope.select(try scope.select(value, axis: 2, 0), axis: 2, 0)
            if let positions {
                value = try scope.add(value, try resized(try scope.value(ofParameter: positions), size, grid))
            }
            value = Identity(scope("pos_drop"))(value)
            var levels: [Value] = []
            for (index, block) in mainBlocks.enumerated() {
                value = try block(value)
                guard net.outIndices.contains(index) else { continue }
                levels.append(try scope.map(of: value, grid))
            }
            return try scope.features(levels)
        }

        /// `[N, C, H, W]` → `[N, patches, inner, inner, channels]`.
        private func patches(of input: Value, _ grid: Extent2d) throws(GraphError) -> Value {
            let embed = scope("patch_embed")
            let map = try proj(input)
            let (shape, inner) = (embed.shape(of: map), net.innerPatches)
            let split = try embed.reshape(map, [shape[0], shape[1], grid.height, inner, grid.width, inner])
            var value = try embed.reshape(
                try embed.permute(split, [0, 2, 4, 3, 5, 1]),
                [shape[0], grid.height * grid.width, inner, inner, shape[1]])
            if let patchNorm { value = try patchNorm(value) }
            return embed.output(value)
        }

        private func resized(_ positions: Value, _ size: Extent2d, _ grid: Extent2d) throws(GraphError) -> Value {
            let count = scope.shape(of: positions)[1]
            if grid.height * grid.width == count, size.height == size.width { return positions }
            let side = Double(count).squareRoot()
            let map = try scope.map(of: positions, .square(Int(side)))
            let factor = Operation.Resize.ScaleFactor(
                height: (Double(grid.height) + 0.1) / side, width: (Double(grid.width) + 0.1) / side)
            return try scope.tokens(of: try scope.resize(map, .bicubic, to: grid, scale: factor))
        }
    }
}

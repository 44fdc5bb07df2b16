import ModelConfig
import ModelGraph

/// MViTv2: multiscale vision transformer with pooled attention (Li et al. 2022, arXiv:2112.01526).
///
/// Source: `mmpretrain/models/backbones/mvit.py` of MMPreTrain 1.2. After a scale that the network gives, the next block
/// goes on from the normalised tokens.
package struct MViT: Architecture {
    package static let typeNames = ["MViT"]

    /// An `arch`.
    private struct Size: Sendable {
        /// The channels of the first blocks.
        var channels: Int
        var layers: Int
        var heads: Int
        /// Blocks that halve the map.
        var downscales: [Int]
    }

    private static let sizes = [
        "tiny": Size(channels: 96, layers: 10, heads: 1, downscales: [1, 3, 8]),
        "small": Size(channels: 96, layers: 16, heads: 1, downscales: [1, 3, 14]),
        "base": Size(channels: 96, layers: 24, heads: 1, downscales: [2, 5, 21]),
        "large": Size(channels: 144, layers: 48, heads: 2, downscales: [2, 8, 44]),
    ]

    private let size: Size
    private let image: Extent2d
    package var imageSize: Extent2d? { image }
    private let inputChannels: Int
    private let patches: PatchEmbed.Configuration
    private let hasPositions: Bool
    private let resizing: Operation.Resize.Mode
    private let channelFactor, headFactor, keyStride: Int
    private let block: BlockSettings
    private let outScales: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_path_rate", "rel_pos_zero_init", "init_cfg")
        size = try config.variant("arch", of: Self.sizes, default: "base", ignoringMore: true) {
            config throws(ArgumentError) in
            let size = Size(
                channels: try config.positive("embed_dims"), layers: try config.positive("num_layers"),
                heads: try config.positive("num_heads"), downscales: try config.ints("downscale_indices"))
            guard size.layers <= 1024, size.downscales.count <= 16 else {
                throw config.error(
                    "num_layers", "\(size.layers) layers of \(size.downscales.count) scales are too many")
            }
            return size
        }
        image = try config.squareOrExtent("img_size", default: 224)
        inputChannels = try config.inputChannels()
        let isUsual = config.value("patch_cfg") == nil
        patches = try config.dictionary("patch_cfg") { config throws(ArgumentError) in
            let usual = PatchEmbed.Configuration(kernel: .square(16), stride: .square(16))
            var patches = try config.patches(usual)
            if !config.has("stride") { patches.stride = patches.kernel }
            return isUsual ? .init(kernel: .square(7), stride: .square(4), padding: .fixed(.square(3))) : patches
        }
        hasPositions = try config.bool("use_abs_pos_embed", default: false)
        resizing = try config.resizing("interpolate_mode")
        channelFactor = try config.positive("dim_mul", default: 2)
        headFactor = try config.positive("head_mul", default: 2)
        keyStride = try config.positive("adaptive_kv_stride", default: 4)
        let kernel = try config.ints("pool_kernel", default: [3, 3])
        guard kernel.count == 2, kernel.allSatisfy({ 1...1024 ~= $0 }) else {
            throw config.error("pool_kernel", "'pool_kernel' should be two integers above 0")
        }
        block = BlockSettings(
            norm: try config.requiredNorm(default: .layerNorm(epsilon: 1e-6)),
            kernel: Extent2d(height: kernel[0], width: kernel[1]), ratio: try config.ratio("mlp_ratio", default: 4),
            bias: try config.bool("qkv_bias", default: true),
            hasBiases: try config.bool("rel_pos_spatial", default: true),
            addsQueries: try config.bool("residual_pooling", default: true),
            widensInAttention: try config.bool("dim_mul_in_attention", default: true))
        outScales = try config.outIndices(
            "out_scales", default: [-1], count: size.downscales.count + 1, negatives: .inLists)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private let scope: Scope
        private let resizing: Operation.Resize.Mode
        private let positions: Int?
        /// The grid of the image that the hyper-parameters state.
        private let grid: Extent2d
        private let patchEmbed: PatchEmbed
        private let blocks: [Block]
        /// By block; of those that end a scale which the network gives.
        private let norms: [Int: any Module]

        init(_ scope: Scope, _ net: MViT) throws(GraphError) {
            self.scope = scope
            resizing = net.resizing
            let size = net.size
            grid = try net.patches.grid(of: net.image, module: scope("patch_embed").path)
            positions =
                net.hasPositions ? try scope.declare("pos_embed", [1, grid.height * grid.width, size.channels]) : nil
            patchEmbed = try PatchEmbed(scope("patch_embed"), net.inputChannels, size.channels, net.patches)
            var blocks: [Block] = []
            var ends: [(block: Int, scale: Int, channels: Int)] = []
            var scales = Dictionary(size.downscales.enumerated().map { ($1 - 1, $0) }) { $1 }
            scales[size.layers - 1] = size.downscales.count
            var shape = BlockShape(
                inputs: size.channels, outputs: size.channels, heads: size.heads, keyStride: net.keyStride, grid: grid)
            for index in 0..<size.layers {
                shape.queryStride = 1
                if size.downscales.contains(index) {
                    shape.heads *= net.headFactor
                    shape.queryStride = 2
                    shape.keyStride = max(shape.keyStride / 2, 1)
                }
                shape.inputs = shape.outputs
                if size.downscales.contains(net.block.widensInAttention ? index : index + 1) {
                    shape.outputs *= net.channelFactor
                }
                guard shape.outputs < 1 << 24, shape.heads <= shape.outputs else {
                    throw .configuration(
                        module: scope.path, "\(shape.outputs) channels of \(shape.heads) heads cannot be built")
                }
                blocks.append(try Block(scope("blocks")(index), shape, net.block))
                shape.grid = Extent2d(
                    height: shape.grid.height / shape.queryStride, width: shape.grid.width / shape.queryStride)
                if let scale = scales[index], net.outScales.contains(scale) {
                    ends.append((index, scale, shape.outputs))
                }
            }
            // In the state dict they follow all blocks.
            var norms: [Int: any Module] = [:]
            for end in ends { norms[end.block] = try net.block.norm.layer(scope("norm\(end.scale)"), end.channels) }
            self.blocks = blocks
            self.norms = norms
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            var (value, grid) = try patchEmbed(input.value)
            if let positions {
                let embedding = try scope.value(ofParameter: positions)
                value = try scope.add(
                    value, try scope.resizedPositions(embedding, from: self.grid, to: grid, resizing, extraTokens: 0))
            }
            var levels: [Value] = []
            for (index, block) in blocks.enumerated() {
                (value, grid) = try block(value, grid)
                guard let norm = norms[index] else { continue }
                value = try norm(value)
                levels.append(try scope.map(of: value, grid))
            }
            return try scope.features(levels)
        }
    }
}

import ModelConfig
import ModelGraph

/// Conformer (Peng et al. 2021, arXiv:2105.03889): a convolutional network and a transformer side by side, each of whose
/// blocks takes in what the other one computes.
///
/// Source: `mmpretrain/models/backbones/conformer.py` of MMPreTrain 1.2. An output is a pair: the feature of the
/// convolutions and that of the transformer. Upstream's input always has 3 channels, and its stem 64; `in_channels` is
/// this implementation's.
package struct Conformer: Architecture {
    package static let typeNames = ["Conformer"]

    /// An `arch`.
    private struct Size: Sendable {
        /// The channels of the transformer.
        var channels: Int
        /// Channels of the convolutions per base channel.
        var ratio: Double
        var heads: Int
        var depth: Int
    }

    private static let sizes: [String: Size] = TransformerSize.named([
        (["t", "tiny"], Size(channels: 384, ratio: 1, heads: 6, depth: 12)),
        (["s", "small"], Size(channels: 384, ratio: 4, heads: 6, depth: 12)),
        (["b", "base"], Size(channels: 576, ratio: 6, heads: 9, depth: 12)),
    ])

    private let size: Size
    /// Side of a token's square on the map of the stem, a quarter of that on the image.
    private let stride: Int
    private let baseChannels, inputChannels: Int
    private let ratio: Double
    private let bias, hasClassToken: Bool
    /// The blocks whose outputs the backbone gives, counted from 1.
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_path_rate", "norm_eval", "frozen_stages", "init_cfg")
        let size = try config.variant("arch", of: Self.sizes, default: "tiny") { config throws(ArgumentError) in
            let size = Size(
                channels: try config.positive("embed_dims"), ratio: try config.ratio("channel_ratio", default: 1),
                heads: try config.positive("num_heads"), depth: try config.positive("depths"))
            guard size.channels % size.heads == 0, size.depth <= 1024 else {
                throw config.error("num_heads", "\(size.channels) channels do not divide into \(size.heads) heads")
            }
            return size
        }
        self.size = size
        let patch = try config.positive("patch_size", default: 16)
        guard patch % 16 == 0 else {
            throw config.error("patch_size", "the patch size of Conformer must be divisible by 16, and is \(patch)")
        }
        stride = patch / 4
        baseChannels = try config.positive("base_channels", default: 64)
        guard Double(baseChannels) * size.ratio * 4 < 0x1p24, Int(Double(baseChannels) * size.ratio) >= 4 else {
            throw config.error("base_channels", "\(baseChannels) base channels cannot be built")
        }
        inputChannels = try config.inputChannels()
        ratio = try config.ratio("mlp_ratio", default: 4)
        bias = try config.bool("qkv_bias", default: true)
        hasClassToken = try config.bool("with_cls_token", default: true)
        let given = try config.indices("out_indices", default: [-1], negatives: .inLists)
        outIndices = Set(given.map { $0 < 0 ? size.depth + $0 + 1 : $0 })
        guard !given.isEmpty, outIndices.allSatisfy({ 2...max(2, size.depth / 3 * 3) ~= $0 }) else {
            throw config.error("out_indices", "'out_indices' should be of the blocks 2 to \(size.depth)")
        }
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private let scope: Scope
        private let outIndices: Set<Int>
        private let classToken: Int?
        private let stem: [any Module]
        private let firstBlock: ConvBlock
        private let patchConv: Conv2d
        private let firstLayer: TransformerLayer
        private let blocks: [Block]
        private let norm: LayerNorm

        init(_ scope: Scope, _ net: Conformer) throws(GraphError) {
            self.scope = scope
            outIndices = net.outIndices
            let (channels, stride, depth) = (net.size.channels, net.stride, net.size.depth)
            classToken = net.hasClassToken ? try scope.declare("cls_token", [1, 1, channels]) : nil
            let padding = AdaptivePadding(
                scope("auto_pad"), .corner, kernel: .square(stride), stride: .square(stride), dilation: .square(1))
            stem =
                [
                    try Conv2d(scope("conv1"), net.inputChannels, 64, kernel: 7, stride: 2, padding: 3, bias: false),
                    try BatchNorm(scope("bn1"), 64), ActivationLayer(scope("act1"), .relu),
                    MaxPool2d(scope("maxpool"), kernel: 3, stride: 2, padding: 1),
                ] + (padding.map { [$0] } ?? [])
            var outputs = Int(Double(net.baseChannels) * net.size.ratio)
            firstBlock = try ConvBlock(scope("conv_1"), 64, outputs, hasShortcut: true)
            patchConv = try Conv2d(scope("trans_patch_conv"), 64, channels, kernel: stride, stride: stride)
            let layer = TransformerLayer.Configuration(
                heads: net.size.heads, hidden: Int(Double(channels) * net.ratio), norm: .layerNorm(epsilon: 1e-6),
                bias: net.bias)
            firstLayer = try TransformerLayer(scope("trans_1"), channels, layer)
            var blocks: [Block] = []
            var inputs = outputs
            for third in 0..<3 {
                outputs = Int(Double(net.baseChannels) * net.size.ratio * Double(1 << third))
                // The blocks above are the first of the first third.
                for position in (third == 0 ? 1 : 0)..<max(third == 0 ? 1 : 0, depth / 3) {
                    let index = third * (depth / 3) + position + 1
                    let widens = third > 0 && position == 0
                    blocks.append(
                        try Block(
                            scope("conv_trans_\(index)"), inputs, outputs, channels, layer,
                            convStride: widens ? 2 : 1, tokenStride: stride >> third,
                            hasClassToken: net.hasClassToken, isLast: index == depth))
                    inputs = outputs
                }
            }
            self.blocks = blocks
            norm = try LayerNorm(scope("trans_norm"), channels)
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            var base = input.value
            for module in stem { base = try module(base) }
            var map = try firstBlock(base).output
            var tokens = try scope.tokens(of: try patchConv(base))
            if let classToken {
                let token = try scope.repeated(
                    try scope.value(ofParameter: classToken), batch: scope.shape(of: tokens)[0])
                tokens = try scope.concat([token, tokens], axis: 1)
            }
            tokens = try firstLayer(tokens)
            var levels: [[Value]] = []
            for (index, block) in blocks.enumerated() {
                (map, tokens) = try block(map, tokens)
                guard outIndices.contains(index + 2) else { continue }
                let pooled = try scope.flatten(try AdaptiveAvgPool2d(scope("pooling"), 1)(map))
                let normalized = try norm(tokens)
                let feature =
                    classToken == nil
                    ? try scope.mean(normalized, axes: [1]) : try scope.select(normalized, axis: 1, 0)
                levels.append([pooled, feature])
            }
            guard !levels.isEmpty else { throw .configuration(module: scope.path, "gives no output") }
            scope.output(levels.flatMap { $0 })
            return Features(levels)
        }
    }
}

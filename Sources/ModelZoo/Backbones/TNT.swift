import ModelConfig
import ModelGraph

/// Transformer in transformer (Han et al. 2021, arXiv:2103.00112): each patch has tokens of its own, which attend to each
/// other and are added to the token of the patch.
///
/// Upstream takes `act_cfg` and does not use it.
///
/// Source: `mmpretrain/models/backbones/tnt.py` of MMPreTrain 1.2.
package struct TNT: Architecture {
    package static let typeNames = ["TNT"]

    /// An `arch`.
    private struct Size: Sendable {
        /// The channels of the patches, then of their pixels.
        var channels, pixelChannels: Int
        var layers: Int
        var heads, pixelHeads: Int
    }

    private static let sizes = TransformerSize.named([
        (["s", "small"], Size(channels: 384, pixelChannels: 24, layers: 12, heads: 6, pixelHeads: 4)),
        (["b", "base"], Size(channels: 640, pixelChannels: 40, layers: 12, heads: 10, pixelHeads: 4)),
    ])

    private let size: Size
    private let image: Extent2d
    package var imageSize: Extent2d? { image }
    /// The grid of the patches.
    private let grid: Extent2d
    /// A patch in steps of the first convolution.
    private let patch: Extent2d
    private let inputChannels, stride: Int
    private let norm: NormLayer
    private let block: BlockSettings

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_rate", "attn_drop_rate", "drop_path_rate", "init_cfg", "act_cfg")
        size = try config.variant("arch", of: Self.sizes, default: "b") { config throws(ArgumentError) in
            let size = Size(
                channels: try config.positive("embed_dims_outer"),
                pixelChannels: try config.positive("embed_dims_inner"),
                layers: try config.positive("num_layers"), heads: try config.positive("num_heads_outer"),
                pixelHeads: try config.positive("num_heads_inner"))
            guard size.layers <= 1024 else {
                throw config.error("num_layers", "\(size.layers) layers are too many")
            }
            return size
        }
        for (channels, heads) in [(size.channels, size.heads), (size.pixelChannels, size.pixelHeads)] {
            guard channels % heads == 0 else {
                throw config.error("arch", "\(channels) channels do not divide into \(heads) heads")
            }
        }
        image = try config.squareOrExtent("img_size", default: 224)
        let pixels = try config.squareOrExtent("patch_size", default: 16)
        stride = try config.positive("first_stride", default: 4)
        guard pixels.height > 0, pixels.width > 0, image.height >= pixels.height, image.width >= pixels.width,
            max(image.height, image.width) < 1 << 16
        else {
            throw config.error(
                "img_size",
                "\(image.height) × \(image.width) has no patches of \(pixels.height) × \(pixels.width)")
        }
        grid = Extent2d(height: image.height / pixels.height, width: image.width / pixels.width)
        patch = Extent2d(
            height: (pixels.height + stride - 1) / stride, width: (pixels.width + stride - 1) / stride)
        inputChannels = try config.inputChannels()
        norm = try config.requiredNorm(default: .layerNorm(epsilon: 1e-5))
        block = BlockSettings(
            norm: norm, hiddenRatio: try config.positive("ffn_ratio", default: 4),
            linearLayers: try config.int("num_fcs", default: 2), bias: try config.bool("qkv_bias", default: false))
        guard 2...64 ~= block.linearLayers else {
            throw config.error("num_fcs", "num_fcs should be no less than 2, not \(block.linearLayers)")
        }
        guard block.hiddenRatio <= 1024 else { throw config.error("ffn_ratio", "'ffn_ratio' is \(block.hiddenRatio)") }
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private let scope: Scope
        private let net: TNT
        private let classToken, patchPositions, pixelPositions: Int
        private let pixels: Conv2d
        private let norm1, norm2: any Module
        private let projection: Linear
        private let layers: [Layer]
        private let norm: any Module

        init(_ scope: Scope, _ net: TNT) throws(GraphError) {
            self.scope = scope
            self.net = net
            let (channels, pixelChannels) = (net.size.channels, net.size.pixelChannels)
            let (patches, places) = (net.grid.height * net.grid.width, net.patch.height * net.patch.width)
            classToken = try scope.declare("cls_token", [1, 1, channels])
            patchPositions = try scope.declare("patch_pos", [1, patches + 1, channels])
            pixelPositions = try scope.declare("pixel_pos", [1, pixelChannels, net.patch.height, net.patch.width])
            pixels = try Conv2d(
                scope("pixel_embed")("proj"), net.inputChannels, pixelChannels, kernel: 7, stride: net.stride,
                padding: 3)
            norm1 = try net.norm.layer(scope("norm1_proj"), places * pixelChannels)
            projection = try Linear(scope("projection"), places * pixelChannels, channels)
            norm2 = try net.norm.layer(scope("norm2_proj"), channels)
            var layers: [Layer] = []
            for index in 0..<net.size.layers {
                layers.append(
                    try Layer(
                        scope("layers")(index), channels: channels, heads: net.size.heads,
                        pixelChannels: pixelChannels, pixelHeads: net.size.pixelHeads, places: places, net.block))
            }
            self.layers = layers
            norm = try net.norm.layer(scope("norm"), channels)
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            let batch = scope.shape(of: input.value)[0]
            var pixels = try embedded(input.value)
            let flat = try scope.reshape(pixels, [batch, net.grid.height * net.grid.width, -1])
            let tokens = try norm2(try projection(try norm1(flat)))
            let token = try scope.repeated(try scope.value(ofParameter: classToken), batch: batch)
            var patches = try scope.add(
                try scope.concat([token, tokens], axis: 1), try scope.value(ofParameter: patchPositions))
            patches = Identity(scope("drop_after_pos"))(patches)
            for layer in layers { (pixels, patches) = try layer(pixels, patches) }
            return try scope.features([try scope.select(try norm(patches), axis: 1, 0)])
        }

        /// `PixelEmbed`: an image → `[N · patches, pixels of a patch, channels]`.
        private func embedded(_ image: Value) throws(GraphError) -> Value {
            let (place, grid) = (scope("pixel_embed"), scope.grid(of: image))
            guard grid == net.image else {
                throw .configuration(
                    module: place.path,
                    "input image size (\(grid.height)*\(grid.width)) doesn't match model "
                        + "(\(net.image.height)*\(net.image.width))")
            }
            let map = try pixels(image)
            let windows = place("unfold").output(
                try place("unfold").unfold(map, Operation.Unfold(kernel: net.patch, stride: net.patch)))
            let (batch, channels) = (scope.shape(of: map)[0], net.size.pixelChannels)
            let patches = try place.reshape(
                try place.transpose(windows, 1, 2),
                [batch * net.grid.height * net.grid.width, channels, net.patch.height, net.patch.width])
            let placed = try place.add(patches, try place.value(ofParameter: pixelPositions))
            return place.output(try place.tokens(of: placed))
        }
    }
}

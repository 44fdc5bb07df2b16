import ModelGraph

extension Conformer {
    private static let norm = NormLayer.batchNorm(epsilon: 1e-6)

    /// Three convolutions beside a shortcut; the second one may take in another map, and its result is of use elsewhere.
    struct ConvBlock {
        private struct Layer {
            let conv: Conv2d
            let norm: any Module
            let act: ActivationLayer

            init(_ scope: Scope, _ index: Int, _ inputs: Int, _ outputs: Int, stride: Int = 1) throws(GraphError) {
                let kernel = index == 2 ? 3 : 1
                conv = try Conv2d(
                    scope("conv\(index)"), inputs, outputs, kernel: kernel, stride: stride, padding: kernel / 2,
                    bias: false)
                norm = try Conformer.norm.layer(scope("bn\(index)"), outputs)
                act = ActivationLayer(scope("act\(index)"), .relu)
            }
        }

        private let scope: Scope
        private let layers: [Layer]
        private let shortcut: [any Module]

        /// - Parameter hasShortcut: whether the shortcut has a convolution, `residual_conv`.
        init(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, stride: Int = 1, hasShortcut: Bool
        ) throws(GraphError) {
            self.scope = scope
            let hidden = outputs / 4
            layers = [
                try Layer(scope, 1, inputs, hidden), try Layer(scope, 2, hidden, hidden, stride: stride),
                try Layer(scope, 3, hidden, outputs),
            ]
            shortcut =
                hasShortcut
                ? [
                    try Conv2d(scope("residual_conv"), inputs, outputs, kernel: 1, stride: stride, bias: false),
                    try Conformer.norm.layer(scope("residual_bn"), outputs),
                ] : []
        }

        /// `[N, inputs, H, W]` → `[N, outputs, H', W']` and what the second convolution gives,
        /// `[N, outputs / 4, H', W']`.
        /// - Parameters:
        ///   - added: `[N, outputs / 4, H, W]`, added before the second convolution.
        ///   - givesBoth: whether hooks see both results.
        func callAsFunction(
            _ input: Value, adding added: Value? = nil, givesBoth: Bool = false
        ) throws(GraphError) -> (output: Value, inner: Value) {
            var value = try layers[0].act(try layers[0].norm(try layers[0].conv(input)))
            if let added { value = try scope.add(value, added) }
            let inner = try layers[1].act(try layers[1].norm(try layers[1].conv(value)))
            value = Identity(scope("drop_path"))(try layers[2].norm(try layers[2].conv(inner)))
            var identity = input
            for module in shortcut { identity = try module(identity) }
            let output = try layers[2].act(try scope.add(value, identity))
            if givesBoth { scope.output([output, inner]) } else { scope.output(output) }
            return (output, inner)
        }
    }

    /// `ConvTransBlock`: a block of convolutions, a transformer's layer that takes in its inner map, and a second block
    /// that takes in the layer's tokens.
    struct Block {
        private let scope: Scope
        private let stride: Int
        private let hasClassToken: Bool
        private let convBlock, fusionBlock: ConvBlock
        /// `FCUDown`: a map becomes tokens.
        private let downConv: Conv2d
        private let downNorm: LayerNorm
        /// `FCUUp`: tokens become a map.
        private let upConv: Conv2d
        private let upNorm: any Module
        private let layer: TransformerLayer

        init(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, _ channels: Int,
            _ layer: TransformerLayer.Configuration, convStride: Int, tokenStride: Int, hasClassToken: Bool,
            isLast: Bool
        ) throws(GraphError) {
            self.scope = scope
            self.hasClassToken = hasClassToken
            stride = tokenStride
            convBlock = try ConvBlock(
                scope("cnn_block"), inputs, outputs, stride: convStride, hasShortcut: convStride > 1)
            fusionBlock = try ConvBlock(
                scope("fusion_block"), outputs, outputs, stride: isLast ? 2 : 1, hasShortcut: isLast)
            let (down, up) = (scope("squeeze_block"), scope("expand_block"))
            downConv = try Conv2d(down("conv_project"), outputs / 4, channels, kernel: 1)
            downNorm = try LayerNorm(down("ln"), channels, epsilon: 1e-6)
            upConv = try Conv2d(up("conv_project"), channels, outputs / 4, kernel: 1)
            upNorm = try Conformer.norm.layer(up("bn"), outputs / 4)
            self.layer = try TransformerLayer(scope("trans_block"), channels, layer)
        }

        func callAsFunction(_ map: Value, _ tokens: Value) throws(GraphError) -> (map: Value, tokens: Value) {
            let (value, inner) = try convBlock(map, givesBoth: true)
            let grid = scope.grid(of: inner)
            let mixed = try layer(try scope.add(try squeeze(inner, tokens), tokens))
            let features = try expand(
                mixed, Extent2d(height: grid.height / stride, width: grid.width / stride))
            let output = try fusionBlock(value, adding: features).output
            scope.output([output, mixed])
            return (output, mixed)
        }

        /// `[N, C, H, W]` → tokens of the means of its squares, with the class token of `tokens` in front.
        private func squeeze(_ map: Value, _ tokens: Value) throws(GraphError) -> Value {
            let module = scope("squeeze_block")
            let pool = AvgPool2d(module("sample_pooling"), kernel: stride, stride: stride)
            var value = try downNorm(try module.tokens(of: try pool(try downConv(map))))
            value = try ActivationLayer(module("act"), .gelu)(value)
            if hasClassToken {
                value = try module.concat([try module.slice(tokens, axis: 1, 0..<1), value], axis: 1)
            }
            return module.output(value)
        }

        /// `[N, 1 + h·w, C]` → a map in which each token is a square.
        private func expand(_ tokens: Value, _ grid: Extent2d) throws(GraphError) -> Value {
            let module = scope("expand_block")
            let patches = try module.slice(
                tokens, axis: 1, (hasClassToken ? 1 : 0)..<module.shape(of: tokens)[1])
            let map = try upNorm(try upConv(try module.map(of: patches, grid)))
            let value = try ActivationLayer(module("act"), .relu)(map)
            return module.output(
                try module.resize(
                    value, .nearest, to: Extent2d(height: grid.height * stride, width: grid.width * stride)))
        }
    }
}

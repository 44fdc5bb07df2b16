import ModelGraph

extension TNT {
    /// What all transformer blocks of a network have in common.
    struct BlockSettings: Sendable {
        var norm: NormLayer
        /// Hidden channels of a feed-forward network per channel.
        var hiddenRatio: Int
        /// Linear layers of a feed-forward network.
        var linearLayers: Int
        /// Whether the projection to q, k and v has a bias.
        var bias: Bool
    }

    /// A transformer block of the pixels, whose tokens are added to those of their patches, and one of the patches:
    /// `TnTLayer`.
    struct Layer {
        private let scope: Scope
        private let inner, outer: Block
        private let norm: any Module
        private let projection: Linear

        /// - Parameter places: pixels of a patch.
        init(
            _ scope: Scope, channels: Int, heads: Int, pixelChannels: Int, pixelHeads: Int, places: Int,
            _ settings: BlockSettings
        ) throws(GraphError) {
            self.scope = scope
            inner = try Block(scope("inner_block"), pixelChannels, heads: pixelHeads, settings)
            norm = try settings.norm.layer(scope("norm_proj"), pixelChannels)
            projection = try Linear(scope("projection"), pixelChannels * places, channels)
            outer = try Block(scope("outer_block"), channels, heads: heads, settings)
        }

        /// `[N · patches, pixels, pixelChannels]` and `[N, 1 + patches, channels]` → the same shapes.
        func callAsFunction(_ pixels: Value, _ patches: Value) throws(GraphError) -> (pixels: Value, patches: Value) {
            let pixels = try inner(pixels)
            let shape = scope.shape(of: patches)
            let normalized = try scope.reshape(try norm(pixels), [shape[0], shape[1] - 1, -1])
            let own = try scope.slice(patches, axis: 1, 1..<shape[1])
            let sum = try scope.add(own, try projection(normalized))
            let all = try scope.concat([try scope.slice(patches, axis: 1, 0..<1), sum], axis: 1)
            let outputs = [pixels, try outer(all)]
            scope.output(outputs)
            return (outputs[0], outputs[1])
        }
    }

    /// Attention and a feed-forward network, each with a norm before it and a shortcut: `TransformerBlock`.
    struct Block: Module {
        private let scope: Scope
        private let attentionNorm, norm: any Module
        private let attention: PackedAttention
        private let feedForward: FeedForward

        init(_ scope: Scope, _ channels: Int, heads: Int, _ settings: BlockSettings) throws(GraphError) {
            self.scope = scope
            attentionNorm = try settings.norm.layer(scope("norm_attn"), channels)
            attention = try PackedAttention(scope("attn"), channels, heads: heads, bias: settings.bias)
            norm = try settings.norm.layer(scope("norm_ffn"), channels)
            feedForward = try FeedForward(
                scope("ffn"), channels, hidden: settings.hiddenRatio * channels, count: settings.linearLayers)
        }

        /// `[N, L, channels]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let value = try attention(try attentionNorm(input), identity: input)
            return scope.output(try feedForward(try norm(value), identity: value))
        }
    }
}

/// mmcv's `MultiheadAttention` around `torch.nn.MultiheadAttention`, whose weights of q, k and v are one tensor and which
/// writes out its products, and the shortcut.
///
/// Source: `mmcv/cnn/bricks/transformer.py` of mmcv 2.2, `torch/nn/functional.py` of PyTorch 2.
struct PackedAttention {
    private let scope: Scope
    private let heads: Int
    /// Weights of the projection to q, k and v, and of the one after the attention.
    private let input, output: [Int]

    init(_ scope: Scope, _ channels: Int, heads: Int, bias: Bool) throws(GraphError) {
        self.scope = scope
        self.heads = heads
        let attn = scope("attn")
        var input = [try attn.declare("in_proj_weight", [3 * channels, channels])]
        if bias { input.append(try attn.declare("in_proj_bias", [3 * channels])) }
        self.input = input
        output = [
            try attn("out_proj").declare("weight", [channels, channels]),
            try attn("out_proj").declare("bias", [channels]),
        ]
    }

    /// `[N, L, channels]` → the same shape.
    func callAsFunction(_ value: Value, identity: Value) throws(GraphError) -> Value {
        let attn = scope("attn")
        let parts = try attn.splitHeads(try attn.record(.linear, value, weights: input), heads: heads)
        let scale = 1 / Double(attn.shape(of: parts[0])[3]).squareRoot()
        let scores = try attn.matmul(try attn.scale(parts[0], by: scale), parts[1], transposed: true)
        let attended = try attn.joinHeads(try attn.matmul(try attn.softmax(scores), parts[2]))
        let projected = try attn.record(.linear, attended, weights: output)
        attn.output([projected])
        let dropped = Identity(scope("dropout_layer"))(Identity(scope("proj_drop"))(projected))
        return scope.output(try scope.add(identity, dropped))
    }
}

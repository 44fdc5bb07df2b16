import ModelGraph

extension DaViT {
    /// What all blocks of a network have in common.
    struct BlockSettings: Sendable {
        var window: Int
        /// Hidden channels of the feed-forward networks per channel.
        var ratio: Double
        var bias: Bool
        var padsSmallMap: Bool
    }

    /// `DaViTBlock`: attention in windows, then attention among channels.
    struct DualBlock {
        private let scope: Scope
        private let spatial, channel: Block

        init(
            _ scope: Scope, _ channels: Int, heads: Int, _ settings: BlockSettings, _ feedForward: FeedForward.Settings
        ) throws(GraphError) {
            self.scope = scope
            spatial = try Block(
                scope("spatial_block"), channels, settings, feedForward
            ) { attn throws(GraphError) in
                let attend = try WindowAttention(
                    attn("w_msa"), channels, window: nil, heads: heads, bias: settings.bias)
                let attention = ShiftWindowAttention(
                    attn, window: settings.window, shift: 0, padsSmallMap: settings.padsSmallMap
                ) { input, mask throws(GraphError) in try attend(input, mask: mask) }
                return { input, grid throws(GraphError) in try attention(input, grid) }
            }
            channel = try Block(scope("channel_block"), channels, settings, feedForward) { attn throws(GraphError) in
                let attention = try ChannelAttention(attn, channels, heads: heads, bias: settings.bias)
                return { input, _ throws(GraphError) in try attention(input) }
            }
        }

        func callAsFunction(_ input: Value, _ grid: Extent2d) throws(GraphError) -> Value {
            scope.output(try channel(try spatial(input, grid), grid))
        }
    }

    private typealias Attention = (_ input: Value, _ grid: Extent2d) throws(GraphError) -> Value

    /// Positions by a convolution, norm and attention; positions again, norm and feed-forward network.
    private struct Block {
        private let scope: Scope
        private let positions1, positions2: ConditionalPositions
        private let norm1, norm2: LayerNorm
        private let attention: Attention
        private let feedForward: FeedForward

        init(
            _ scope: Scope, _ channels: Int, _ settings: BlockSettings, _ network: FeedForward.Settings,
            attention: (Scope) throws(GraphError) -> Attention
        ) throws(GraphError) {
            self.scope = scope
            positions1 = try ConditionalPositions(scope("cpe1"), channels)
            norm1 = try LayerNorm(scope("norm1"), channels)
            self.attention = try attention(scope("attn"))
            positions2 = try ConditionalPositions(scope("cpe2"), channels)
            norm2 = try LayerNorm(scope("norm2"), channels)
            feedForward = try FeedForward(
                scope("ffn"), channels, hidden: Int(Double(channels) * settings.ratio), network)
        }

        func callAsFunction(_ input: Value, _ grid: Extent2d) throws(GraphError) -> Value {
            var value = try positions1(input, grid)
            value = try scope.add(try attention(try norm1(value), grid), value)
            value = try positions2(value, grid)
            return scope.output(try feedForward(try norm2(value), identity: value))
        }
    }

    /// Attention in which the channels of a head are what attends.
    private struct ChannelAttention {
        private let scope: Scope
        private let heads: Int
        private let qkv, proj: Linear

        init(_ scope: Scope, _ channels: Int, heads: Int, bias: Bool) throws(GraphError) {
            self.scope = scope
            self.heads = heads
            qkv = try Linear(scope("qkv"), channels, 3 * channels, bias: bias)
            proj = try Linear(scope("proj"), channels, channels)
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let parts = try scope.splitHeads(try qkv(input), heads: heads)
            let scale = 1 / Double(scope.shape(of: parts[0])[3]).squareRoot()
            let keys = try scope.transpose(try scope.scale(parts[1], by: scale), -1, -2)
            let weights = try scope.softmax(try scope.matmul(keys, parts[2]))
            let attended = try scope.transpose(try scope.matmul(weights, parts[0], transposed: true), -1, -2)
            return scope.output(try proj(try scope.joinHeads(attended)))
        }
    }
}

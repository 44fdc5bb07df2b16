import ModelGraph

extension EdgeNeXt {
    /// `PositionEncodingFourier`: sines and cosines of rows and columns through a 1×1 convolution.
    ///
    /// Source: `mmpretrain/models/utils/position_encoding.py` of MMPreTrain 1.2.
    struct FourierEmbedding {
        private let scope: Scope
        private let channels: Int
        private let proj: Conv2d

        init(_ scope: Scope, _ channels: Int) throws(GraphError) {
            self.scope = scope
            self.channels = channels
            proj = try Conv2d(scope("proj"), 64, channels, kernel: 1)
        }

        /// `[batch, channels, H, W]`.
        func callAsFunction(_ grid: Extent2d, batch: Int) throws(GraphError) -> Value {
            let code = try scope.constant(.fourierPositions(grid, channels: 32))
            let shape = [batch] + scope.shape(of: code).dropFirst()
            return scope.output(try proj(try scope.expand(code, shape)))
        }
    }

    /// `SDTAEncoder`: convolutions of groups of channels, each with what the one before gave, attention among the channels
    /// and two linear layers.
    struct AttentionBlock: Module {
        private let scope: Scope
        /// Channels of a group; the last group has what is left.
        private let groupChannels: Int
        private let attentionGamma, gamma: Int
        private let convolutions: [Conv2d]
        private let positions: FourierEmbedding?
        private let attentionNorm, norm: LayerNorm
        private let attention: ChannelAttention
        private let pointwise1, pointwise2: Linear

        init(
            _ scope: Scope, _ channels: Int, heads: Int, groups: Int, hiddenRatio: Int, hasPositions: Bool
        ) throws(GraphError) {
            self.scope = scope
            let groupChannels = (channels + groups - 1) / groups
            self.groupChannels = groupChannels
            attentionGamma = try scope.declare("gamma_csa", [channels])
            gamma = try scope.declare("gamma", [channels])
            var convolutions: [Conv2d] = []
            for index in 0..<max(1, groups - 1) {
                convolutions.append(
                    try Conv2d(
                        scope("conv_modules")(index), groupChannels, groupChannels, kernel: 3, padding: 1,
                        groups: groupChannels))
            }
            self.convolutions = convolutions
            positions = hasPositions ? try FourierEmbedding(scope("pos_embed"), channels) : nil
            attentionNorm = try LayerNorm(scope("norm_csa"), channels)
            attention = try ChannelAttention(scope("csa"), channels, heads: heads)
            norm = try LayerNorm(scope("norm"), channels)
            pointwise1 = try Linear(scope("pointwise_conv1"), channels, hiddenRatio * channels)
            pointwise2 = try Linear(scope("pointwise_conv2"), hiddenRatio * channels, channels)
        }

        /// `[N, channels, H, W]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let (grid, drop) = (scope.grid(of: input), Identity(scope("drop_path")))
            var tokens = try scope.tokens(of: try convolved(input))
            if let positions {
                tokens = try scope.add(
                    tokens, try scope.tokens(of: try positions(grid, batch: scope.shape(of: input)[0])))
            }
            let attended = try scope.multiply(
                try scope.value(ofParameter: attentionGamma), by: try attention(try attentionNorm(tokens)))
            tokens = try scope.add(tokens, drop(attended))
            var value = try pointwise1(try norm(try scope.mapChannelsLast(of: tokens, grid)))
            value = try pointwise2(try ActivationLayer(scope("act"), .gelu)(value))
            value = try scope.multiply(try scope.value(ofParameter: gamma), by: value)
            return scope.output(try scope.add(input, drop(try scope.permute(value, [0, 3, 1, 2]))))
        }

        private func convolved(_ input: Value) throws(GraphError) -> Value {
            let channels = scope.shape(of: input)[1]
            var extents = [Int](repeating: groupChannels, count: channels / groupChannels)
            if channels % groupChannels > 0 { extents.append(channels % groupChannels) }
            guard extents.count > convolutions.count else {
                throw .configuration(
                    module: scope.path,
                    "\(channels) channels are \(extents.count) groups, not \(convolutions.count + 1)")
            }
            let groups = try scope.split(input, axis: 1, extents: extents)
            var outputs: [Value] = []
            for (index, convolution) in convolutions.enumerated() {
                let sum = try outputs.last.map { output throws(GraphError) in try scope.add(output, groups[index]) }
                outputs.append(try convolution(sum ?? groups[index]))
            }
            return try scope.concat(outputs + [groups[convolutions.count]], axis: 1)
        }
    }

    /// `ChannelMultiheadAttention`: the channels of a head attend to each other.
    ///
    /// Source: `mmpretrain/models/utils/attention.py` of MMPreTrain 1.2.
    struct ChannelAttention: Module {
        private let scope: Scope
        private let heads, scale: Int
        private let qkv, proj: Linear

        init(_ scope: Scope, _ channels: Int, heads: Int) throws(GraphError) {
            self.scope = scope
            self.heads = heads
            scale = try scope.declare("scale", [heads, 1, 1])
            qkv = try Linear(scope("qkv"), channels, 3 * channels)
            proj = try Linear(scope("proj"), channels, channels)
        }

        /// `[N, L, channels]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let shape = scope.shape(of: input)
            var parts: [Value] = []
            for part in try scope.splitHeads(try qkv(input), heads: heads) {
                parts.append(try scope.transpose(part, -2, -1))
            }
            let scores = try scope.matmul(
                try scope.normalize(parts[0], axis: -1), try scope.normalize(parts[1], axis: -1), transposed: true)
            let scaled = try scope.multiply(scores, by: try scope.value(ofParameter: scale))
            let weights = Identity(scope("attn_drop"))(try scope.softmax(scaled))
            let attended = try scope.permute(try scope.matmul(weights, parts[2]), [0, 3, 1, 2])
            let value = try proj(try scope.reshape(attended, shape))
            return scope.output(Identity(scope("out_drop"))(Identity(scope("proj_drop"))(value)))
        }
    }
}

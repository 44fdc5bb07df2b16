import ModelGraph

extension XCiT {
    /// What all blocks of a network have in common.
    struct BlockSettings: Sendable {
        var channels, heads, hidden: Int
        /// Whether the projections to q, k and v have a bias.
        var bias: Bool
        /// Whether class attention has learnt scales.
        var scales: Bool
        /// Whether class attention normalises all tokens before its feed-forward network.
        var normalizesTokens: Bool
        var norm: NormLayer
        /// The norm of feature maps.
        var mapNorm: NormLayer
        var activation: Activation
    }

    /// Attention among the channels, local convolutions and a feed-forward network, each with a norm, a learnt scale and
    /// a shortcut: `XCABlock`.
    struct CovarianceBlock {
        private let scope: Scope
        private let heads: Int
        private let gamma1, gamma2, gamma3: Int
        private let temperature: Int
        private let norm1, norm2, norm3: any Module
        private let qkv, proj: Linear
        private let local1, local2: ConvModule
        private let feedForward: FeedForward

        init(_ scope: Scope, _ settings: BlockSettings) throws(GraphError) {
            self.scope = scope
            let channels = settings.channels
            heads = settings.heads
            gamma1 = try scope.declare("gamma1", [channels])
            gamma3 = try scope.declare("gamma3", [channels])
            gamma2 = try scope.declare("gamma2", [channels])
            norm1 = try settings.norm.layer(scope("norm1"), channels)
            let attn = scope("attn")
            temperature = try attn.declare("temperature", [heads, 1, 1])
            qkv = try Linear(attn("qkv"), channels, 3 * channels, bias: settings.bias)
            proj = try Linear(attn("proj"), channels, channels)
            norm3 = try settings.norm.layer(scope("norm3"), channels)
            let local = scope("local_mp")
            local1 = try ConvModule(
                local("conv1"), channels, channels, kernel: 3, padding: 1, groups: channels, bias: true,
                norm: settings.mapNorm, activation: settings.activation, normalizesLast: true)
            local2 = try ConvModule(
                local("conv2"), channels, channels, kernel: 3, padding: 1, groups: channels, norm: nil,
                activation: nil)
            norm2 = try settings.norm.layer(scope("norm2"), channels)
            feedForward = try FeedForward(
                scope("ffn"), channels, hidden: settings.hidden, activation: settings.activation, addsIdentity: false)
        }

        /// `[N, H·W, channels]` → the same shape.
        func callAsFunction(_ input: Value, _ grid: Extent2d) throws(GraphError) -> Value {
            var value = try add(try attention(try norm1(input)), to: input, scaledBy: gamma1)
            value = try add(try local(try norm3(value), grid), to: value, scaledBy: gamma3)
            return scope.output(try add(try feedForward(try norm2(value)), to: value, scaledBy: gamma2))
        }

        private func add(_ branch: Value, to input: Value, scaledBy gamma: Int) throws(GraphError) -> Value {
            let scaled = try scope.multiply(try scope.value(ofParameter: gamma), by: branch)
            return try scope.add(input, Identity(scope("drop_path"))(scaled))
        }

        private func attention(_ input: Value) throws(GraphError) -> Value {
            let attn = scope("attn")
            let shape = attn.shape(of: input)
            let split = try attn.reshape(try qkv(input), [shape[0], shape[1], 3, heads, shape[2] / heads])
            let parts = try attn.unbind(try attn.permute(split, [2, 0, 3, 4, 1]), axis: 0)
            let scores = try attn.matmul(
                try attn.normalize(parts[0], axis: -1), try attn.normalize(parts[1], axis: -1), transposed: true)
            let scaled = try attn.multiply(scores, by: try attn.value(ofParameter: temperature))
            let weights = Identity(attn("attn_drop"))(try attn.softmax(scaled))
            let attended = try attn.permute(try attn.matmul(weights, parts[2]), [0, 3, 1, 2])
            let value = try proj(try attn.reshape(attended, shape))
            return attn.output(Identity(attn("proj_drop"))(value))
        }

        private func local(_ input: Value, _ grid: Extent2d) throws(GraphError) -> Value {
            let local = scope("local_mp")
            return local.output(try local.tokens(of: try local2(try local1(try local.map(of: input, grid)))))
        }
    }

    /// Attention of the class token to all tokens, and a feed-forward network of the class token: `ClassAttentionBlock`.
    struct ClassBlock: Module {
        private let scope: Scope
        private let heads: Int
        private let normalizesTokens: Bool
        private let gammas: [Int]
        private let norm1, norm2: any Module
        private let q, k, v, proj: Linear
        private let feedForward: FeedForward

        init(_ scope: Scope, _ settings: BlockSettings) throws(GraphError) {
            self.scope = scope
            let channels = settings.channels
            heads = settings.heads
            normalizesTokens = settings.normalizesTokens
            var gammas: [Int] = []
            if settings.scales {
                for name in ["gamma1", "gamma2"] { gammas.append(try scope.declare(name, [channels])) }
            }
            self.gammas = gammas
            norm1 = try settings.norm.layer(scope("norm1"), channels)
            let attn = scope("attn")
            q = try Linear(attn("q"), channels, channels, bias: settings.bias)
            k = try Linear(attn("k"), channels, channels, bias: settings.bias)
            v = try Linear(attn("v"), channels, channels, bias: settings.bias)
            proj = try Linear(attn("proj"), channels, channels)
            norm2 = try settings.norm.layer(scope("norm2"), channels)
            feedForward = try FeedForward(
                scope("ffn"), channels, hidden: settings.hidden, activation: settings.activation, addsIdentity: false)
        }

        /// `[N, 1 + H·W, channels]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let drop = Identity(scope("drop_path"))
            let normalized = try norm1(input)
            let attended = try scope.concat([try attention(normalized), try others(normalized)], axis: 1)
            var value = try scope.add(input, drop(try scaled(attended, 0)))
            value =
                normalizesTokens
                ? try norm2(value)
                : try scope.concat([try norm2(try classToken(value)), try others(value)], axis: 1)
            let token = try scaled(try feedForward(try classToken(value)), 1)
            let changed = try scope.concat([token, try others(value)], axis: 1)
            return scope.output(try scope.add(value, drop(changed)))
        }

        private func classToken(_ tokens: Value) throws(GraphError) -> Value {
            try scope.slice(tokens, axis: 1, 0..<1)
        }

        private func others(_ tokens: Value) throws(GraphError) -> Value {
            try scope.slice(tokens, axis: 1, 1..<scope.shape(of: tokens)[1])
        }

        private func scaled(_ value: Value, _ position: Int) throws(GraphError) -> Value {
            if gammas.isEmpty { return value }
            return try scope.multiply(try scope.value(ofParameter: gammas[position]), by: value)
        }

        private func attention(_ input: Value) throws(GraphError) -> Value {
            let attn = scope("attn")
            let token = try attn.unsqueeze(try q(try attn.select(input, axis: 1, 0)), 1)
            let query = try attn.splitHeads(token, parts: 1, heads: heads)[0]
            let key = try attn.splitHeads(try k(input), parts: 1, heads: heads)[0]
            let value = try attn.splitHeads(try v(input), parts: 1, heads: heads)[0]
            let scale = 1 / Double(attn.shape(of: query)[3]).squareRoot()
            let scores = try attn.matmul(try attn.scale(query, by: scale), key, transposed: true)
            let weights = Identity(attn("attn_drop"))(try attn.softmax(scores))
            let attended = try attn.joinHeads(try attn.matmul(weights, value))
            return attn.output(Identity(attn("proj_drop"))(try proj(attended)))
        }
    }
}

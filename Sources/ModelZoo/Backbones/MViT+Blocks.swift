import ModelGraph

extension MViT {
    /// What all blocks have in common.
    struct BlockSettings: Sendable {
        var norm: NormLayer
        /// The kernel of the pooling of queries, keys and values.
        var kernel: Extent2d
        /// Hidden channels of the perceptron per channel of its input.
        var ratio: Double
        /// Whether the projection to q, k and v has a bias.
        var bias: Bool
        /// Whether attention has a bias by distance.
        var hasBiases: Bool
        /// Whether attention adds the pooled queries to its result.
        var addsQueries: Bool
        /// Whether channels grow in the attention, else in the perceptron.
        var widensInAttention: Bool
    }

    /// What a block has of its own.
    struct BlockShape: Sendable {
        var inputs, outputs, heads: Int
        var queryStride = 1
        var keyStride: Int
        /// The grid of the tokens that come in.
        var grid: Extent2d
    }

    /// `MultiScaleBlock`: norm and pooled attention, norm and perceptron, each with a shortcut, the first one pooled too.
    struct Block {
        private let scope: Scope
        private let widensInAttention: Bool
        private let norm1, norm2: any Module
        private let attention: PooledAttention
        private let fc1, fc2: Linear
        private let act: ActivationLayer
        private let proj: Linear?
        private let poolSkip: MaxPool2d?

        init(_ scope: Scope, _ shape: BlockShape, _ settings: BlockSettings) throws(GraphError) {
            self.scope = scope
            widensInAttention = settings.widensInAttention
            let channels = widensInAttention ? shape.outputs : shape.inputs
            norm1 = try settings.norm.layer(scope("norm1"), shape.inputs)
            attention = try PooledAttention(scope("attn"), shape, channels: channels, settings)
            norm2 = try settings.norm.layer(scope("norm2"), channels)
            let (mlp, hidden) = (scope("mlp"), Int(Double(channels) * settings.ratio))
            // A layer without channels becomes one of as many as come in.
            fc1 = try Linear(mlp("fc1"), channels, hidden == 0 ? channels : hidden)
            act = ActivationLayer(mlp("act"), .gelu)
            fc2 = try Linear(mlp("fc2"), hidden == 0 ? channels : hidden, shape.outputs)
            proj = shape.inputs == shape.outputs ? nil : try Linear(scope("proj"), shape.inputs, shape.outputs)
            poolSkip =
                shape.queryStride == 1
                ? nil
                : MaxPool2d(
                    scope("pool_skip"), kernel: shape.queryStride + 1, stride: shape.queryStride,
                    padding: (shape.queryStride + 1) / 2)
        }

        /// `[N, h·w, inputs]` → `[N, h'·w', outputs]`, and h' and w'.
        func callAsFunction(_ input: Value, _ grid: Extent2d) throws(GraphError) -> (Value, Extent2d) {
            let dropPath = Identity(scope("drop_path"))
            let normalized = try norm1(input)
            let (attended, outputGrid) = try attention(normalized, grid)
            var skip = input
            if widensInAttention, let proj { skip = try proj(normalized) }
            if let poolSkip {
                skip = try scope.tokens(of: try poolSkip(try scope.map(of: skip, grid)))
            }
            let value = try scope.add(skip, dropPath(attended))
            let inner = try norm2(value)
            let mixed = scope("mlp").output(try fc2(try act(try fc1(inner))))
            skip = value
            if !widensInAttention, let proj { skip = try proj(inner) }
            let output = try scope.add(skip, dropPath(mixed))
            scope.output([output])
            return (output, outputGrid)
        }
    }

    /// `MultiScaleAttention`: queries, keys and values are pooled by depthwise convolutions of their maps.
    struct PooledAttention {
        private struct Pooling {
            let conv: Conv2d
            let norm: any Module
        }

        private let scope: Scope
        private let heads, channels: Int
        private let addsQueries: Bool
        private let biases: DecomposedPositions?
        private let qkv, proj: Linear
        /// The poolings of queries, keys and values.
        private let poolings: [Pooling]

        init(
            _ scope: Scope, _ shape: BlockShape, channels: Int, _ settings: BlockSettings
        ) throws(GraphError) {
            self.scope = scope
            self.channels = channels
            heads = shape.heads
            addsQueries = settings.addsQueries
            let width = channels / heads
            if settings.hasBiases {
                guard shape.grid.height == shape.grid.width else {
                    throw .configuration(module: scope.path, "attention by distance needs a square map")
                }
                let extent = max(shape.grid.height / shape.queryStride, shape.grid.height / shape.keyStride)
                biases = try DecomposedPositions(scope, .square(extent), channels: width)
            } else {
                biases = nil
            }
            qkv = try Linear(scope("qkv"), shape.inputs, 3 * channels, bias: settings.bias)
            proj = try Linear(scope("proj"), channels, channels)
            var poolings: [Pooling] = []
            for (name, stride) in [("q", shape.queryStride), ("k", shape.keyStride), ("v", shape.keyStride)] {
                let geometry = Conv2dGeometry(
                    stride: .square(stride),
                    padding: Extent2d(height: settings.kernel.height / 2, width: settings.kernel.width / 2),
                    dilation: .square(1), groups: width)
                poolings.append(
                    Pooling(
                        conv: try Conv2d(
                            scope("pool_\(name)"), width, width, kernel: settings.kernel, geometry, bias: false),
                        norm: try settings.norm.layer(scope("norm_\(name)"), width)))
            }
            self.poolings = poolings
        }

        /// `[N, h·w, inputs]` → `[N, h'·w', channels]`, and h' and w'.
        func callAsFunction(_ input: Value, _ grid: Extent2d) throws(GraphError) -> (Value, Extent2d) {
            var parts: [Value] = []
            var grids: [Extent2d] = []
            for (part, pooling) in zip(try scope.splitHeads(try qkv(input), heads: heads), poolings) {
                let shape = scope.shape(of: part)
                let map = try scope.map(of: try scope.reshape(part, [-1, shape[2], shape[3]]), grid)
                let pooled = try pooling.conv(map)
                let lines = try scope.reshape(pooled, [shape[0], shape[1], shape[3], -1])
                parts.append(try pooling.norm(try scope.transpose(lines, 2, 3)))
                grids.append(scope.grid(of: pooled))
            }
            let (query, key, value) = (parts[0], parts[1], parts[2])
            let scale = 1 / Double(scope.shape(of: query)[3]).squareRoot()
            var scores = try scope.matmul(try scope.scale(query, by: scale), key, transposed: true)
            if let biases { scores = try scope.add(scores, try biases(query, grids[0], grids[1])) }
            var attended = try scope.matmul(try scope.softmax(scores), value)
            if addsQueries { attended = try scope.add(attended, query) }
            let output = try proj(try scope.joinHeads(attended))
            scope.output([output])
            return (output, grids[0])
        }
    }
}

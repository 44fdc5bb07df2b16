import ModelGraph

extension LeViT {
    /// `ConvolutionBatchNorm`: a 3×3 convolution of stride 2 and a batch norm; deployed, the convolution alone.
    struct ConvNormLayer: Module {
        private let parent: Scope
        private let name: String
        private let conv: Conv2d
        private let norm: BatchNorm?

        init(
            _ parent: Scope, name: String, _ inputs: Int, _ outputs: Int, deploy: Bool
        ) throws(GraphError) {
            self.parent = parent
            self.name = name
            let place = parent(name)
            conv = try Conv2d(
                deploy ? place : place("conv"), inputs, outputs, kernel: 3, stride: 2, padding: 1, bias: deploy)
            norm = deploy ? nil : try BatchNorm(place("bn"), outputs)
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            guard let norm else { return try conv(input) }
            let value = parent(name).output(try norm(try conv(input)))
            return parent.foldable(value, from: input, into: name)
        }
    }

    /// `LinearBatchNorm`: a linear layer and a batch norm of all tokens; deployed, the linear layer alone.
    struct LinearNormLayer: Module {
        private let parent: Scope
        private let name: String
        private let linear: Linear
        private let norm: BatchNorm?

        init(
            _ parent: Scope, name: String, _ inputs: Int, _ outputs: Int, deploy: Bool
        ) throws(GraphError) {
            self.parent = parent
            self.name = name
            let place = parent(name)
            linear = try Linear(deploy ? place : place("linear"), inputs, outputs, bias: deploy)
            norm = deploy ? nil : try BatchNorm(place("bn"), outputs)
        }

        /// `[N, L, inputs]` → `[N, L, outputs]`.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            guard let norm else { return try linear(input) }
            let place = parent(name)
            let value = try linear(input)
            let normalized = try norm(try place.flatten(value, from: 0, through: 1))
            let output = place.output(try place.reshape(normalized, place.shape(of: value)))
            return parent.foldable(output, from: input, into: name)
        }
    }

    struct Residual: Module {
        let scope: Scope
        let block: any Module

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            scope.output(try scope.add(input, Identity(scope("drop_path"))(try block(input))))
        }
    }

    struct FeedForwardBlock: Module {
        private let layers: Sequential

        init(
            _ scope: Scope, _ channels: Int, hidden: Int, _ activation: Activation, deploy: Bool
        ) throws(GraphError) {
            layers = Sequential(
                scope,
                [
                    try LinearNormLayer(scope, name: "linear1", channels, hidden, deploy: deploy),
                    ActivationLayer(scope("activation"), activation),
                    try LinearNormLayer(scope, name: "linear2", hidden, channels, deploy: deploy),
                ])
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value { try layers(input) }
    }

    struct AttentionConfiguration: Sendable {
        /// Channels are those of one head.
        var heads, keyChannels, valueChannels: Int
        /// Side of the square of tokens.
        var resolution: Int
        var activation: Activation
        var deploy: Bool
    }

    struct Attention: Module {
        private let scope: Scope
        private let configuration: AttentionConfiguration
        private let biases: BiasByOffset
        private let qkv: LinearNormLayer
        private let proj: Sequential

        init(_ scope: Scope, _ channels: Int, _ configuration: AttentionConfiguration) throws(GraphError) {
            self.scope = scope
            self.configuration = configuration
            let (heads, keys, values) = (
                configuration.heads, configuration.keyChannels, configuration.valueChannels
            )
            biases = try BiasByOffset(scope, heads: heads, .square(configuration.resolution), isStored: true)
            qkv = try LinearNormLayer(
                scope, name: "qkv", channels, heads * (2 * keys + values), deploy: configuration.deploy)
            proj = try LeViT.projection(scope("proj"), channels, configuration)
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let (keys, values) = (configuration.keyChannels, configuration.valueChannels)
            let parts = try scope.headParts(
                try qkv(input), heads: configuration.heads, extents: [keys, keys, values])
            let attended = try scope.biasedAttention(parts[0], parts[1], parts[2], try biases())
            return scope.output(try proj(attended))
        }
    }

    /// `AttentionSubsample`: every second token attends to all.
    struct ReducingAttention: Module {
        private let scope: Scope
        private let configuration: AttentionConfiguration
        private let biases: BiasByOffset
        private let kv, query: LinearNormLayer
        private let proj: Sequential

        init(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, _ configuration: AttentionConfiguration
        ) throws(GraphError) {
            self.scope = scope
            self.configuration = configuration
            let (heads, keys, values) = (
                configuration.heads, configuration.keyChannels, configuration.valueChannels
            )
            biases = try BiasByOffset(
                scope, heads: heads, .square(configuration.resolution), stride: 2, isStored: true)
            kv = try LinearNormLayer(
                scope, name: "kv", inputs, heads * (keys + values), deploy: configuration.deploy)
            query = try LinearNormLayer(scope("q"), name: "1", inputs, heads * keys, deploy: configuration.deploy)
            proj = try LeViT.projection(scope("proj"), outputs, configuration)
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let (heads, keys) = (configuration.heads, configuration.keyChannels)
            let parts = try scope.headParts(
                try kv(input), heads: heads, extents: [keys, configuration.valueChannels])
            let (q, side) = (scope("q"), configuration.resolution)
            let subsample = q(0)
            var map = try subsample.mapChannelsLast(of: input, .square(side))
            map = try subsample.slice(map, axis: 1, 0..<side, step: 2)
            map = try subsample.slice(map, axis: 2, 0..<side, step: 2)
            let chosen = subsample.output(try subsample.flatten(map, from: 1, through: 2))
            let queries = try scope.headParts(q.output(try query(chosen)), heads: heads, extents: [keys])
            let attended = try scope.biasedAttention(queries[0], parts[0], parts[1], try biases())
            return scope.output(try proj(attended))
        }
    }

    private static func projection(
        _ scope: Scope, _ outputs: Int, _ configuration: AttentionConfiguration
    ) throws(GraphError) -> Sequential {
        Sequential(
            scope,
            [
                ActivationLayer(scope(0), configuration.activation),
                try LinearNormLayer(
                    scope, name: "1", configuration.heads * configuration.valueChannels, outputs,
                    deploy: configuration.deploy),
            ])
    }
}

extension Scope {
    /// `[N, L, heads · Σ extents]`, the parts of a head beside each other → values `[N, heads, L, extent]`.
    func headParts(_ input: Value, heads: Int, extents: [Int]) throws(GraphError) -> [Value] {
        let shape = shape(of: input)
        let split = try reshape(input, [shape[0], shape[1], heads, extents.reduce(0, +)])
        var parts: [Value] = []
        for part in extents.count == 1 ? [split] : try self.split(split, axis: 3, extents: extents) {
            parts.append(try permute(part, [0, 2, 1, 3]))
        }
        return parts
    }

    /// softmax(q·kᵀ / √d + bias)·v of `[N, heads, L, d]`, the heads joined.
    func biasedAttention(
        _ query: Value, _ key: Value, _ value: Value, _ bias: Value
    ) throws(GraphError) -> Value {
        let width = Double(shape(of: query)[3])
        let scores = try scale(try matmul(query, key, transposed: true), by: 1 / width.squareRoot())
        return try joinHeads(try matmul(try softmax(try add(scores, bias)), value))
    }
}

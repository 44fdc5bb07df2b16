import ModelGraph

extension TinyViT {
    /// `ConvBN2d`: a convolution without bias and a batch norm.
    struct ConvBN: Module {
        private let layers: Sequential

        init(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, kernel: Int = 1, stride: Int = 1, groups: Int = 1
        ) throws(GraphError) {
            layers = Sequential(
                scope,
                [
                    try Conv2d(
                        scope("conv2d"), inputs, outputs, kernel: kernel, stride: stride, padding: kernel / 2,
                        groups: groups, bias: false),
                    try BatchNorm(scope("bn2d"), outputs),
                ])
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value { try layers(input) }
    }

    /// `MBConvBlock`.
    struct ConvolutionBlock: Module {
        private let scope: Scope
        private let conv1, conv2, conv3: ConvBN

        init(_ scope: Scope, _ channels: Int, hidden: Int) throws(GraphError) {
            self.scope = scope
            conv1 = try ConvBN(scope("conv1"), channels, hidden)
            conv2 = try ConvBN(scope("conv2"), hidden, hidden, kernel: 3, groups: hidden)
            conv3 = try ConvBN(scope("conv3"), hidden, channels)
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let act = ActivationLayer(scope("act"), .gelu)
            let branch = try conv3(try act(try conv2(try act(try conv1(input)))))
            return scope.output(try act(try scope.add(Identity(scope("drop_path"))(branch), input)))
        }
    }

    /// `PatchMerging`: a depthwise convolution of stride 2 between pointwise ones.
    struct Merging {
        private let scope: Scope
        private let grid: Extent2d
        private let conv1, conv2, conv3: ConvBN
        private let act: ActivationLayer

        init(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, _ grid: Extent2d, _ activation: Activation
        ) throws(GraphError) {
            self.scope = scope
            self.grid = grid
            act = ActivationLayer(scope("act"), activation)
            conv1 = try ConvBN(scope("conv1"), inputs, outputs)
            conv2 = try ConvBN(scope("conv2"), outputs, outputs, kernel: 3, stride: 2, groups: outputs)
            conv3 = try ConvBN(scope("conv3"), outputs, outputs)
        }

        /// `[N, C, H, W]` or `[N, H·W, C]` → `[N, H/2·W/2, outputs]`.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let map = scope.shape(of: input).count == 3 ? try scope.map(of: input, grid) : input
            return scope.output(
                try scope.tokens(of: try conv3(try act(try conv2(try act(try conv1(map)))))))
        }
    }

    /// `TinyViTBlock`: attention in windows, a depthwise convolution, and a feed-forward network.
    struct AttentionBlock: Module {
        struct Configuration: Sendable {
            var grid: Extent2d
            var heads, window, hidden: Int
            /// The kernel of the depthwise convolution.
            var kernel: Int
            var activation: Activation
        }

        private let scope: Scope
        private let configuration: Configuration
        private let biases: BiasByOffset
        private let norm: LayerNorm
        private let qkv, proj: Linear
        private let mlpNorm: LayerNorm
        private let fc1, fc2: Linear
        private let local: ConvBN

        init(_ scope: Scope, _ channels: Int, _ configuration: Configuration) throws(GraphError) {
            guard channels % configuration.heads == 0 else {
                throw .shape(module: scope.path, .groups(configuration.heads, channels: channels))
            }
            self.scope = scope
            self.configuration = configuration
            let attn = scope("attn")
            biases = try BiasByOffset(
                attn, heads: configuration.heads, .square(configuration.window), isStored: false)
            norm = try LayerNorm(attn("norm"), channels)
            qkv = try Linear(attn("qkv"), channels, 3 * channels)
            proj = try Linear(attn("proj"), channels, channels)
            let mlp = scope("mlp")
            mlpNorm = try LayerNorm(mlp("norm"), channels)
            fc1 = try Linear(mlp("fc1"), channels, configuration.hidden)
            fc2 = try Linear(mlp("fc2"), configuration.hidden, channels)
            local = try ConvBN(
                scope("local_conv"), channels, channels, kernel: configuration.kernel, groups: channels)
        }

        /// `[N, H·W, C]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let (grid, shape) = (configuration.grid, scope.shape(of: input))
            guard shape.count == 3, shape[1] == grid.height * grid.width else {
                throw .configuration(module: scope.path, "input feature has wrong size")
            }
            let drop = Identity(scope("drop_path"))
            var value = try scope.add(input, drop(try windowed(input)))
            value = try scope.tokens(of: try local(try scope.map(of: value, grid)))
            return scope.output(try scope.add(value, drop(try feedForward(value))))
        }

        private func windowed(_ input: Value) throws(GraphError) -> Value {
            let (grid, window) = (configuration.grid, configuration.window)
            if grid == .square(window) { return try attention(input) }
            let (map, padded) = try scope.paddedMap(of: input, grid, window: window)
            let attended = try attention(try scope.windows(of: map, window))
            return try scope.tokens(ofPadded: try scope.map(ofWindows: attended, window, padded), grid)
        }

        private func attention(_ input: Value) throws(GraphError) -> Value {
            let (attn, heads) = (scope("attn"), configuration.heads)
            let shape = attn.shape(of: input)
            let width = shape[2] / heads
            // The q, k and v of a head are beside each other.
            let parts = try attn.headParts(
                try qkv(try norm(input)), heads: heads, extents: [width, width, width])
            let attended = try attn.biasedAttention(parts[0], parts[1], parts[2], try biases())
            return attn.output(try proj(attended))
        }

        private func feedForward(_ input: Value) throws(GraphError) -> Value {
            let (mlp, drop) = (scope("mlp"), Identity(scope("mlp")("drop")))
            let hidden = try ActivationLayer(mlp("act"), configuration.activation)(try fc1(try mlpNorm(input)))
            return mlp.output(drop(try fc2(drop(hidden))))
        }
    }
}

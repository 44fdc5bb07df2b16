import ModelGraph

extension EfficientFormer {
    /// `Meta4D`: pooling less the input, then 1×1 convolutions, each scaled and added.
    struct MapBlock: Module {
        private let scope: Scope
        private let pool: AvgPool2d
        private let fc1, fc2: Conv2d
        private let norm1, norm2: BatchNorm
        private let act: ActivationLayer
        private let scale1, scale2: any Module

        init(
            _ scope: Scope, _ channels: Int, hidden: Int, window: Int, _ activation: Activation, scales: Bool
        ) throws(GraphError) {
            self.scope = scope
            pool = AvgPool2d(
                scope("token_mixer")("pool"), kernel: window, stride: 1, padding: window / 2, countIncludePad: false)
            let mlp = scope("mlp")
            fc1 = try Conv2d(mlp("fc1"), channels, hidden, kernel: 1)
            act = ActivationLayer(mlp("act"), activation)
            fc2 = try Conv2d(mlp("fc2"), hidden, channels, kernel: 1)
            norm1 = try BatchNorm(mlp("norm1"), hidden)
            norm2 = try BatchNorm(mlp("norm2"), channels)
            scale1 = scales ? try LayerScale(scope("ls1"), channels, trailingAxes: 2) : Identity(scope("ls1"))
            scale2 = scales ? try LayerScale(scope("ls2"), channels, trailingAxes: 2) : Identity(scope("ls2"))
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let (mixer, drop) = (scope("token_mixer"), Identity(scope("drop_path")))
            let mixed = mixer.output(try mixer.subtract(try pool(input), input))
            let value = try scope.add(input, drop(try scale1(mixed)))
            let (mlp, dropout) = (scope("mlp"), Identity(scope("mlp")("drop")))
            let hidden = dropout(try act(try norm1(try fc1(value))))
            let changed = mlp.output(dropout(try norm2(try fc2(hidden))))
            return scope.output(try scope.add(value, drop(try scale2(changed))))
        }
    }

    /// `Meta3D`: attention with a bias by distance, then linear layers, each with a norm, scaled and added. The map is
    /// always 7 × 7.
    struct TokenBlock: Module {
        private static let heads = 8, keyChannels = 32, valueChannels = 128

        private let scope: Scope
        private let norm1, norm2: LayerNorm
        private let biases: BiasByOffset
        private let qkv, proj, fc1, fc2: Linear
        private let act: ActivationLayer
        private let scale1, scale2: any Module

        init(
            _ scope: Scope, _ channels: Int, hidden: Int, _ activation: Activation, scales: Bool
        ) throws(GraphError) {
            self.scope = scope
            norm1 = try LayerNorm(scope("norm1"), channels)
            let mixer = scope("token_mixer")
            let values = Self.heads * Self.valueChannels
            biases = try BiasByOffset(mixer, heads: Self.heads, .square(7), isStored: true)
            qkv = try Linear(mixer("qkv"), channels, values + 2 * Self.heads * Self.keyChannels)
            proj = try Linear(mixer("proj"), values, channels)
            norm2 = try LayerNorm(scope("norm2"), channels)
            fc1 = try Linear(scope("mlp")("fc1"), channels, hidden)
            act = ActivationLayer(scope("mlp")("act"), activation)
            fc2 = try Linear(scope("mlp")("fc2"), hidden, channels)
            scale1 = scales ? try LayerScale(scope("ls1"), channels) : Identity(scope("ls1"))
            scale2 = scales ? try LayerScale(scope("ls2"), channels) : Identity(scope("ls2"))
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let drop = Identity(scope("drop_path"))
            let value = try scope.add(input, drop(try scale1(try attention(try norm1(input)))))
            let mlp = scope("mlp")
            let hidden = Identity(mlp("drop1"))(try act(try fc1(try norm2(value))))
            let changed = mlp.output(Identity(mlp("drop2"))(try fc2(hidden)))
            return scope.output(try scope.add(value, drop(try scale2(changed))))
        }

        private func attention(_ input: Value) throws(GraphError) -> Value {
            let mixer = scope("token_mixer")
            let parts = try mixer.headParts(
                try qkv(input), heads: Self.heads, extents: [Self.keyChannels, Self.keyChannels, Self.valueChannels])
            let attended = try mixer.biasedAttention(parts[0], parts[1], parts[2], try biases())
            return mixer.output(try proj(attended))
        }
    }
}

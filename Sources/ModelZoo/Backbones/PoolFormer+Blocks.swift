import ModelGraph

extension PoolFormerNetwork {
    /// Norm and mixer, norm and feed-forward network, each scaled and added to its input.
    struct Block: Module {
        private let scope: Scope
        private let scales: [Int]
        private let norm1, norm2: any Module
        private let mixer: (any Module)?
        private let fc1, fc2: Conv2d
        private let act: ActivationLayer

        init(
            _ scope: Scope, _ channels: Int, hidden: Int, _ mixer: Mixer, norm: NormLayer, activation: Activation
        ) throws(GraphError) {
            self.scope = scope
            var scales: [Int] = []
            for name in ["layer_scale_1", "layer_scale_2"] { scales.append(try scope.declare(name, [channels])) }
            self.scales = scales
            norm1 = try norm.layer(scope(mixer == .folded ? "norm_reparam" : "norm1"), channels)
            self.mixer =
                switch mixer {
                case .pooling(let window): PoolingMixer(scope("token_mixer"), window: window)
                case .affine: try AffineMixer(scope("token_mixer"), channels)
                case .folded: nil
                }
            norm2 = try norm.layer(scope("norm2"), channels)
            let mlp = scope("mlp")
            fc1 = try Conv2d(mlp("fc1"), channels, hidden, kernel: 1)
            act = ActivationLayer(mlp("act"), activation)
            fc2 = try Conv2d(mlp("fc2"), hidden, channels, kernel: 1)
        }

        /// `[N, channels, H, W]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            var mixed = try norm1(input)
            // Deployed, `norm_reparam` has the statistics of `norm1`, and the mixer in its weight and bias.
            if let mixer { mixed = scope.foldable(try mixer(mixed), from: mixed, into: "norm_reparam") }
            let value = try add(mixed, to: input, scaledBy: scales[0])
            return scope.output(try add(try feedForward(try norm2(value)), to: value, scaledBy: scales[1]))
        }

        private func feedForward(_ input: Value) throws(GraphError) -> Value {
            let (mlp, drop) = (scope("mlp"), Identity(scope("mlp")("drop")))
            return mlp.output(drop(try fc2(drop(try act(try fc1(input))))))
        }

        private func add(_ branch: Value, to input: Value, scaledBy scale: Int) throws(GraphError) -> Value {
            let scale = try scope.reshape(try scope.value(ofParameter: scale), [-1, 1, 1])
            let scaled = try scope.multiply(scale, by: branch)
            return try scope.add(input, Identity(scope("drop_path"))(scaled))
        }
    }

    /// PoolFormer's: average-pooling less the input.
    private struct PoolingMixer: Module {
        private let scope: Scope
        private let pool: AvgPool2d

        init(_ scope: Scope, window: Int) {
            self.scope = scope
            pool = AvgPool2d(
                scope("pool"), kernel: window, stride: 1, padding: window / 2, countIncludePad: false)
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            scope.output(try scope.subtract(try pool(input), input))
        }
    }

    /// RIFormer's: a 1×1 depthwise convolution less the input.
    private struct AffineMixer: Module {
        private let scope: Scope
        private let affine: Conv2d

        init(_ scope: Scope, _ channels: Int) throws(GraphError) {
            self.scope = scope
            affine = try Conv2d(scope("affine"), channels, channels, kernel: 1, groups: channels)
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            scope.output(try scope.subtract(try affine(input), input))
        }
    }
}

import ModelGraph

extension HiViT {
    /// What all blocks of a network have in common.
    struct BlockSettings: Sendable {
        var heads: Int
        var bias: Bool
        /// The scale of the queries; by default 1 / √(channels of a head).
        var scale: Double?
        /// Whether attention has a bias by distance.
        var hasBiases: Bool
        /// Whether there are learnt scales `gamma_1` and `gamma_2`.
        var scales: Bool
        var norm: NormLayer
    }

    /// `BlockWithRPE`: norm and attention (in the last stage only), norm and feed-forward network, with shortcuts.
    struct Block: Module {
        private let scope: Scope
        private let scales: [Int]
        private let norm1: (any Module)?
        private let attention: WindowAttention?
        private let norm2: any Module
        private let fc1, fc2: Linear

        /// - Parameter grid: of the tokens that attend to each other; nil for none.
        init(
            _ scope: Scope, _ channels: Int, hidden: Int, _ settings: BlockSettings, grid: Extent2d?
        ) throws(GraphError) {
            self.scope = scope
            var scales: [Int] = []
            if settings.scales {
                for name in grid == nil ? ["gamma_2"] : ["gamma_1", "gamma_2"] {
                    scales.append(try scope.declare(name, [channels]))
                }
            }
            self.scales = scales
            norm1 = grid == nil ? nil : try settings.norm.layer(scope("norm1"), channels)
            attention =
                if let grid {
                    try WindowAttention(
                        scope("attn"), channels, window: settings.hasBiases ? grid : nil, heads: settings.heads,
                        bias: settings.bias, scale: settings.scale)
                } else { nil }
            norm2 = try settings.norm.layer(scope("norm2"), channels)
            fc1 = try Linear(scope("mlp")("fc1"), channels, hidden)
            fc2 = try Linear(scope("mlp")("fc2"), hidden, channels)
        }

        /// `[N, L, channels]` or `[N, patches, inner, inner, channels]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            var value = input
            if let norm1, let attention { value = try add(try attention(try norm1(value)), to: value, scales.first) }
            let mlp = scope("mlp")
            let hidden = try ActivationLayer(mlp("act"), .gelu)(try fc1(try norm2(value)))
            let branch = mlp.output(Identity(mlp("drop"))(try fc2(hidden)))
            return scope.output(try add(branch, to: value, scales.last))
        }

        private func add(_ branch: Value, to input: Value, _ scale: Int?) throws(GraphError) -> Value {
            var branch = branch
            if let scale { branch = try scope.multiply(try scope.value(ofParameter: scale), by: branch) }
            return try scope.add(input, Identity(scope("drop_path"))(branch))
        }
    }

    /// `PatchMerge`: 2 × 2 of the positions inside each patch joined, normalised and projected.
    struct Merging: Module {
        private let scope: Scope
        private let norm: any Module
        private let reduction: Linear

        init(_ scope: Scope, _ channels: Int, _ norm: NormLayer) throws(GraphError) {
            self.scope = scope
            self.norm = try norm.layer(scope("norm"), 4 * channels)
            reduction = try Linear(scope("reduction"), 4 * channels, 2 * channels, bias: false)
        }

        /// `[N, patches, n, n, channels]` → `[N, patches, n / 2, n / 2, 2 · channels]`.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let shape = scope.shape(of: input)
            guard shape.count == 5 else { throw .shape(module: scope.path, .rank(expected: 5, found: shape)) }
            var parts: [Value] = []
            for (row, column) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                let rows = try scope.slice(input, axis: 2, row..<shape[2], step: 2)
                parts.append(try scope.slice(rows, axis: 3, column..<shape[3], step: 2))
            }
            return scope.output(try reduction(try norm(try scope.concat(parts, axis: -1))))
        }
    }
}

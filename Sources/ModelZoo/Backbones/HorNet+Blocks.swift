import ModelGraph

extension HorNet {
    /// What all blocks of a stage have in common.
    struct BlockSettings: Sendable {
        var channels: Int
        /// Gated convolutions in a row.
        var order: Int
        var spatial: Spatial
        /// The scale of what `spatial` gives.
        var scale: Double
        /// Whether both branches have learnt scales.
        var scales: Bool
    }

    /// `HorNetLayerNorm` over the channels of `[N, C, H, W]`, which upstream writes out.
    struct MapNorm: Module {
        private let norm: LayerNorm

        init(_ scope: Scope, _ channels: Int) throws(GraphError) {
            norm = try LayerNorm(scope, channels, epsilon: 1e-6, isWrittenOut: true)
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value { try norm.onFeatureMap(input) }
    }

    /// Recursive gated convolutions, then two linear layers, each beside a shortcut.
    struct Block: Module {
        private let scope: Scope
        private let norm1: MapNorm
        private let gated: GatedConvolution
        private let norm2: LayerNorm
        private let pointwise1, pointwise2: Linear
        private let gamma1, gamma2: any Module

        init(_ scope: Scope, _ settings: BlockSettings) throws(GraphError) {
            self.scope = scope
            let channels = settings.channels
            norm1 = try MapNorm(scope("norm1"), channels)
            gated = try GatedConvolution(scope("gnconv"), settings)
            norm2 = try LayerNorm(scope("norm2"), channels, epsilon: 1e-6)
            pointwise1 = try Linear(scope("pwconv1"), channels, 4 * channels)
            pointwise2 = try Linear(scope("pwconv2"), 4 * channels, channels)
            let places = (scope("gamma1"), scope("gamma2"))
            gamma1 = settings.scales ? try LayerScale(places.0, channels, trailingAxes: 2) : Identity(places.0)
            gamma2 = settings.scales ? try LayerScale(places.1, channels) : Identity(places.1)
        }

        /// `[N, channels, H, W]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let drop = Identity(scope("drop_path"))
            let value = try scope.add(input, drop(try gamma1(try gated(try norm1(input)))))
            var branch = try pointwise1(try norm2(try scope.permute(value, [0, 2, 3, 1])))
            branch = try gamma2(try pointwise2(try ActivationLayer(scope("act"), .gelu)(branch)))
            return scope.output(try scope.add(value, drop(try scope.permute(branch, [0, 3, 1, 2]))))
        }
    }

    /// `gnConv`: each step widens the channels and multiplies them by a part of what was spread over the positions.
    struct GatedConvolution: Module {
        private let scope: Scope
        private let scale: Double
        /// Channels of each step; the last are those of the block.
        private let channels: [Int]
        private let inputProjection, outputProjection: Conv2d
        private let spatial: any Module
        private let projections: [Conv2d]

        init(_ scope: Scope, _ settings: BlockSettings) throws(GraphError) {
            self.scope = scope
            scale = settings.scale
            let (outputs, order) = (settings.channels, settings.order)
            let channels = (0..<order).map { outputs >> (order - 1 - $0) }
            self.channels = channels
            let gates = channels.reduce(0, +)
            inputProjection = try Conv2d(scope("proj_in"), outputs, 2 * outputs, kernel: 1)
            switch settings.spatial {
            case .convolution(let kernel, let bias):
                spatial = try Conv2d(
                    scope("dwconv"), gates, gates, kernel: kernel, padding: (kernel - 1) / 2, groups: gates,
                    bias: bias)
            case .global(let spectrum): spatial = try GlobalLocalFilter(scope("dwconv"), gates, spectrum)
            }
            outputProjection = try Conv2d(scope("proj_out"), outputs, outputs, kernel: 1)
            var projections: [Conv2d] = []
            for step in 0..<(order - 1) {
                projections.append(try Conv2d(scope("projs")(step), channels[step], channels[step + 1], kernel: 1))
            }
            self.projections = projections
        }

        /// `[N, channels, H, W]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let parts = try scope.split(
                try inputProjection(input), axis: 1, extents: [channels[0], channels.reduce(0, +)])
            let spread = try scope.scale(try spatial(parts[1]), by: scale)
            let gates = try scope.split(spread, axis: 1, extents: channels)
            var value = try scope.multiply(parts[0], by: gates[0])
            for (step, projection) in projections.enumerated() {
                value = try scope.multiply(try projection(value), by: gates[step + 1])
            }
            return scope.output(try outputProjection(value))
        }
    }

    /// A 3×3 depthwise convolution of one half of the channels, and a spectral filter of the other.
    struct GlobalLocalFilter: Module {
        private let scope: Scope
        private let weight: Int
        private let depthwise: Conv2d
        private let before, after: MapNorm

        /// - Parameter spectrum: extents of `complex_weight`.
        init(_ scope: Scope, _ channels: Int, _ spectrum: Extent2d) throws(GraphError) {
            self.scope = scope
            let half = channels / 2
            weight = try scope.declare("complex_weight", [half, spectrum.height, spectrum.width, 2])
            depthwise = try Conv2d(scope("dw"), half, half, kernel: 3, padding: 1, groups: half, bias: false)
            before = try MapNorm(scope("pre_norm"), channels)
            after = try MapNorm(scope("post_norm"), channels)
        }

        /// `[N, channels, H, W]` → the same shape, channels of the two halves in turn.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let halves = try scope.chunk(try before(input), axis: 1, count: 2)
            let local = try depthwise(halves[0])
            let shape = scope.shape(of: halves[1])
            var weight = try scope.value(ofParameter: weight)
            let spectrum = Extent2d(height: shape[2], width: shape[3] / 2 + 1)
            if scope.shape(of: weight)[1...2] != [spectrum.height, spectrum.width] {
                weight = try scope.resize(
                    try scope.permute(weight, [3, 0, 1, 2]), .bilinear, to: spectrum, alignCorners: true)
                weight = try scope.permute(weight, [1, 2, 3, 0])
            }
            let global = try scope.spectralFilter(halves[1], by: weight)
            let joined = try scope.stack([local, global], axis: 2)
            return try scope.output(after(try scope.reshape(joined, [shape[0], 2 * shape[1], shape[2], shape[3]])))
        }
    }
}

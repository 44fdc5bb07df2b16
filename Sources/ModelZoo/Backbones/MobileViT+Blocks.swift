import ModelGraph

extension MobileViT {
    /// `MobileVitBlock`: convolutions, a transformer for each place in the patches, and a convolution of what it gives
    /// beside the input.
    struct Block: Module {
        /// Side of a patch.
        private static let patch = 2

        private let scope: Scope
        private let local, transformer: Sequential
        private let projection, fusion: ConvModule

        init(_ scope: Scope, _ channels: Int, _ configuration: Layer.Transformer) throws(GraphError) {
            self.scope = scope
            let norm = NormLayer.layerNorm(epsilon: 1e-5)
            let (place, width) = (scope("local_rep"), configuration.channels)
            local = Sequential(
                place,
                [
                    try ConvModule(place(0), channels, channels, kernel: 3, padding: 1, activation: .silu),
                    try ConvModule(place(1), channels, width, kernel: 1, bias: false, norm: nil, activation: nil),
                ])
            let global = scope("global_rep")
            let settings = TransformerLayer.Configuration(
                heads: 4, hidden: configuration.hidden, norm: norm, activation: .silu)
            var layers: [any Module] = []
            for index in 0..<configuration.layers {
                layers.append(try TransformerLayer(global(index), width, settings))
            }
            layers.append(try norm.layer(global(configuration.layers), width))
            transformer = Sequential(global, layers)
            projection = try ConvModule(scope("conv_proj"), width, channels, kernel: 1, activation: .silu)
            fusion = try ConvModule(
                scope("conv_fusion"), 2 * channels, channels, kernel: 3, padding: 1, activation: .silu)
        }

        /// `[N, channels, H, W]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let value = try local(input)
            let (grid, patch) = (scope.grid(of: value), Self.patch)
            let rows = (grid.height + patch - 1) / patch
            let columns = (grid.width + patch - 1) / patch
            let whole = Extent2d(height: rows * patch, width: columns * patch)
            let map = whole == grid ? value : try scope.resize(value, .bilinear, to: whole)
            let shape = scope.shape(of: map)
            // [N, C, rows, patch, columns, patch] → [N · patch · patch, rows · columns, C]
            let split = try scope.reshape(map, [shape[0], shape[1], rows, patch, columns, patch])
            let tokens = try scope.reshape(
                try scope.permute(split, [0, 3, 5, 2, 4, 1]), [shape[0] * patch * patch, rows * columns, shape[1]])
            let joined = try scope.reshape(
                try transformer(tokens), [shape[0], patch, patch, rows, columns, shape[1]])
            var folded = try scope.reshape(try scope.permute(joined, [0, 5, 3, 1, 4, 2]), shape)
            if whole != grid { folded = try scope.resize(folded, .bilinear, to: grid) }
            return scope.output(try fusion(try scope.concat([input, try projection(folded)], axis: 1)))
        }
    }
}

import ModelGraph

extension Twins {
    /// Norm and attention, norm and feed-forward network, each with a shortcut.
    struct Layer {
        struct Configuration: Sendable {
            var channels, heads, hidden: Int
            /// Keys and values are of a map that is smaller by this factor.
            var reduction: Int
            /// Attention inside windows of this size; nil for all tokens.
            var window: Int?
            var bias: Bool
            var norm: NormLayer
        }

        private let scope: Scope
        private let norm1, norm2: any Module
        private let attention: (_ input: Value, _ grid: Extent2d) throws(GraphError) -> Value
        private let feedForward: FeedForward

        init(_ scope: Scope, _ configuration: Configuration) throws(GraphError) {
            self.scope = scope
            let channels = configuration.channels
            norm1 = try configuration.norm.layer(scope("norm1"), channels)
            if let window = configuration.window {
                let attend = try LocalAttention(scope("attn"), configuration, window: window)
                attention = { input, grid throws(GraphError) in try attend(input, grid) }
            } else {
                let attend = try SubsampledAttention(scope("attn"), configuration)
                attention = { input, grid throws(GraphError) in try attend(input, grid) }
            }
            norm2 = try configuration.norm.layer(scope("norm2"), channels)
            feedForward = try FeedForward(
                scope("ffn"), channels, hidden: configuration.hidden, addsIdentity: false)
        }

        /// `[N, H·W, channels]` → the same shape.
        func callAsFunction(_ input: Value, _ grid: Extent2d) throws(GraphError) -> Value {
            let drop = Identity(scope("drop_path"))
            let value = try scope.add(input, drop(try attention(try norm1(input), grid)))
            return scope.output(try scope.add(value, drop(try feedForward(try norm2(value)))))
        }
    }

    /// `GlobalSubsampledAttention`.
    private struct SubsampledAttention {
        private let scope: Scope
        private let heads: Int
        private let proj, q, kv: Linear
        private let reduction: Conv2d?
        private let norm: (any Module)?

        init(_ scope: Scope, _ configuration: Layer.Configuration) throws(GraphError) {
            self.scope = scope
            heads = configuration.heads
            let (channels, ratio) = (configuration.channels, configuration.reduction)
            proj = try Linear(scope("proj"), channels, channels)
            q = try Linear(scope("q"), channels, channels, bias: configuration.bias)
            kv = try Linear(scope("kv"), channels, 2 * channels, bias: configuration.bias)
            reduction = ratio > 1 ? try Conv2d(scope("sr"), channels, channels, kernel: ratio, stride: ratio) : nil
            norm = ratio > 1 ? try configuration.norm.layer(scope("norm"), channels) : nil
        }

        func callAsFunction(_ input: Value, _ grid: Extent2d) throws(GraphError) -> Value {
            let queries = try scope.splitHeads(try q(input), parts: 1, heads: heads)[0]
            var source = input
            if let reduction, let norm {
                source = try norm(try scope.tokens(of: try reduction(try scope.map(of: input, grid))))
            }
            let pair = try scope.splitHeads(try kv(source), parts: 2, heads: heads)
            let value = try proj(try scope.joinHeads(try scope.attention(queries, pair[0], pair[1])))
            return scope.output(Identity(scope("out_drop"))(Identity(scope("proj_drop"))(value)))
        }
    }

    /// `LocallyGroupedSelfAttention`.
    private struct LocalAttention {
        private let scope: Scope
        private let heads, window: Int
        private let scale: Double
        private let qkv, proj: Linear

        init(_ scope: Scope, _ configuration: Layer.Configuration, window: Int) throws(GraphError) {
            let channels = configuration.channels
            guard channels % configuration.heads == 0 else {
                throw .shape(module: scope.path, .groups(configuration.heads, channels: channels))
            }
            self.scope = scope
            heads = configuration.heads
            self.window = window
            scale = 1 / Double(channels / heads).squareRoot()
            qkv = try Linear(scope("qkv"), channels, 3 * channels, bias: configuration.bias)
            proj = try Linear(scope("proj"), channels, channels)
        }

        func callAsFunction(_ input: Value, _ grid: Extent2d) throws(GraphError) -> Value {
            let channels = scope.shape(of: input)[2]
            let (map, padded) = try scope.paddedMap(of: input, grid, window: window)
            let (rows, columns, area) = (padded.height / window, padded.width / window, window * window)
            var windows = try scope.reshape(map, [-1, rows, window, columns, window, channels])
            windows = try scope.transpose(windows, 2, 3)
            // `[3, N, windows, heads, area, d]`
            let split = try scope.reshape(
                try qkv(windows), [-1, rows * columns, area, 3, heads, channels / heads])
            let parts = try scope.unbind(try scope.permute(split, [3, 0, 1, 4, 2, 5]), axis: 0)
            var scores = try scope.scale(try scope.matmul(parts[0], parts[1], transposed: true), by: scale)
            // Where a side is not padded, upstream's `mask[:, -0:]` marks every token, and the mask is 0 everywhere.
            if padded.height > grid.height, padded.width > grid.width {
                scores = try scope.add(scores, try scope.constant(.paddingMask(grid, padded, window: window)))
            }
            let weights = Identity(scope("attn_drop"))(try scope.softmax(scores))
            var value = try scope.transpose(try scope.matmul(weights, parts[2]), 2, 3)
            value = try scope.reshape(value, [-1, rows, columns, window, window, channels])
            let attended = try scope.reshape(
                try scope.transpose(value, 2, 3), [-1, padded.height, padded.width, channels])
            let tokens = try scope.tokens(ofPadded: attended, grid)
            return scope.output(Identity(scope("proj_drop"))(try proj(tokens)))
        }
    }
}

extension ComputedTable {
    /// What keeps tokens of the map and of its padding apart: 0 among themselves, −1000 between them;
    /// `[windows, 1, window², window²]`.
    fileprivate static func paddingMask(_ grid: Extent2d, _ padded: Extent2d, window: Int) -> ComputedTable {
        let (rows, columns, area) = (padded.height / window, padded.width / window, window * window)
        return ComputedTable(
            "paddingMask(\(grid.height), \(grid.width), \(window))", shape: [rows * columns, 1, area, area]
        ) {
            var elements: [Double] = []
            for row in 0..<rows {
                for column in 0..<columns {
                    let isPadding = (0..<area).map { place in
                        row * window + place / window >= grid.height
                            || column * window + place % window >= grid.width
                    }
                    for first in isPadding { for second in isPadding { elements.append(first == second ? 0 : -1000) } }
                }
            }
            return elements
        }
    }
}

import ModelGraph

/// A graph convolution over the nearest neighbours of each place, found anew for each image: `DyGraphConv2d`.
///
/// Source: `mmpretrain/models/backbones/vig.py` of MMPreTrain 1.2.
struct DynamicGraphConvolution {
    /// `graph_conv_type`.
    enum Kind: String, Sendable, CaseIterable { case edge, mr, sage, gin }

    struct Configuration: Sendable {
        var kind: Kind
        var activation: Activation
        var norm: NormLayer
        /// Whether the convolutions have a bias.
        var bias: Bool
        var neighbors: Int
        /// Every so many of the nearest places is a neighbour.
        var dilation: Int
        /// Side of the squares whose means are the places to choose from.
        var reduction = 1
    }

    private let scope: Scope
    private let configuration: Configuration
    private let epsilon: Int?
    /// `BasicConv`; `sage` has two.
    private let convolutions: [Sequential]

    init(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, _ configuration: Configuration
    ) throws(GraphError) {
        self.scope = scope
        self.configuration = configuration
        let graph = scope("gconv")
        epsilon = configuration.kind == .gin ? try graph.declare("eps", [1]) : nil
        convolutions =
            switch configuration.kind {
            case .edge, .mr: [try Self.layers(graph("nn"), 2 * inputs, outputs, configuration)]
            case .gin: [try Self.layers(graph("nn"), inputs, outputs, configuration)]
            case .sage:
                [
                    try Self.layers(graph("nn1"), inputs, inputs, configuration),
                    try Self.layers(graph("nn2"), 2 * inputs, outputs, configuration),
                ]
            }
    }

    private static func layers(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, _ configuration: Configuration
    ) throws(GraphError) -> Sequential {
        Sequential(
            scope,
            [
                try Conv2d(scope(0), inputs, outputs, kernel: 1, groups: 4, bias: configuration.bias),
                try configuration.norm.layer(scope(1), outputs),
                ActivationLayer(scope(2), configuration.activation),
            ])
    }

    /// `[N, inputs, H, W]` → `[N, outputs, H, W]`.
    /// - Parameter distances: `[1, H·W, places to choose from]`, added to those of the features.
    func callAsFunction(_ input: Value, distances: Value?) throws(GraphError) -> Value {
        let side = configuration.reduction
        let choice =
            side == 1
            ? input
            : try scope.record(
                .averagePool2d(
                    .init(Pool2dGeometry(kernel: .square(side), stride: .square(side)), countIncludePad: true)), input)
        let (queries, candidates) = (try scope.tokens(of: input), try scope.tokens(of: choice))
        let neighbors = try neighbors(of: queries, among: candidates, distances)
        let features = try scope("gconv").selectRows(candidates, at: neighbors)
        let output = scope("gconv").output(try convolve(queries, features))
        return scope.output(try scope.reshape(output, [-1, scope.shape(of: output)[1]] + scope.shape(of: input)[2...]))
    }

    /// For each of `[N, n, C]` the positions of its neighbours among `[N, m, C]`: `[N, n, k]`.
    private func neighbors(
        of queries: Value, among candidates: Value, _ distances: Value?
    ) throws(GraphError) -> Value {
        let graph = scope("dilated_knn_graph")
        let (x, y) = (try graph.normalize(queries, axis: 2), try graph.normalize(candidates, axis: 2))
        func squares(_ value: Value) throws(GraphError) -> Value {
            try graph.reduce(.sum, try graph.multiply(value, by: value), axes: [2], keepingAxes: true)
        }
        let products = try graph.scale(try graph.matmul(x, y, transposed: true), by: -2)
        var found = try graph.add(
            try graph.add(try squares(x), products), try graph.transpose(try squares(y), 1, 2))
        if let distances { found = try graph.add(found, distances) }
        let count = configuration.neighbors * configuration.dilation
        let nearest = try graph.topK(try graph.scale(found, by: -1), count)
        let neighbors = try graph.slice(nearest, axis: 2, 0..<count, step: configuration.dilation)
        // The edges that hooks see: of each neighbour its place, and the place whose neighbour it is.
        let shape = graph.shape(of: neighbors)
        let centers = try graph.expand(try graph.constant(.range(shape[1])), shape)
        graph.output(graph("_dilated").output(try graph.stack([neighbors, centers], axis: 0)))
        return neighbors
    }

    /// `[N, n, C]` and its neighbours `[N, n, k, C]` → `[N, outputs, n, 1]`.
    ///
    /// A place and a neighbour are compared by their difference. Its largest value is that of the neighbours less the
    /// place: rounding keeps the order.
    private func convolve(_ places: Value, _ neighbors: Value) throws(GraphError) -> Value {
        let graph = scope("gconv")
        func map(_ value: Value) throws(GraphError) -> Value {
            try graph.unsqueeze(try graph.transpose(value, 1, 2), 3)
        }
        func largest(_ value: Value) throws(GraphError) -> Value { try graph.reduce(.max, value, axes: [2]) }
        switch configuration.kind {
        case .mr:
            let difference = try graph.subtract(try largest(neighbors), places)
            let shape = graph.shape(of: places)
            let pairs = try graph.stack([places, difference], axis: 3)
            return try convolutions[0](try map(try graph.reshape(pairs, [shape[0], shape[1], 2 * shape[2]])))
        case .edge:
            let centers = try graph.expand(try graph.unsqueeze(places, 2), graph.shape(of: neighbors))
            let pairs = try graph.concat([centers, try graph.subtract(neighbors, centers)], axis: 3)
            let edges = try convolutions[0](try graph.permute(pairs, [0, 3, 1, 2]))
            return try graph.reduce(.max, edges, axes: [3], keepingAxes: true)
        case .sage:
            let mapped = try convolutions[0](try graph.permute(neighbors, [0, 3, 1, 2]))
            let best = try graph.reduce(.max, mapped, axes: [3], keepingAxes: true)
            return try convolutions[1](try graph.concat([try map(places), best], axis: 1))
        case .gin:
            let sum = try map(try graph.reduce(.sum, neighbors, axes: [2]))
            guard let epsilon else { return sum }
            let factor = try graph.scale(try graph.value(ofParameter: epsilon), adding: 1)
            return try convolutions[0](try graph.add(try graph.multiply(factor, by: try map(places)), sum))
        }
    }
}

extension ComputedTable {
    /// 0, 1, …; `[count, 1]`.
    fileprivate static func range(_ count: Int) -> ComputedTable {
        ComputedTable("range(\(count))", shape: [count, 1]) { (0..<count).map { Double($0) } }
    }
}

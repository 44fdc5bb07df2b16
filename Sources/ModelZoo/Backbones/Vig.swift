import ModelConfig
import ModelGraph

/// Vision GNN, isotropic and pyramid (Han et al. 2022, arXiv:2206.00272): patches are the nodes of a graph whose edges
/// each block finds anew.
///
/// Source: `mmpretrain/models/backbones/vig.py` of MMPreTrain 1.2. Position embeddings are those of 224 × 224 images;
/// other sizes are refused, but where one position spreads. In evaluation no neighbour is chosen at random.
package struct Vig: Architecture {
    package static let typeNames = ["Vig", "PyramidVig"]

    /// An `arch`; by stage.
    private struct Size: Sendable {
        var depths: [Int]
        var channels: [Int]
    }

    private static let plainSizes = [
        "tiny": Size(depths: [12], channels: [192]), "small": Size(depths: [16], channels: [320]),
        "base": Size(depths: [16], channels: [640]),
    ]

    private static let pyramidSizes = [
        "tiny": Size(depths: [2, 2, 6, 2], channels: [48, 96, 240, 384]),
        "small": Size(depths: [2, 2, 6, 2], channels: [80, 160, 400, 640]),
        "medium": Size(depths: [2, 2, 16, 2], channels: [96, 192, 384, 768]),
        "base": Size(depths: [2, 2, 18, 2], channels: [128, 256, 512, 1024]),
    ]

    private let isPyramid: Bool
    private let size: Size
    private let inputChannels, neighbors: Int
    private let dilates, hasDistances: Bool
    private let usual: DynamicGraphConvolution.Configuration
    /// The blocks whose outputs the backbone gives; of a pyramid, the stages.
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("epsilon", "use_stochastic", "drop_path", "norm_eval", "frozen_stages", "init_cfg")
        isPyramid = try config.typeName == "PyramidVig"
        size = try config.variant(
            "arch", of: isPyramid ? Self.pyramidSizes : Self.plainSizes, ignoringCase: false)
        inputChannels = try config.inputChannels()
        neighbors = try config.positive("k", default: 9)
        dilates = isPyramid ? true : try config.bool("use_dilation", default: true)
        hasDistances = isPyramid ? true : try config.bool("relative_pos", default: false)
        let kinds = DynamicGraphConvolution.Kind.allCases.map(\.rawValue)
        let kind = try config.string("graph_conv_type", of: kinds, default: "mr")
        usual = DynamicGraphConvolution.Configuration(
            kind: .init(rawValue: kind) ?? .mr, activation: try config.requiredActivation(default: .gelu),
            norm: try config.requiredNorm(), bias: try config.bool("graph_conv_bias", default: true),
            neighbors: neighbors, dilation: 1)
        outIndices = try config.outIndices(
            default: [-1], count: isPyramid ? size.depths.count : size.depths[0],
            negatives: isPyramid ? .inLists : .allowed)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let channels = size.channels[0]
        let side = isPyramid ? 56 : 14
        let positions = try scope.declare("pos_embed", [1, channels, side, side])
        let stem =
            isPyramid
            ? try stem(scope("stem"), [channels / 2, channels])
            : try stem(scope("stem"), [channels / 8, channels / 4, channels / 2, channels])
        return Layers(
            scope: scope, positions: positions, stem: stem,
            stages: isPyramid ? try pyramidStages(scope("stages")) : try blocks(scope("blocks")),
            outIndices: outIndices)
    }

    /// Convolutions of stride 2 with norms and activations, and one of stride 1 with a norm.
    private func stem(_ scope: Scope, _ channels: [Int]) throws(GraphError) -> Sequential {
        var modules: [any Module] = []
        var inputs = inputChannels
        for outputs in channels {
            modules.append(try Conv2d(scope(modules.count), inputs, outputs, kernel: 3, stride: 2, padding: 1))
            modules.append(try usual.norm.layer(scope(modules.count), outputs))
            modules.append(ActivationLayer(scope(modules.count), usual.activation))
            inputs = outputs
        }
        modules.append(try Conv2d(scope(modules.count), inputs, inputs, kernel: 3, padding: 1))
        modules.append(try usual.norm.layer(scope(modules.count), inputs))
        return Sequential(scope, modules)
    }

    private func blocks(_ scope: Scope) throws(GraphError) -> [any Module] {
        let depth = size.depths[0]
        var blocks: [any Module] = []
        for index in 0..<depth {
            var graph = usual
            // From k to twice as many, in equal steps.
            graph.neighbors = neighbors * (depth - 1 + index) / (depth - 1)
            graph.dilation = dilates ? min(index / 4 + 1, 196 / (2 * neighbors)) : 1
            blocks.append(try block(scope(index), size.channels[0], graph, places: 196))
        }
        return blocks
    }

    private func pyramidStages(_ scope: Scope) throws(GraphError) -> [any Module] {
        var stages: [any Module] = []
        var places = 56 * 56
        var index = 0
        for (position, channels) in size.channels.enumerated() {
            let stage = scope(position)
            var modules: [any Module] = []
            if position > 0 {
                let inputs = size.channels[position - 1]
                modules.append(
                    Sequential(
                        stage(0),
                        [
                            try Conv2d(stage(0)(0), inputs, channels, kernel: 3, stride: 2, padding: 1),
                            try usual.norm.layer(stage(0)(1), channels),
                        ]))
                places /= 4
            }
            var graph = usual
            graph.reduction = [4, 2, 1, 1][position]
            for _ in 0..<size.depths[position] {
                graph.dilation = min(index / 4 + 1, 49 / neighbors)
                modules.append(try block(stage(modules.count), channels, graph, places: places))
                index += 1
            }
            stages.append(Sequential(stage, modules))
        }
        return stages
    }

    private func block(
        _ scope: Scope, _ channels: Int, _ graph: DynamicGraphConvolution.Configuration, places: Int
    ) throws(GraphError) -> any Module {
        guard graph.dilation > 0 else {
            throw .configuration(module: scope.path, "there are fewer places than \(neighbors) neighbours")
        }
        return Sequential(
            scope,
            [
                try Grapher(scope(0), channels, graph, places: hasDistances ? places : nil),
                try FeedForwardBlock(scope(1), channels, usual.activation),
            ])
    }

    private struct Layers: Stage {
        let scope: Scope
        let positions: Int
        let stem: Sequential
        let stages: [any Module]
        let outIndices: Set<Int>

        func features(_ input: Features) throws(GraphError) -> Features {
            var value = try scope.add(try stem(input.value), try scope.value(ofParameter: positions))
            var levels: [Value] = []
            for (index, stage) in stages.enumerated() {
                value = try stage(value)
                if outIndices.contains(index) { levels.append(value) }
            }
            return try scope.features(levels)
        }
    }

    /// A 1×1 convolution and a norm.
    private static func layer(_ scope: Scope, _ inputs: Int, _ outputs: Int) throws(GraphError) -> Sequential {
        Sequential(
            scope, [try Conv2d(scope(0), inputs, outputs, kernel: 1), try BatchNorm(scope(1), outputs)])
    }

    private struct Grapher: Module {
        private let scope: Scope
        private let distances: Int?
        private let fc1, fc2: Sequential
        private let graph: DynamicGraphConvolution

        /// - Parameter places: of the map, where the distances between them count; nil where they do not.
        init(
            _ scope: Scope, _ channels: Int, _ configuration: DynamicGraphConvolution.Configuration, places: Int?
        ) throws(GraphError) {
            self.scope = scope
            let area = configuration.reduction * configuration.reduction
            distances = if let places { try scope.declare("relative_pos", [1, places, places / area]) } else { nil }
            fc1 = try Vig.layer(scope("fc1"), channels, channels)
            graph = try DynamicGraphConvolution(scope("graph_conv"), channels, 2 * channels, configuration)
            fc2 = try Vig.layer(scope("fc2"), 2 * channels, channels)
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let distances = if let distances { try scope.value(ofParameter: distances) } else { nil as Value? }
            let value = try fc2(try graph(try fc1(input), distances: distances))
            return scope.output(try scope.add(Identity(scope("drop_path"))(value), input))
        }
    }

    private struct FeedForwardBlock: Module {
        private let scope: Scope
        private let layers: [any Module]

        init(_ scope: Scope, _ channels: Int, _ activation: Activation) throws(GraphError) {
            self.scope = scope
            layers = [
                try Vig.layer(scope("fc1"), channels, 4 * channels), ActivationLayer(scope("act"), activation),
                try Vig.layer(scope("fc2"), 4 * channels, channels), Identity(scope("drop_path")),
            ]
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            var value = input
            for layer in layers { value = try layer(value) }
            return scope.output(try scope.add(value, input))
        }
    }
}

import ModelGraph
import Testing

@Suite struct GraphCostTests {
    /// The example of mmengine's `FlopAnalyzer` and `ActivationAnalyzer`, whose results their docstrings state.
    private func example() throws -> Graph {
        let builder = GraphBuilder(inputShape: [1, 3, 10, 10])
        let fc = try Linear(builder.root("fc"), 1000, 10)
        let conv = try Conv2d(builder.root("conv"), 3, 10, kernel: 1)
        let act = ActivationLayer(builder.root("act"), .relu)
        let features = try builder.root.flatten(try act(try conv(builder.input)))
        return builder.finish(builder.root.output(try fc(features)))
    }

    @Test("the example of mmengine's documentation gives its numbers")
    func documentedExample() throws {
        let cost = try example().cost
        #expect(cost.total == Cost(parameters: 10_010 + 40, flops: 13_000, activations: 1_010))
        #expect(cost["fc"] == Cost(parameters: 10_010, flops: 10_000, activations: 10))
        #expect(cost["conv"] == Cost(parameters: 40, flops: 3_000, activations: 1_000))
        #expect(cost["act"] == Cost())
        #expect(cost["neck"] == nil)
    }

    @Test("a container comes before its modules and costs their sum")
    func containers() throws {
        let builder = GraphBuilder(inputShape: [2, 3, 4, 4])
        let scope = builder.root("backbone")("stem")
        let stem = Sequential(
            scope, [try Conv2d(scope(0), 3, 8, kernel: 3, padding: 1, bias: false), try BatchNorm(scope(1), 8)])
        let pool = AdaptiveAvgPool2d(builder.root("neck"), 1)
        let cost = builder.finish(try pool(try stem(builder.input))).cost
        #expect(
            cost.modules.map(\.path) == ["", "backbone", "backbone.stem", "backbone.stem.0", "backbone.stem.1", "neck"])
        let elements = 2 * 8 * 4 * 4
        #expect(cost["backbone.stem.0"] == Cost(parameters: 216, flops: elements * 27, activations: elements))
        #expect(cost["backbone.stem.1"] == Cost(parameters: 16, flops: elements * 2))
        #expect(cost["backbone"] == Cost(parameters: 232, flops: elements * 29, activations: elements))
        #expect(cost["neck"] == Cost(flops: elements))
        #expect(cost.total.flops == elements * 30)
    }

    @Test("a sum that passes the largest integer stays there")
    func saturation() throws {
        let builder = GraphBuilder(inputShape: [1 << 20, 1 << 20])
        let layer = try Linear(builder.root("fc"), 1 << 20, 1 << 20, bias: false)
        let graph = builder.finish(
            try layer(
                try layer(
                    try layer(
                        try layer(
                            try layer(
                                try layer(
                                    try layer(try layer(try layer(builder.input))))))))))
        #expect(graph.cost.total.flops == .max)
    }
}

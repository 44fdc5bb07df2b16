import ModelGraph
import TensorCore
import Testing

/// What the layers declare and record; their output shapes are tested with their operations.
@Suite struct LayerTests {
    @Test("batch-norm declares two parameters and three buffers, the counter as int64")
    func batchNorm() throws {
        let builder = GraphBuilder(inputShape: [1, 3, 2, 2])
        let layer = try BatchNorm(builder.root("bn"), 3, epsilon: 1e-3)
        let graph = builder.finish(try layer(builder.input))
        #expect(
            graph.parameters.map(\.signature) == [
                TensorSignature(key: "bn.weight", dtype: .float32, shape: [3]),
                TensorSignature(key: "bn.bias", dtype: .float32, shape: [3]),
                TensorSignature(key: "bn.running_mean", dtype: .float32, shape: [3]),
                TensorSignature(key: "bn.running_var", dtype: .float32, shape: [3]),
                TensorSignature(key: "bn.num_batches_tracked", dtype: .int64, shape: []),
            ])
        #expect(graph.parameters.map(\.role) == [.parameter, .parameter, .buffer, .buffer, .buffer])
        #expect(graph.nodes[1].operation == .batchNorm(.init(epsilon: 1e-3)))
        #expect(graph.nodes[1].weights == [0, 1, 2, 3])
    }

    @Test("a grouped convolution declares its share of the inputs")
    func groupedConvolution() throws {
        let builder = GraphBuilder(inputShape: [1, 6, 5, 5])
        let layer = try Conv2d(builder.root("conv"), 6, 4, kernel: 3, stride: 2, padding: 1, dilation: 1, groups: 2)
        let graph = builder.finish(try layer(builder.input))
        #expect(graph.parameters.map(\.shape) == [[4, 3, 3, 3], [4]])
        #expect(graph.shape(of: graph.output) == [1, 4, 3, 3])
    }

    @Test("groups that do not divide the channels are an error that names the layer", arguments: [0, -2, 4])
    func groups(groups: Int) {
        let scope = GraphBuilder(inputShape: []).root("conv")
        #expect(throws: GraphError.shape(module: "conv", .groups(groups, channels: 6))) {
            try Conv2d(scope, 6, 8, kernel: 1, groups: groups)
        }
    }

    @Test("a sequence states its own output after those of its modules")
    func sequence() throws {
        let builder = GraphBuilder(inputShape: [1, 2, 8, 8])
        let scope = builder.root("features")
        let layers = Sequential(
            scope,
            [
                MaxPool2d(scope(0), kernel: 3, stride: 2, padding: 1), AvgPool2d(scope(1), kernel: 2, stride: 2),
                AdaptiveAvgPool2d(scope(2), 1), ActivationLayer(scope(3), .sigmoid),
            ])
        let graph = builder.finish(try layers(builder.input))
        #expect(graph.modules.map(\.path) == ["features.0", "features.1", "features.2", "features.3", "features"])
        #expect(graph.modules.map { graph.shape(of: $0.value)[2] } == [4, 2, 1, 1, 1])
        #expect(graph.modules.last?.value == graph.output)
    }

    @Test("steps without a path are recorded under their module")
    func steps() throws {
        let builder = GraphBuilder(inputShape: [1, 2, 3, 3])
        let scope = builder.root("block")
        let sum = try scope.add(builder.input, try scope.activate(.relu6, builder.input))
        let graph = builder.finish(try scope.flatten(try scope.multiply(sum, by: sum)))
        #expect(
            graph.nodes.dropFirst().map(\.operation) == [
                .activation(.relu6), .binary(.init(.add)), .binary(.init(.multiply)), .reshape(.init([1, 18])),
            ])
        #expect(graph.nodes.dropFirst().allSatisfy { $0.module == "block" })
        #expect(graph.modules.isEmpty)
        #expect(graph.shape(of: graph.output) == [1, 18])
    }
}

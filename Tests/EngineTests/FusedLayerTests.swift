import ModelGraph
import Testing

@testable import Engine

@Suite struct FusedLayerTests {
    @Test("a residual block becomes one layer a convolution, whichever branch was recorded first")
    func residualBlock() throws {
        let builder = GraphBuilder(inputShape: [1, 4, 5, 5])
        let scope = builder.root
        let shared = try scope("stem").normalized(builder.input)
        let branch = try scope("bn").normalized(Conv2d(scope("conv"), 4, 4, kernel: 3, padding: 1)(shared))
        let shortcut = try scope("down.bn").normalized(Conv2d(scope("down.conv"), 4, 4, kernel: 1)(shared))
        let sum = try scope.record(.add, branch, shortcut)
        let graph = builder.finish(try scope.record(.activation(.relu), sum))
        let layers = graph.fusedLayers(observed: [])
        #expect(layers.count == 4)
        #expect(layers[2].output == branch)
        #expect(layers[2].residual == nil)
        #expect(layers[3].residual == branch)
        #expect(layers[3].activation == .relu)
        #expect(layers[3].output == graph.output)
    }

    @Test("a value that two nodes read is not fused away")
    func sharedValue() throws {
        let builder = GraphBuilder(inputShape: [1, 4, 5, 5])
        let convolved = try Conv2d(builder.root("conv"), 4, 4, kernel: 1)(builder.input)
        let sum = try builder.root.record(.add, convolved, convolved)
        let layers = builder.finish(sum).fusedLayers(observed: [])
        #expect(layers.map(\.output) == [builder.input, convolved, sum])
    }

    @Test("an observed value is not fused away")
    func observedValue() throws {
        let builder = GraphBuilder(inputShape: [1, 4, 5, 5])
        let convolved = try Conv2d(builder.root("conv"), 4, 4, kernel: 1)(builder.input)
        let normalized = try builder.root("bn").normalized(convolved)
        let graph = builder.finish(normalized)
        #expect(graph.fusedLayers(observed: []).map(\.output) == [builder.input, normalized])
        #expect(graph.fusedLayers(observed: [convolved]).map(\.output) == [builder.input, convolved, normalized])
    }
}

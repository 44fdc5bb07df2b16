import ModelGraph
import ModelZoo
import Testing

@Suite struct ResNetTests {
    @Test("a network without bottlenecks refuses what only they have")
    func basicBlocks() {
        let networks = [
            ResNet(.resNet18, expansion: 2), ResNet(.resNet34, groups: 32), ResNet(.resNet34, squeezeRatio: 16),
        ]
        for network in networks {
            #expect(throws: GraphError.self) { try network.module(in: GraphBuilder(inputShape: []).root("backbone")) }
        }
    }

    @Test("hyper-parameters that give no channels are an error", arguments: [0, -1])
    func noChannels(factor: Int) {
        let networks = [
            ResNet(.resNet18, baseChannels: factor), ResNet(.resNet50, expansion: factor),
            ResNet(.resNet50, groups: factor), ResNet(.resNet50, groups: 32, widthPerGroup: factor),
            ResNet(.resNet50, squeezeRatio: factor),
        ]
        for network in networks {
            #expect(throws: GraphError.self) { try network.module(in: GraphBuilder(inputShape: []).root("backbone")) }
        }
    }

    @Test("V1d pools a single pixel, as PyTorch's ceil mode does")
    func singlePixel() throws {
        let graph = try ModelZoo.model(named: "resnetv1d50").graph(input: [1, 3, 1, 1], endingAt: "backbone")
        #expect(graph.shape(of: graph.output) == [1, 2048, 1, 1])
    }
}

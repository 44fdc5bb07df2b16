import ModelGraph
import TensorCore
import Testing

@Suite struct GraphBuilderTests {
    @Test("parameters are in the order of declaration, nodes in the order of calls")
    func orders() throws {
        let builder = GraphBuilder(inputShape: [1, 2, 4, 4])
        let second = try Conv2d(builder.root("second"), 3, 2, kernel: 1, bias: false)
        let first = try Conv2d(builder.root("first"), 2, 3, kernel: 3, padding: 1)
        let graph = builder.finish(try second(try first(builder.input)))
        #expect(graph.parameters.map(\.key) == ["second.weight", "first.weight", "first.bias"])
        #expect(graph.nodes.map(\.module) == ["", "first", "second"])
        #expect(graph.nodes.map(\.weights) == [[], [1, 2], [0]])
        #expect(graph.modules.map(\.path) == ["first", "second"])
        #expect(graph.shape(of: graph.output) == [1, 2, 4, 4])
    }

    @Test("a name declared twice is an error")
    func declaredTwice() throws {
        let scope = GraphBuilder(inputShape: []).root("fc")
        _ = try Linear(scope, 2, 3)
        #expect(throws: GraphError.declaredTwice("fc.weight")) { try Linear(scope, 2, 3) }
    }

    @Test("operands that do not fit are an error that names the module")
    func unfitting() throws {
        let builder = GraphBuilder(inputShape: [1, 5])
        let layer = try Linear(builder.root("head")("fc"), 4, 3)
        let error = GraphError.shape(module: "head.fc", .channels(expected: 4, found: 5))
        #expect(throws: error) { try layer(builder.input) }
        #expect(error.description == "head.fc: needs 4 channels, found 5")
    }

    @Test("a parameter that no memory holds is an error that names the module", arguments: [0, -1, Int.max])
    func hostileParameter(extent: Int) {
        let scope = GraphBuilder(inputShape: []).root("fc")
        #expect(throws: GraphError.shape(module: "fc", .size([extent, 1 << 20]))) {
            try scope.declare("weight", [extent, 1 << 20])
        }
    }
}

import ModelGraph
import TensorCore
import Testing

@Suite struct GraphEndingTests {
    /// input → a → b → (model), with c declared before b and called after it.
    private func graph() throws -> Graph {
        let builder = GraphBuilder(inputShape: [1, 2])
        let a = try Linear(builder.root("a"), 2, 3)
        let c = try Linear(builder.root("c"), 4, 5)
        let b = try Linear(builder.root("b"), 3, 4, bias: false)
        return builder.finish(builder.root.output(try c(try b(try a(builder.input)))))
    }

    @Test("what does not lead to the module is left out, the rest keeps its order")
    func ending() throws {
        let part = try graph().ending(at: "b")
        #expect(part.parameters.map(\.key) == ["a.weight", "a.bias", "b.weight"])
        #expect(part.nodes.map(\.module) == ["", "a", "b"])
        #expect(part.nodes.map(\.weights) == [[], [0, 1], [2]])
        #expect(part.modules.map(\.path) == ["a", "b"])
        #expect(part.shape(of: part.output) == [1, 4])
    }

    @Test("a module's unused buffers stay with it")
    func buffers() throws {
        let builder = GraphBuilder(inputShape: [1, 2, 3, 3])
        let norms = [try BatchNorm(builder.root("a"), 2), try BatchNorm(builder.root("b"), 2)]
        let graph = builder.finish(try norms[1](try norms[0](builder.input)))
        #expect(try graph.ending(at: "a").parameters.map(\.key) == graph.parameters.prefix(5).map(\.key))
    }

    @Test("the end of the whole model is the whole model")
    func whole() throws {
        let whole = try graph()
        #expect(try whole.ending(at: "").parameters == whole.parameters)
    }

    @Test("an unknown module is an error that names it")
    func unknown() throws {
        let whole = try graph()
        #expect(throws: GraphError.unknownModule("d")) { try whole.ending(at: "d") }
    }
}

import ModelGraph
import Testing

@testable import Engine

/// That rewrites find what they look for; `OperationSuiteTests` shows that they keep what a graph computes.
@Suite struct RewriteTests {
    /// The operations of a case of the suite after a rewrite.
    private func operations(
        of cases: [OperationCase], _ description: String, after rewrite: Rewrite
    ) throws -> [Operation] {
        let graph = try #require(cases.first(where: { $0.description == description })).graph
        var changed = PlanGraph(graph, kept: [graph.output])
        try rewrite.apply(&changed)
        return changed.order.map { changed.nodes[$0].operation }
    }

    @Test("a layer norm and a normalisation that are written out become one operation")
    func norms() throws {
        #expect(
            try operations(of: OperationCase.norms, "layer norm of channels written out", after: .layerNorm) == [
                .input, .permute(.init([0, 2, 3, 1])), .layerNorm(.init(epsilon: 1e-6)), .permute(.init([0, 3, 1, 2])),
            ])
        #expect(
            try operations(of: OperationCase.norms, "vectors of length 1 written out", after: .normalize) == [
                .input, .normalize(.init(axis: 1, epsilon: 1e-12)),
            ])
    }

    @Test("a hard swish and a hard sigmoid that are written out become activations")
    func gates() throws {
        #expect(
            try operations(
                of: OperationCase.elementwise, "a hard swish and a hard sigmoid written out", after: .hardGates) == [
                    .input, .affine(.init(scale: 5)), .activation(.hardSwish), .activation(.hardSigmoid),
                    .binary(.init(.add)),
                ])
    }

    @Test(
        "several permutations become one, unless their axes do not divide each other",
        arguments: [
            ("patches by several permutations", 1), ("permutations of axes that do not divide each other", 2),
        ])
    func permutations(description: String, count: Int) throws {
        let found = try operations(of: OperationCase.views, description, after: .rearrangement)
        #expect(found.count { if case .permute = $0 { true } else { false } } == count)
    }
}

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
        let layerNorm: [Operation] = [
            .input, .permute(.init([0, 2, 3, 1])), .layerNorm(.init(epsilon: 1e-6)), .permute(.init([0, 3, 1, 2])),
        ]
        let channels = try operations(of: OperationCase.norms, "layer norm of channels written out", after: .layerNorm)
        #expect(channels == layerNorm)
        let vectors = try operations(of: OperationCase.norms, "vectors of length 1 written out", after: .normalize)
        #expect(vectors == [.input, .normalize(.init(axis: 1, epsilon: 1e-12))])
    }

    @Test("a norm that spreads to more rows than its operand has stays as it is")
    func spreadNorm() throws {
        let spread = OperationCase("spread", [1, 19]) { scope, x in
            let norm = try scope.reduce(.norm, x, axes: [1], keepingAxes: true)
            let bounded = try scope.activate(.clamp(lower: 1e-12, upper: .infinity), norm)
            return try scope.divide(x, by: scope.expand(bounded, [4, 1]))
        }
        let found = try operations(of: [spread], "spread", after: .normalize)
        #expect(found.last == .binary(.init(.divide)))
    }

    @Test("a hard swish and a hard sigmoid that are written out become activations")
    func gates() throws {
        let gates: [Operation] = [
            .input, .affine(.init(scale: 5)), .activation(.hardSwish), .activation(.hardSigmoid), .binary(.init(.add)),
        ]
        let name = "a hard swish and a hard sigmoid written out"
        #expect(try operations(of: OperationCase.elementwise, name, after: .hardGates) == gates)
        let quotient = try operations(
            of: OperationCase.elementwise, "a hard sigmoid written out, with a quotient", after: .hardGates)
        #expect(quotient == [.input, .affine(.init(scale: 5)), .activation(.hardSigmoid)])
    }

    @Test("scores over a number are those of an attention")
    func attention() throws {
        let name = "attention over a number, written out"
        let found = try operations(of: OperationCase.attentions, name, after: .attention)
        #expect(found.last == .attention(.init(scale: 1 / 3.3, isExplicit: true)))
    }

    @Test("scores in whose place a constant mask has -inf are those of an attention")
    func maskedScores() throws {
        let both = Rewrite { graph in
            try Rewrite.maskedScores.apply(&graph)
            try Rewrite.attention.apply(&graph)
        }
        let name = "attention with -inf for later keys, written out"
        let found = try operations(of: OperationCase.attentions, name, after: both)
        #expect(found.last == .attention(.init(scale: 1, isExplicit: true)))
    }

    @Test("a channel shuffle becomes a choice of channels")
    func channelShuffle() throws {
        let found = try operations(of: OperationCase.units, "a product of shuffled channels", after: .channelShuffle)
        #expect(found.contains { if case .gather(let gather) = $0 { gather.axis == 1 } else { false } })
        #expect(!found.contains { if case .permute = $0 { true } else { false } })
    }

    @Test("channels that are appended one by one are put together once")
    func concatenation() throws {
        let found = try operations(of: OperationCase.views, "channels appended one by one", after: .concatenation)
        #expect(found.filter { $0 == .concat(.init(axis: 1)) }.count == 2)
    }

    @Test("a layer whose rows are arranged otherwise and added to a value is one unit")
    func scattered() throws {
        let name = "windows that become a map again, with a residual"
        let graph = try #require(OperationCase.units.first(where: { $0.description == name })).graph
        let plan = PlanGraph(graph, kept: [graph.output])
        let units = plan.units(of: plan.fusedSteps())
        #expect(units.contains { if case .scattered = $0 { true } else { false } })
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

import ModelGraph
import Testing

@testable import Engine

/// Which branches become one convolution; `OperationSuiteTests` shows that they keep what a graph computes.
@Suite struct ParallelBranchTests {
    private func rewritten(_ graph: Graph, kept: Set<Value> = []) throws -> PlanGraph {
        var changed = PlanGraph(graph, kept: kept.union([graph.output]))
        for rewrite in Rewrite.all { try rewrite.apply(&changed) }
        try changed.foldConstants(parameters: PseudoRandomSource(), pool: ThreadPool(threads: 1))
        try Rewrite.parallelBranches.apply(&changed)
        return changed
    }

    private func convolutions(_ graph: PlanGraph) -> Int {
        graph.order.count { if case .conv2d = graph.nodes[$0].operation { true } else { false } }
    }

    @Test(
        "convolutions of one value are one, unless something is between them or their windows do not fit",
        arguments: OperationCase.branches.indices)
    func counts(index: Int) throws {
        let (count, operation) = OperationCase.countedBranches[index]
        #expect(convolutions(try rewritten(operation.graph)) == count, "\(operation)")
    }

    @Test("a sum whose branches are all of one value is the convolution itself")
    func wholeSum() throws {
        let graph = try OperationCase.branches[0].graph
        let changed = try rewritten(graph)
        #expect(changed.order.map { changed.nodes[$0].operation.name } == ["input", "conv2d", "activation"])
        let branches = changed[changed[graph.output].inputs[0]].branches
        #expect(branches.map(\.window.kernel) == [[20, 20, 3, 3], [20, 20, 1, 1], [20, 1, 1, 1]])
        #expect(branches.map(\.weights.isEmpty) == [false, false, true])
    }

    @Test("a branch that is observed stays")
    func observed() throws {
        let graph = try OperationCase.branches[0].graph
        let observed = try #require(graph.modules.first { $0.path == "b.bn" })
        let changed = try rewritten(graph, kept: [observed.value])
        #expect(convolutions(changed) == 2)
        #expect(changed.order.contains(observed.value.node))
    }

    @Test("taps of a smaller or dilated window are found among those of a larger one")
    func taps() {
        func window(_ kernel: Int, padding: Int, dilation: Int = 1, stride: Int = 1, groups: Int = 1)
            -> ConvolutionBranch.Window
        {
            ConvolutionBranch.Window(
                geometry: Conv2dGeometry(
                    stride: .square(stride), padding: .square(padding), dilation: .square(dilation), groups: groups),
                kernel: [8, 8 / groups, kernel, kernel])
        }
        let large = window(3, padding: 1)
        #expect(window(1, padding: 0).taps(in: large) == [4])
        #expect(window(1, padding: 1).taps(in: large) == [0])
        #expect(window(1, padding: 0, groups: 8).taps(in: large) == [4])
        #expect(large.taps(in: window(1, padding: 0)) == nil)
        #expect(large.taps(in: window(3, padding: 1, groups: 2)) == nil)
        #expect(window(1, padding: 0, stride: 2).taps(in: large) == nil)
        #expect(window(2, padding: 2, dilation: 2).taps(in: large) == nil)
        #expect(window(2, padding: 1, dilation: 2).taps(in: large) == [0, 2, 6, 8])
    }
}

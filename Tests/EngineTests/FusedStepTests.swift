import ModelGraph
import Testing

@testable import Engine

@Suite struct FusedStepTests {
    @Test("a residual block becomes one step a convolution, whichever branch was recorded first")
    func residualBlock() throws {
        let builder = GraphBuilder(inputShape: [1, 4, 5, 5])
        let scope = builder.root
        let shared = try scope("stem").normalized(builder.input)
        let branch = try scope("bn").normalized(Conv2d(scope("conv"), 4, 4, kernel: 3, padding: 1)(shared))
        let shortcut = try scope("down.bn").normalized(Conv2d(scope("down.conv"), 4, 4, kernel: 1)(shared))
        let sum = try scope.add(branch, shortcut)
        let graph = builder.finish(try scope.activate(.relu, sum))
        let steps = PlanGraph(graph, kept: [graph.output]).fusedSteps()
        // Whichever convolution was recorded first takes in the sum, and runs when the other is done.
        #expect(steps.map(\.output) == [builder.input, shared, shortcut, graph.output])
        #expect(steps[3].epilogues.dropFirst() == [.add(shortcut), .activation(.relu)])
    }

    @Test("a value that two nodes read is not fused away")
    func sharedValue() throws {
        let builder = GraphBuilder(inputShape: [1, 4, 5, 5])
        let convolved = try Conv2d(builder.root("conv"), 4, 4, kernel: 1)(builder.input)
        let sum = try builder.root.add(convolved, convolved)
        let steps = PlanGraph(builder.finish(sum), kept: [sum]).fusedSteps()
        #expect(steps.map(\.output) == [builder.input, convolved, sum])
    }

    @Test("an observed value is not fused away")
    func observedValue() throws {
        let builder = GraphBuilder(inputShape: [1, 4, 5, 5])
        let convolved = try Conv2d(builder.root("conv"), 4, 4, kernel: 1)(builder.input)
        let normalized = try builder.root("bn").normalized(convolved)
        let graph = builder.finish(normalized)
        #expect(PlanGraph(graph, kept: [normalized]).fusedSteps().map(\.output) == [builder.input, normalized])
        #expect(
            PlanGraph(graph, kept: [convolved, normalized]).fusedSteps().map(\.output)
                == [builder.input, convolved, normalized])
    }
}

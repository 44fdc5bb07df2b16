import TensorCore
import Testing

@testable import Engine

/// Every operation, by one measure.
@Suite struct OperationSuiteTests {
    @Test(
        "the plan gives what the reference gives, in the same bits on every instruction set and number of threads",
        arguments: OperationCase.all)
    func agreement(operation: OperationCase) throws {
        let graph = try operation.graph
        let input = PseudoRandom.tensor(graph.inputShape, seed: 7)
        let exact = try ReferenceInterpreter(graph: graph, parameters: PseudoRandomSource(), threads: 1)
            .run(DenseTensor(shape: input.shape, scalars: input.scalars.map(Double.init)))
        let bound = 0x1p-19 * max(1, exact.scalars.map(abs).max() ?? 0)
        var first: [UInt32]?
        for set in InstructionSet.available {
            for threads in [1, 2, 3] {
                var options = ExecutionPlan.Options(threads: threads, instructionSet: set)
                options.poisonsMemory = true
                let plan = try ExecutionPlan(graph: graph, parameters: PseudoRandomSource(), options: options)
                let output = try plan.run(input)
                try #require(output.shape == exact.shape)
                let bits = output.scalars.map(\.bitPattern)
                if let first {
                    #expect(bits == first, "\(set), \(threads) threads: other bits")
                    continue
                }
                first = bits
                let worst = zip(output.scalars, exact.scalars).map { abs(Double($0) - $1) }
                #expect(worst.allSatisfy { $0 <= bound }, "\(set): off by \(worst.max() ?? 0), allowed \(bound)")
                #expect(try plan.run(input).scalars.map(\.bitPattern) == bits, "a second run differs")
            }
        }
    }
}

import Engine
import ModelGraph
import ModelZoo
import TensorCore
import Testing

@testable import Verification

/// `scripts/check_plans` does the same for every architecture.
@Suite struct PlanDigestTests {
    @Test(
        "whole models give the same bits on every instruction set and number of threads",
        arguments: [
            "mobilenet-v2_8xb32_in1k", "efficientnet-b0_3rdparty_8xb32_in1k", "shufflenet-v2-1x_16xb64_in1k",
            "densenet121_3rdparty_in1k",
        ])
    func bits(name: String) throws {
        let graph = try ModelZoo.model(named: name).graph(input: [1, 3, 33, 33])
        let input = SeededWeights.input(shape: graph.inputShape)
        var first: [UInt32]?
        for (index, set) in InstructionSet.available.enumerated() {
            let options = ExecutionPlan.Options(threads: index + 1, instructionSet: set)
            let plan = try ExecutionPlan(graph: graph, parameters: SeededWeights(), options: options)
            let bits = try plan.run(input).scalars.map(\.bitPattern)
            #expect(bits == first ?? bits, "\(set), \(index + 1) threads")
            first = first ?? bits
        }
    }
}

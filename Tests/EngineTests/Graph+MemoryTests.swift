import ModelGraph
import TensorCore
import Testing

@testable import Engine

@Suite struct GraphMemoryTests {
    /// A graph of a few bytes that asks for terabytes.
    private func padded(_ edge: Int) throws -> Graph {
        let builder = GraphBuilder(inputShape: [1, 1, 2, 2])
        let pad = Operation.pad(.init(before: [0, 0, edge, edge], after: [0, 0, 0, 0]))
        let wide = try builder.root.record(pad, builder.input)
        return builder.finish(try builder.root.record(.reduce(.init(.sum, axes: [2, 3])), wide))
    }

    @Test("values that take more memory than the machine has are an error, not a crash")
    func refusal() throws {
        let graph = try padded((1 << 19) - 2)
        let input = DenseTensor<Double>(shape: graph.inputShape, repeating: 1)
        let oracle = #expect(throws: EngineError.self) {
            try ReferenceInterpreter(graph: graph, parameters: PseudoRandomSource()).run(input)
        }
        let plan = #expect(throws: EngineError.self) {
            _ = try ExecutionPlan(graph: graph, parameters: PseudoRandomSource())
        }
        for error in [oracle, plan] {
            guard case .memory(let bytes, let available)? = error else {
                Issue.record("\(error.map { "\($0)" } ?? "no error")")
                continue
            }
            #expect(bytes >= 4 << 38 && available < bytes)
        }
    }

    @Test("live values are those that a later node reads, constants all of them")
    func live() throws {
        let builder = GraphBuilder(inputShape: [2, 3])
        let first = try builder.root.activate(.relu, builder.input)
        let second = try builder.root.activate(.relu, first)
        let graph = builder.finish(try builder.root.add(second, builder.input))
        // The input lives to the end, beside the value that is read and the one that is made.
        #expect(graph.liveBytes(width: 4) == 3 * 6 * 4)
        #expect(try padded(0).liveBytes(width: 8) == 2 * 4 * 8)

        let other = GraphBuilder(inputShape: [2, 3])
        let ramp = try other.root.constant(ComputedTable("ramp", shape: [3]) { [0, 1, 2] })
        let sum = try other.root.add(other.root.activate(.relu, other.input), ramp)
        // Input and ReLU, then ReLU and sum; the constant beside them.
        #expect(other.finish(sum).liveBytes(width: 4, constantWidth: 8) == 2 * 6 * 4 + 3 * 8)
    }
}

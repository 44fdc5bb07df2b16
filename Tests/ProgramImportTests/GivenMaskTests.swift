import Engine
import ModelGraph
import TensorCore
import Testing
import Verification

@testable import ProgramImport

@Suite struct GivenMaskTests {
    @Test("a query that sees no key by a mask of floats that the program is given gives 0")
    func hiddenRow() throws {
        let tracer = Tracer(GraphBuilder(inputShape: [2, 2]))
        let mask = ProgramValue.tensor(tracer.tensor(tracer.builder.input))
        let rows = ProgramValue.tensor(
            ProgramTensor(ConstantTensor(.float32, [1, 2, 3], [0.5, -1, 2, 1.5, 3, -2])))
        let name = "scaled_dot_product_attention.default"
        let arguments: [(name: String, value: Call.Argument)] = [
            ("query", .value(rows)), ("key", .value(rows)), ("value", .value(rows)), ("attn_mask", .value(mask)),
        ]
        let lowering = try #require(ATenCalls.find("torch.ops.aten." + name))
        let results = try lowering.run(Call(tracer, name: name, arguments, outputCount: 1))
        guard case .tensor(let output)? = results.first else {
            Issue.record("no tensor")
            return
        }
        let graph = tracer.builder.finish(try tracer.value(output))
        let found = try ReferenceInterpreter(graph: graph, parameters: SeededWeights(), threads: 1)
            .run(DenseTensor(shape: [2, 2], scalars: [-.infinity, -.infinity, 0, -.infinity]))
        for (own, expected) in zip(found.scalars, [0, 0, 0, 0.5, -1, 2]) { #expect(abs(own - expected) < 1e-9) }
    }
}

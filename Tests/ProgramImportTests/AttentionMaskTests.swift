import Engine
import ModelGraph
import TensorCore
import Testing
import Verification

@testable import ProgramImport

@Suite struct AttentionMaskTests {
    @Test("only −∞ hides a key: a row of the least finite number gives the mean of the values, as in PyTorch")
    func leastNumber() throws {
        let least = -Double(Float.greatestFiniteMagnitude)
        let mask = ProgramTensor(ConstantTensor(.float32, [2, 2], [least, least, 0, -.infinity]))
        let tracer = Tracer(GraphBuilder(inputShape: [1, 2, 3]))
        let input = ProgramValue.tensor(tracer.tensor(tracer.builder.input))
        let name = "scaled_dot_product_attention.default"
        let arguments: [(name: String, value: Call.Argument)] = [
            ("query", .value(input)), ("key", .value(input)), ("value", .value(input)),
            ("attn_mask", .value(.tensor(mask))),
        ]
        let lowering = try #require(ATenCalls.find("torch.ops.aten." + name))
        let results = try lowering.run(Call(tracer, name: name, arguments, outputCount: 1))
        guard case .tensor(let output)? = results.first else {
            Issue.record("no tensor")
            return
        }
        let graph = tracer.builder.finish(try tracer.value(output))
        let found = try ReferenceInterpreter(graph: graph, parameters: SeededWeights(), threads: 1)
            .run(DenseTensor(shape: [1, 2, 3], scalars: [0.5, -1, 2, 1.5, 3, -2]))
        for (own, expected) in zip(found.scalars, [1, 1, 0, 0.5, -1, 2]) { #expect(abs(own - expected) < 1e-9) }
    }
}

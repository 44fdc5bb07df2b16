import ModelGraph
import TensorCore
import Testing

@testable import ProgramImport

@Suite struct InputLimitTests {
    @Test("integers that index a table may be any of its positions, with index.Tensor as with an embedding")
    func positions() throws {
        let tracer = Tracer(GraphBuilder(inputs: [GraphInput([4], isDiscrete: true)]))
        let table = ProgramTensor(ConstantTensor(.float32, [12, 3], [Double](repeating: 0, count: 36)))
        let positions = tracer.tensor(tracer.builder.input, .int64)
        let arguments: [(name: String, value: Call.Argument)] = [
            ("self", .value(.tensor(table))), ("indices", .value(.tensors([positions]))),
        ]
        let lowering = try #require(ATenCalls.find("torch.ops.aten.index.Tensor"))
        let results = try lowering.run(Call(tracer, name: "index.Tensor", arguments, outputCount: 1))
        guard case .tensor(let found)? = results.first else {
            Issue.record("no tensor")
            return
        }
        #expect(tracer.builder.finish(try tracer.value(found)).inputLimits == [12])
    }
}

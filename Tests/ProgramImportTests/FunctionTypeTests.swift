import ModelGraph
import TensorCore
import Testing

@testable import ProgramImport

@Suite struct FunctionTypeTests {
    @Test(
        "a function of integers gives floats, known or not, unless it gives whole numbers",
        arguments: [
            ("sqrt.default", DType.float32), ("reciprocal.default", .float32), ("log.default", .float32),
            ("abs.default", .int64), ("neg.default", .int64), ("sign.default", .int64), ("floor.default", .int64),
        ])
    func types(name: String, expected: DType) throws {
        let tracer = Tracer(GraphBuilder(inputShape: [2]))
        let lowering = try #require(ATenCalls.find("torch.ops.aten." + name))
        for tensor in [
            tracer.tensor(tracer.builder.input, .int64), ProgramTensor(ConstantTensor(.int64, [2], [4, 9])),
        ] {
            let results = try lowering.run(
                Call(tracer, name: name, [("self", .value(.tensor(tensor)))], outputCount: 1))
            guard case .tensor(let result)? = results.first else {
                Issue.record("no tensor")
                return
            }
            #expect(result.dtype == expected)
        }
    }
}

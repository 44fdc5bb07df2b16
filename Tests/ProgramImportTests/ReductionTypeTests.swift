import ModelGraph
import TensorCore
import Testing

@testable import ProgramImport

@Suite struct ReductionTypeTests {
    @Test(
        "sums and extremes of integers that depend on the input are integers, so that they can index",
        arguments: [
            ("sum.dim_IntList", DType.bool, DType.int64), ("sum.dim_IntList", .int32, .int64),
            ("amax.default", .int32, .int32),
            ("amin.default", .int64, .int64), ("cumsum.default", .int64, .int64), ("cumsum.default", .bool, .int64),
            ("sum.dim_IntList", .float32, .float32), ("cumsum.default", .float32, .float32),
        ])
    func types(name: String, given: DType, expected: DType) throws {
        let tracer = Tracer(GraphBuilder(inputShape: [2, 3]))
        let dimension: Call.Argument = name.hasPrefix("cumsum") ? .value(.number(1)) : .numbers([1])
        let arguments: [(name: String, value: Call.Argument)] = [
            ("self", .value(.tensor(tracer.tensor(tracer.builder.input, given)))), ("dim", dimension),
        ]
        let lowering = try #require(ATenCalls.find("torch.ops.aten." + name))
        let results = try lowering.run(Call(tracer, name: name, arguments, outputCount: 1))
        guard case .tensor(let tensor)? = results.first else {
            Issue.record("no tensor")
            return
        }
        #expect(tensor.dtype == expected)
    }
}

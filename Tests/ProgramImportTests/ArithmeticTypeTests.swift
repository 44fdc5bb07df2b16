import ModelGraph
import TensorCore
import Testing

@testable import ProgramImport

@Suite struct ArithmeticTypeTests {
    /// The type of what a call gives for tensors of these types that depend on the input.
    private func resultType(_ name: String, _ left: DType, _ right: DType?, number: Double = 0) throws -> DType? {
        let tracer = Tracer(GraphBuilder(inputShape: [2, 3]))
        func tensor(_ dtype: DType) -> Call.Argument { .value(.tensor(tracer.tensor(tracer.builder.input, dtype))) }
        let other = right.map(tensor) ?? .value(.number(number))
        let lowering = try #require(ATenCalls.find("torch.ops.aten." + name))
        let results = try lowering.run(
            Call(tracer, name: name, [("self", tensor(left)), ("other", other)], outputCount: 1))
        guard case .tensor(let tensor)? = results.first else { return nil }
        return tensor.dtype
    }

    @Test("truths and integers that depend on the input give numbers of the type that PyTorch gives")
    func types() throws {
        #expect(try resultType("mul.Tensor", .bool, nil, number: -1e9) == .float32)
        #expect(try resultType("mul.Tensor", .bool, .bool) == .bool)
        #expect(try resultType("mul.Tensor", .int64, .bool) == .int64)
        #expect(try resultType("mul.Tensor", .bool, .int64) == .int64)
        #expect(try resultType("div.Tensor", .int64, .int64) == .float32)
        #expect(try resultType("rsub.Scalar", .int64, nil, number: 0.5) == .float32)
        #expect(try resultType("rsub.Scalar", .int64, nil, number: 2) == .int64)
    }
}

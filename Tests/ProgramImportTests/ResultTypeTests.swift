import TensorCore
import Testing

@testable import ProgramImport

/// The types of what calls give for tensors that depend on the input, as PyTorch promotes them.
@Suite struct ResultTypeTests {
    @Test(
        "two operands",
        arguments: [
            ("mul.Tensor", DType.bool, DType.bool, DType.bool), ("mul.Tensor", .int64, .bool, .int64),
            ("mul.Tensor", .bool, .int64, .int64), ("div.Tensor", .int64, .int64, .float32),
        ])
    func pairs(name: String, left: DType, right: DType, expected: DType) throws {
        let call = RecordedCall(inputShape: [2, 3])
        #expect(try call(name, [("self", call.input(left)), ("other", call.input(right))]).dtype == expected)
    }

    @Test(
        "a tensor and a number: truths are never left as truths, which attention would take for a mask",
        arguments: [
            ("mul.Tensor", DType.bool, -1e9, DType.float32), ("rsub.Scalar", .int64, 0.5, .float32),
            ("rsub.Scalar", .int64, 2, .int64),
        ])
    func numbers(name: String, left: DType, number: Double, expected: DType) throws {
        let call = RecordedCall(inputShape: [2, 3])
        let arguments = [("self", call.input(left)), ("other", RecordedCall.number(number))]
        #expect(try call(name, arguments.map { (name: $0.0, value: $0.1) }).dtype == expected)
    }

    @Test(
        "sums and extremes of integers are integers, so that they can index",
        arguments: [
            ("sum.dim_IntList", DType.bool, DType.int64), ("sum.dim_IntList", .int32, .int64),
            ("amax.default", .int32, .int32), ("amin.default", .int64, .int64), ("cumsum.default", .int64, .int64),
            ("cumsum.default", .bool, .int64), ("sum.dim_IntList", .float32, .float32),
            ("cumsum.default", .float32, .float32),
        ])
    func reductions(name: String, given: DType, expected: DType) throws {
        let call = RecordedCall(inputShape: [2, 3])
        let axis = name.hasPrefix("cumsum") ? RecordedCall.number(1) : .numbers([1])
        #expect(try call(name, [("self", call.input(given)), ("dim", axis)]).dtype == expected)
    }

    @Test(
        "a function of integers gives floats, known or not, unless it gives whole numbers",
        arguments: [
            ("sqrt.default", DType.float32), ("reciprocal.default", .float32), ("log.default", .float32),
            ("abs.default", .int64), ("neg.default", .int64), ("sign.default", .int64), ("floor.default", .int64),
        ])
    func functions(name: String, expected: DType) throws {
        let call = RecordedCall(inputShape: [2])
        for argument in [call.input(.int64), RecordedCall.constant(.int64, [2], [4, 9])] {
            #expect(try call(name, [("self", argument)]).dtype == expected)
        }
    }
}

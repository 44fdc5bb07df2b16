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
        "a tensor and a number, known or not: a float makes floats of integers, and truths are never left as truths",
        arguments: [
            ("mul.Tensor", DType.bool, -1e9, true, DType.float32), ("rsub.Scalar", .int64, 0.5, true, .float32),
            ("mul.Tensor", .int64, 2, true, .float32), ("add.Tensor", .bool, 1, true, .float32),
            ("rsub.Scalar", .int64, 2, false, .int64), ("mul.Tensor", .bool, 2, false, .int64),
            ("add.Tensor", .float32, 2, false, .float32),
        ])
    func numbers(name: String, left: DType, number: Double, isFloat: Bool, expected: DType) throws {
        let call = RecordedCall(inputShape: [2, 3])
        let tensor = RecordedCall.constant(isFloat ? .float32 : .int64, [], [number])
        for argument in [call.input(left), RecordedCall.constant(left, [3], [0, 1, 1])] {
            for other in [isFloat ? .float(number) : RecordedCall.number(number), tensor] {
                #expect(try call(name, [("self", argument), ("other", other)]).dtype == expected)
            }
        }
    }

    @Test("a tensor filled with 1.0 is of floats, one filled with 1 of integers, as a range of such numbers is")
    func fills() throws {
        let call = RecordedCall(inputShape: [2])
        for (one, expected) in [(Call.Argument.float(1), DType.float32), (RecordedCall.number(1), .int64)] {
            #expect(try call("full.default", [("size", .numbers([3])), ("fill_value", one)]).dtype == expected)
            #expect(try call("arange.default", [("end", one)]).dtype == expected)
            let arguments = [("condition", call.input(.bool)), ("self", one), ("other", RecordedCall.number(0))]
            #expect(try call("where.Scalar", arguments.map { (name: $0.0, value: $0.1) }).dtype == expected)
        }
    }

    @Test("any and all of no axes are of each element by itself", arguments: ["any.dims", "all.dims"])
    func noAxes(name: String) throws {
        let call = RecordedCall(inputShape: [2, 2])
        let result = try call(name, [("self", call.input()), ("dim", .numbers([]))])
        #expect(result.dtype == .bool && result.shape == [2, 2])
        #expect(try call.elements(result, [0, 1, -2, 0]) == [0, 1, 1, 0])
    }

    @Test("the last axis of a scalar is its only one")
    func scalar() throws {
        let call = RecordedCall(inputShape: [])
        for name in ["sum.dim_IntList", "mean.dim", "amax.default"] {
            #expect(try call(name, [("self", call.input()), ("dim", .numbers([-1]))]).shape == [])
        }
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

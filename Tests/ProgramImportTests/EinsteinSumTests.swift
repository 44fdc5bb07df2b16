import TensorCore
import Testing

@testable import ProgramImport

@Suite struct EinsteinSumTests {
    @Test(
        "a label that stands twice in an operand takes its diagonal",
        arguments: [
            ("ii->i", [1.0, 5, 9]), ("ii->", [15]), ("ii", [15]), ("ij,jj->i", [38, 83, 128]), ("ii,i", [107]),
        ])
    func diagonals(equation: String, expected: [Double]) throws {
        let call = RecordedCall(inputShape: [3, 3])
        let matrix = call.inputTensor()
        let row = ProgramTensor(ConstantTensor(.float32, [3], [1, 5, 9]))
        let operands = equation.contains(",i") ? [matrix, row] : equation.contains(",") ? [matrix, matrix] : [matrix]
        let result = try call(
            "einsum.default", [("equation", .string(equation)), ("tensors", .value(.tensors(operands)))])
        #expect(try call.elements(result, (1...9).map { Double($0) }) == expected)
    }
}

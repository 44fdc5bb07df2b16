import Testing

@testable import ProgramImport

@Suite struct InputLimitTests {
    @Test("integers that index a table may be any of its positions, with index.Tensor as with an embedding")
    func positions() throws {
        let call = RecordedCall(inputShape: [4], isDiscrete: true)
        let table = RecordedCall.constant(.float32, [12, 3], [Double](repeating: 0, count: 36))
        let positions = Call.Argument.value(.tensors([call.inputTensor(.int64)]))
        let found = try call("index.Tensor", [("self", table), ("indices", positions)])
        #expect(try call.graph(found).inputLimits == [12])
    }
}

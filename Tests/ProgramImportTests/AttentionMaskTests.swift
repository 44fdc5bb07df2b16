import Testing

@testable import ProgramImport

/// What PyTorch's `scaled_dot_product_attention` gives with masks of floats.
@Suite struct AttentionMaskTests {
    private static let rows = [0.5, -1, 2, 1.5, 3, -2]

    private func attention(
        _ call: RecordedCall, of rows: Call.Argument, _ mask: Call.Argument
    ) throws -> ProgramTensor {
        try call(
            "scaled_dot_product_attention.default",
            [("query", rows), ("key", rows), ("value", rows), ("attn_mask", mask)])
    }

    private func expect(_ found: [Double], _ expected: [Double]) {
        #expect(found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-9 }, "\(found)")
    }

    @Test("only −∞ hides a key: a row of the least finite number gives the mean of the values")
    func leastNumber() throws {
        let call = RecordedCall(inputShape: [1, 2, 3])
        let least = -Double(Float.greatestFiniteMagnitude)
        let mask = RecordedCall.constant(.float32, [2, 2], [least, least, 0, -.infinity])
        expect(try call.elements(attention(call, of: call.input(), mask), Self.rows), [1, 1, 0, 0.5, -1, 2])
    }

    @Test("a query that sees no key by a mask that the program is given gives 0")
    func hiddenRow() throws {
        let call = RecordedCall(inputShape: [2, 2])
        let output = try attention(call, of: RecordedCall.constant(.float32, [1, 2, 3], Self.rows), call.input())
        expect(try call.elements(output, [-.infinity, -.infinity, 0, -.infinity]), [0, 0, 0, 0.5, -1, 2])
    }
}

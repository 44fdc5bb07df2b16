import Testing

@testable import CheckpointIO

@Suite struct DictionaryPositionsTests {
    @Test("keys are equal where Python's are: 1, 1.0 and True are one, '1' and b'1' are others")
    func equality() {
        let keys: [CheckpointValue] = [
            .int(1), .string("1"), .bytes([0x31]), .none, .float(0.5), .float(1), .bool(true), .string("1"),
            .bytes([0x31]), .none, .float(0.5), .bool(false), .int(0),
        ]
        let entries = keys.map { CheckpointDictionary.Entry(key: $0, value: .none) }
        var positions = DictionaryPositions()
        let found = keys.indices.map { positions.firstPosition(ofKeyAt: $0, in: entries) }
        #expect(found == [nil, nil, nil, nil, nil, 0, 0, 1, 2, 3, 4, nil, 11])
    }
}

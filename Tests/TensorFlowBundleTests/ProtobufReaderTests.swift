import ByteIO
import Testing

@testable import TensorFlowBundle

struct ProtobufReaderTests {
    @Test("every wire type is read, in order")
    func fields() throws {
        let message: Bytes = [
            0x08, 0x96, 0x01, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1A, 2, 0x61, 0x62, 0x25, 1, 0, 0, 0, 0x08, 0xFF, 0xFF,
            0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01,
        ]
        let fields = try ProtobufReader.fields(of: message)
        #expect(fields.map(\.number) == [1, 2, 3, 4, 1])
        #expect(fields[0].value.integer == 150)
        #expect(fields[2].value.message == Bytes(utf8: "ab"))
        #expect(fields[4].value.integer == -1)
    }

    static let damaged: [Bytes] = [
        [0x08], [0x08, 0x80], [0x11, 1, 2], [0x1A, 2, 0x61], [0x0B], [0x0C], [0x0F], [0x00, 1],
        [0x1A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
        [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02],
    ]

    @Test("a message that ends inside a field, a group and a number beyond 64 bits are errors", arguments: damaged)
    func malformed(message: Bytes) {
        #expect(throws: ProtobufReader.Malformed(offset: 0)) { try ProtobufReader.fields(of: message) }
    }
}

import Testing

@testable import Pickle

@Suite struct PickleIntegerTests {
    @Test(
        "the shortest two's complement keeps the sign",
        arguments: [
            (0, []), (127, [0x7F]), (128, [0x80, 0]), (-1, [0xFF]), (-128, [0x80]), (-129, [0x7F, 0xFF]),
            (.min, [0, 0, 0, 0, 0, 0, 0, 0x80]),
        ]
            as [(Int64, [UInt8])])
    func shortest(_ value: Int64, _ bytes: [UInt8]) {
        #expect(PickleInteger(value).bytes == bytes)
        #expect(PickleInteger(bytes + [value < 0 ? 0xFF : 0, value < 0 ? 0xFF : 0]).int64 == value)
    }

    @Test(
        "decimal text reads and prints as itself",
        arguments: [
            "0", "-1", "9223372036854775808", "-9223372036854775809", "1000000000000000000000000000000",
            "-340282366920938463463374607431768211456",
        ])
    func decimal(_ text: String) {
        #expect(PickleInteger(digits: text.utf8)?.description == text)
    }

    @Test(
        "text that is not an integer is none",
        arguments: ["", "-", "1x", "0x", "0xg", " 1", String(repeating: "9", count: 4301)])
    func invalid(_ text: String) {
        #expect(PickleInteger(digits: text.utf8) == nil)
    }

    @Test("a number too long for decimal digits prints its size")
    func huge() {
        #expect(PickleInteger([UInt8](repeating: 1, count: 2000)).description == "<int of 2000 bytes>")
    }
}

import ByteIO
import Testing

@testable import TensorFlowBundle

struct TensorSliceTests {
    static let numbers: [(Int64, [UInt8])] = [
        (0, [0x80]), (-1, [0x7F]), (63, [0xBF]), (-64, [0x40]), (64, [0xC0, 0x40]), (-65, [0x3F, 0xBF]),
        (8191, [0xDF, 0xFF]), (8192, [0xE0, 0x20, 0x00]), (1 << 20, [0xF0, 0x10, 0, 0]),
        (.max, [0xFF, 0xC0, 0x7F] + [UInt8](repeating: 0xFF, count: 7)),
        (.min, [0x00, 0x3F, 0x80] + [UInt8](repeating: 0, count: 7)),
    ]

    @Test("a signed number is encoded as TensorFlow's OrderedCode does", arguments: numbers)
    func signed(value: Int64, bytes: [UInt8]) {
        #expect(TensorSlice.encoded(value) == bytes)
    }

    @Test("the encoding keeps the order of numbers")
    func order() {
        let numbers = (-9000...9000).map { TensorSlice.encoded($0) }
        for (low, high) in zip(numbers, numbers.dropFirst()) { #expect(low.lexicographicallyPrecedes(high)) }
    }

    @Test("an extent without a length is the whole axis, and its key says so")
    func whole() throws {
        // Two extents: one empty message, and {start: 1, length: 2}.
        let slice = try #require(TensorSlice([0x0A, 0, 0x0A, 4, 0x08, 1, 0x10, 2], of: [4, 3]))
        #expect(slice.starts == [0, 1])
        #expect(slice.lengths == [4, 2])
        #expect(slice.key(of: Array("a\u{0}".utf8)) == [0, 0x61, 0, 0xFF, 0, 1, 1, 2, 0x80, 0x7F, 0x81, 0x82])
    }

    @Test("slices overlap where all their axes do")
    func overlap() throws {
        func slice(_ start: UInt8, _ length: UInt8) throws -> TensorSlice {
            try #require(TensorSlice([0x0A, 0, 0x0A, 4, 0x08, start, 0x10, length], of: [2, 9]))
        }
        #expect(try slice(0, 3).overlaps(slice(2, 4)))
        #expect(try !slice(0, 3).overlaps(slice(3, 4)))
        #expect(try !slice(0, 3).overlaps(slice(1, 0)))
    }
}

import ByteIO
import Testing

struct BytesTests {
    private let bytes = Bytes(Array(0..<100))

    @Test("a slice counts from its own first byte")
    func slice() throws {
        let slice = try bytes.slice(at: 10, count: 20).slice(5..<8)
        #expect(Array(slice) == [15, 16, 17])
        #expect(slice[0] == 15)
    }

    @Test("a slice outlives the bytes it was taken from")
    func lifetime() throws {
        let slice = try Bytes([UInt8](repeating: 7, count: 1 << 16)).slice(at: 100, count: 3)
        #expect(Array(slice) == [7, 7, 7])
    }

    @Test(
        "a slice past the end is an error with both numbers",
        arguments: [(0, 101, 100), (100, 1, 0), (101, 0, 0), (90, .max, 10), (-1, 1, 0), (5, -1, 95)]
    )
    func sliceBounds(offset: Int, count: Int, remaining: Int) {
        #expect(throws: ByteError.truncated(offset: offset, needed: count, remaining: remaining)) {
            try bytes.slice(at: offset, count: count)
        }
    }

    @Test("an integer may lie at any offset, in either byte order", arguments: [0, 1, 3, 91])
    func load(offset: Int) throws {
        let first = UInt64(offset)
        let little = (0..<8).reduce(UInt64(0)) { $0 | (first + UInt64($1)) << (8 * UInt64($1)) }
        #expect(try bytes.load(UInt64.self, at: offset) == little)
        #expect(try bytes.load(UInt64.self, at: offset, .big) == little.byteSwapped)
        #expect(try bytes.load(Int16.self, at: offset, .big) == Int16(offset) << 8 | Int16(offset + 1))
    }

    @Test("an integer that ends past the end is an error", arguments: [93, 99, 100, 1000, -1, .max, .min])
    func loadBounds(offset: Int) {
        #expect(throws: ByteError.self) { try bytes.load(UInt64.self, at: offset) }
    }

    @Test("bytes are equal by contents, wherever they lie")
    func equality() throws {
        #expect(try bytes.slice(at: 10, count: 3) == [10, 11, 12])
        #expect(try bytes.slice(at: 10, count: 3) != [10, 11, 13])
        #expect(try bytes.slice(at: 10, count: 3) != [10, 11])
        #expect(try bytes.slice(at: 10, count: 0) == Bytes())
        #expect(try Set([bytes.slice(at: 1, count: 2), [1, 2]]).count == 1)
    }

    @Test("bytes are text only if they are UTF-8")
    func text() {
        #expect(Bytes(utf8: "größe").utf8Text == "größe")
        #expect(Bytes([0xff, 0x41]).utf8Text == nil)
        #expect(Bytes().utf8Text == "")
    }

    @Test("chunks cover the bytes in order", arguments: [1, 7, 100, 1000])
    func chunks(size: Int) {
        var seen: [UInt8] = []
        bytes.forEachChunk(of: size) { seen += $0 }
        #expect(seen == Array(bytes))
    }

    @Test("an initialiser that throws leaves no bytes")
    func throwingInitialiser() {
        let error = ByteError.truncated(offset: 1, needed: 2, remaining: 0)
        #expect(throws: error) { try Bytes(count: 4) { _ throws(ByteError) in throw error } }
    }
}

import ByteIO
import Testing

struct ByteCursorTests {
    @Test("integers are read one after the other in the byte order asked for")
    func integers() throws {
        var cursor = ByteCursor([1, 2, 3, 4, 5, 6, 7, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff])
        #expect(try cursor.u8() == 1)
        #expect(try cursor.u16() == 0x0302)
        #expect(try cursor.u16(.big) == 0x0405)
        #expect(try cursor.u16(.big) == 0x0607)
        #expect(try cursor.i32() == -1)
        #expect(try cursor.i32() == -2)
        #expect(cursor.isAtEnd)
    }

    @Test("64-bit integers are read in either byte order")
    func wideIntegers() throws {
        var cursor = ByteCursor([1, 2, 3, 4, 5, 6, 7, 8, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
        #expect(try cursor.u64(.big) == 0x0102_0304_0506_0708)
        #expect(try cursor.i64() == -2)
        try cursor.seek(to: 0)
        #expect(try cursor.u32() == 0x0403_0201)
    }

    @Test("a read past the end names its offset and both sizes, and moves nothing")
    func truncated() throws {
        var cursor = ByteCursor([1, 2, 3, 4, 5])
        try cursor.skip(3)
        #expect(throws: ByteError.truncated(offset: 3, needed: 4, remaining: 2)) { try cursor.u32() }
        #expect(throws: ByteError.truncated(offset: 3, needed: 3, remaining: 2)) { try cursor.take(3) }
        #expect(throws: ByteError.truncated(offset: 3, needed: .max, remaining: 2)) { try cursor.skip(.max) }
        #expect(throws: ByteError.truncated(offset: 3, needed: -1, remaining: 2)) { try cursor.take(-1) }
        #expect(try cursor.u16() == 0x0504)
        #expect(throws: ByteError.truncated(offset: 5, needed: 1, remaining: 0)) { try cursor.peek() }
    }

    @Test("peeking does not move")
    func peek() throws {
        let cursor = ByteCursor([9])
        #expect(try cursor.peek() == 9)
        #expect(cursor.position == 0)
    }

    @Test(
        "the end is a place to seek to, what follows it is not",
        arguments: [(0, true), (2, true), (3, false), (-1, false)])
    func seek(position: Int, isValid: Bool) {
        var cursor = ByteCursor([1, 2])
        if isValid {
            #expect(throws: Never.self) { try cursor.seek(to: position) }
            #expect(cursor.position == position)
        } else {
            #expect(throws: ByteError.self) { try cursor.seek(to: position) }
        }
    }

    @Test("a run up to a delimiter passes the delimiter, and needs one")
    func delimiter() throws {
        var cursor = ByteCursor(Bytes(utf8: "ab\n\ncd"))
        #expect(try cursor.take(until: 10).utf8Text == "ab")
        #expect(try cursor.take(until: 10).utf8Text == "")
        #expect(throws: ByteError.unterminated(offset: 4, delimiter: 10, remaining: 2)) { try cursor.take(until: 10) }
        #expect(cursor.position == 4)
    }
}

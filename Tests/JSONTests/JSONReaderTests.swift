import JSON
import Testing

@Suite struct JSONReaderTests {
    static let valid: [(text: String, value: JSONValue)] = [
        ("null", JSONValue.null), (" true ", .bool(true)), ("false", .bool(false)),
        ("0", .int(0)), ("-0", .int(0)), ("-12", .int(-12)), ("123456789012345678", .int(123_456_789_012_345_678)),
        ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
        ("9223372036854775808", .digits("9223372036854775808")),
        ("18446744073709551615", .digits("18446744073709551615")),
        ("1.5", .number(1.5)), ("1e3", .number(1000)), ("-2.5E-1", .number(-0.25)), ("0.0", .number(0)),
        ("9007199254740993.0", .number(9_007_199_254_740_992)),
        ("\"\"", ""), ("\"a/b\"", "a/b"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u0041\u00e9\u6a29""#, "A\u{E9}権"), (#""x\ud83d\ude00y""#, "x\u{1F600}y"), (#""\u0000""#, "\0"),
        ("\"\u{7F}\u{2028}\"", "\u{7F}\u{2028}"),
        ("[]", .array([])), ("[ 1 , [ ] ]", .array([.int(1), .array([])])),
        ("{}", .object([])), ("\t{\"b\":1,\r\n\"a\":{\"c\":[null]}}\n", ["b": .int(1), "a": ["c": .array([.null])]]),
    ]

    @Test("what RFC 8259 allows is read, exactly", arguments: valid)
    func reads(text: String, expected: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == expected)
    }

    @Test(
        "Python's numbers that JSON has no digits for are read where they are asked for",
        arguments: [("Infinity", Double.infinity), ("-Infinity", -.infinity), ("NaN", .nan), ("-1", -1)])
    func nonFinite(text: String, expected: Double) throws {
        func read(_ text: String) throws -> JSONValue {
            try Array(text.utf8).withUnsafeBytes { text in
                var reader = JSONReader(text, acceptsNonFinite: true)
                let value = try reader.value()
                try reader.finish()
                return value
            }
        }
        switch try read(text) {
        case .number(let number): #expect(number == expected || number.isNaN && expected.isNaN)
        case .int(let number): #expect(Double(number) == expected)
        case let other: Issue.record("\(other)")
        }
        for cut in ["Inf", "-Infinit", "Na", "NaN1", "--Infinity", "-NaN"] {
            #expect(throws: JSONError.self) { try read(cut) }
        }
    }

    @Test(
        "what RFC 8259 does not allow is an error with its offset and reason",
        arguments: [
            ("", 0, JSONError.Reason.unexpected(found: nil, expected: "a value")),
            ("  ", 2, .unexpected(found: nil, expected: "a value")),
            ("\u{FEFF}1", 0, .unexpected(found: 0xEF, expected: "a value")),
            ("nul", 3, .unexpected(found: nil, expected: "'null'")),
            ("True", 0, .unexpected(found: UInt8(ascii: "T"), expected: "a value")),
            ("NaN", 0, .unexpected(found: UInt8(ascii: "N"), expected: "a value")),
            ("1 2", 2, .trailing(UInt8(ascii: "2"))), ("{}x", 2, .trailing(UInt8(ascii: "x"))),
            ("[1,]", 3, .unexpected(found: UInt8(ascii: "]"), expected: "a value")),
            ("[1 2]", 3, .unexpected(found: UInt8(ascii: "2"), expected: "',' or ']'")),
            ("[1", 2, .unexpected(found: nil, expected: "',' or ']'")),
            ("[,1]", 1, .unexpected(found: UInt8(ascii: ","), expected: "a value")),
            ("[1}", 2, .unexpected(found: UInt8(ascii: "}"), expected: "',' or ']'")),
            ("{\"a\" 1}", 5, .unexpected(found: UInt8(ascii: "1"), expected: "':'")),
            ("{a:1}", 1, .unexpected(found: UInt8(ascii: "a"), expected: "a name")),
            ("{\"a\":1,}", 7, .unexpected(found: UInt8(ascii: "}"), expected: "a name")),
            ("{\"a\":1,\"b\":2,\"a\":3}", 13, .duplicateName("a")),
            (#"{"a":1,"\u0061":3}"#, 7, .duplicateName("a")),
            ("01", 0, .number("01")), ("-", 0, .unexpected(found: UInt8(ascii: "-"), expected: "a number")),
            ("1.", 0, .number("1.")), ("1e", 0, .number("1e")), ("-01.5", 0, .number("-01.5")),
            (".5", 0, .unexpected(found: UInt8(ascii: "."), expected: "a value")),
            ("+1", 0, .unexpected(found: UInt8(ascii: "+"), expected: "a value")),
            ("[1e400]", 1, .range("1e400")),
            ("\"abc", 4, .unexpected(found: nil, expected: "'\"'")),
            ("\"a\nb\"", 2, .controlCharacter(0x0A)), ("\"\\n\u{1}\"", 3, .controlCharacter(1)),
            (#""\x""#, 1, .escape), (#""\u12G4""#, 1, .escape), (#""\u12"#, 1, .escape),
            ("\"\\", 2, .unexpected(found: nil, expected: "an escape")),
            (#""\ud800""#, 1, .loneSurrogate(0xD800)), (#""\udc00\ud800""#, 1, .loneSurrogate(0xDC00)),
            (#""\ud800\u0041""#, 1, .loneSurrogate(0xD800)), (#""\ud83dx""#, 1, .loneSurrogate(0xD83D)),
        ])
    func invalid(text: String, offset: Int, reason: JSONError.Reason) {
        #expect(throws: JSONError(offset: offset, reason)) { try JSONValue(parsing: text) }
    }

    @Test(
        "a string that is not UTF-8 is an error",
        arguments: [[0x22, 0xFF, 0x22], [0x22, 0x5C, 0x6E, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] as [[UInt8]])
    func notUTF8(text: [UInt8]) {
        #expect(throws: JSONError(offset: 0, .notUTF8)) { try text.withUnsafeBytes { try JSONValue(parsing: $0) } }
    }

    @Test("names that differ in normalisation only are two names")
    func normalisation() throws {
        let value = try JSONValue(parsing: "{\"e\u{301}\":1,\"\u{E9}\":2}")
        #expect(value["\u{E9}"] == .int(2))
        #expect(value["e\u{301}"] == .int(1))
    }

    @Test("nesting ends at the limit, not at the end of the stack")
    func depth() throws {
        let allowed = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
        _ = try JSONValue(parsing: allowed)
        let deep = String(repeating: "[{\"a\":", count: 1 << 20)
        #expect(throws: JSONError(offset: 384, .tooDeep(limit: 128))) { try JSONValue(parsing: deep) }
        Array(deep.utf8).withUnsafeBytes { text in
            var reader = JSONReader(text)
            #expect(throws: JSONError(offset: 384, .tooDeep(limit: 128))) { try reader.skipValue() }
        }
    }

    @Test("a document is read value by value, without a tree")
    func pull() throws {
        let text = Array(#"{"w": {"shape": [2, 3], "more": [{"x": "]"}, 1.5]}, "v": {}} "#.utf8)
        try text.withUnsafeBytes { bytes in
            var reader = JSONReader(bytes, firstOffset: 8)
            var shape: [Int] = []
            try reader.beginObject()
            #expect(try reader.nextName() == "w")
            try reader.beginObject()
            #expect(try reader.nextName() == "shape")
            try reader.beginArray()
            while try reader.nextElement() { shape.append(try reader.integer()) }
            #expect(try reader.nextName() == "more")
            try reader.skipValue()
            #expect(try reader.nextName() == nil)
            #expect(try reader.nextName() == "v")
            #expect(reader.offset == 8 + 56)
            try reader.skipValue()
            #expect(try reader.nextName() == nil)
            try reader.finish()
            #expect(shape == [2, 3])
        }
    }

    @Test(
        "an integer is exact or an error",
        arguments: [
            ("1.0", JSONError.Reason.notInteger("1.0")), ("1e2", .notInteger("1e2")),
            ("9223372036854775808", .range("9223372036854775808")), ("00", .number("00")),
            ("012345678901234567890", .number("012345678901234567890")),
            ("\"1\"", .unexpected(found: 0x22, expected: "an integer")),
            (String(repeating: "9", count: 1000), .range(String(repeating: "9", count: 40) + "…")),
        ])
    func integers(text: String, reason: JSONError.Reason) {
        let error = #expect(throws: JSONError.self) {
            try Array(text.utf8).withUnsafeBytes { bytes in
                var reader = JSONReader(bytes)
                return try reader.integer()
            }
        }
        #expect(error == JSONError(offset: 0, reason))
    }

    @Test("what was written is read back")
    func roundTrip() throws {
        let value: JSONValue = [
            "z": .ints([.min, 0, .max]), "a": .array([["k": .null], .bool(false), .number(1e-300)]),
            "\u{0}\u{7F}\"\\": "Größe\n\u{1F600}", "long": .digits("-123456789012345678901234567890"), "o": .object([]),
        ]
        #expect(try JSONValue(parsing: value.text) == value)
    }
}

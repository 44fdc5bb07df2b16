extension JSONReader {
    /// An integer of 64 bits, written without point and exponent.
    /// - Throws: `JSONError.Reason.range` for one that does not fit.
    package mutating func integer() throws(JSONError) -> Int {
        skipWhitespace()
        // The common case: a few digits, which end before anything that could follow in a number.
        let start = position
        var value = 0
        while let byte = peek, Self.isDigit(byte), position - start < 18 {
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            position += 1
        }
        if position > start, position - start == 1 || text[start] != UInt8(ascii: "0"), endsNumber { return value }
        position = start
        let (digits, isInteger) = try number(expected: "an integer")
        guard isInteger else { throw error(.notInteger(clipped(digits)), at: start) }
        guard let value = Int(digits) else { throw error(.range(clipped(digits)), at: start) }
        return value
    }

    /// Passes the next value, which must be a number, checked as `number()` does.
    mutating func skipNumber() throws(JSONError) {
        let start = position
        // The common case, as in `integer()`.
        if skipDigits() < 18, position - start == 1 || text[start] != UInt8(ascii: "0"), endsNumber { return }
        position = start
        _ = try number()
    }

    private var endsNumber: Bool {
        switch peek {
        case nil, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), 0x20, 0x0A, 0x0D, 0x09: true
        default: false
        }
    }

    /// Any number: `int` where it is an integer of 64 bits, `digits` for a longer one, else `number`.
    /// - Throws: `JSONError.Reason.range` for one beyond `Double`.
    mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        let (digits, isInteger) = try number(expected: "a number")
        if isInteger { return Int(digits).map { .int($0) } ?? .digits(digits) }
        guard let value = Double(digits), value.isFinite else { throw error(.range(clipped(digits)), at: start) }
        return .number(value)
    }

    /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
    private mutating func number(
        expected: String
    ) throws(JSONError) -> (digits: String, isInteger: Bool) {
        let start = position
        var isInteger = true
        _ = take(UInt8(ascii: "-"))
        let hasLeadingZero = peek == UInt8(ascii: "0")
        let count = skipDigits()
        guard count > 0 else {
            position = start
            throw unexpected(expected)
        }
        var isValid = count == 1 || !hasLeadingZero
        if take(UInt8(ascii: ".")) {
            isInteger = false
            if skipDigits() == 0 { isValid = false }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            if skipDigits() == 0 { isValid = false }
        }
        let digits = String(decoding: text[start..<position], as: UTF8.self)
        guard isValid else { throw error(.number(clipped(digits)), at: start) }
        return (digits, isInteger)
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = peek, Self.isDigit(byte) { position += 1 }
        return position - start
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    /// As many digits as a message needs.
    private func clipped(_ digits: String) -> String {
        digits.utf8.count > 40 ? digits.prefix(40) + "…" : digits
    }
}

extension PythonTokenizer {
    /// A string from its quotes to its end.
    /// - Parameters:
    ///   - prefix: its letters before the quotes, in lower case.
    ///   - start: where they begin.
    mutating func string(prefix: [UInt8], from start: Int) throws(PythonSyntaxError) {
        let quote = text[position]
        let isTriple = peek(1) == quote && peek(2) == quote
        position += isTriple ? 3 : 1
        let first = position
        while true {
            guard let byte = peek(), isTriple || byte != UInt8(ascii: "\n") else {
                throw error(.openString, at: start)
            }
            if byte == quote, !isTriple || (peek(1) == quote && peek(2) == quote) { break }
            position += byte == UInt8(ascii: "\\") && peek(1) != nil ? 2 : 1
        }
        let contents = first..<position
        position += isTriple ? 3 : 1
        let isRaw = prefix.contains(UInt8(ascii: "r"))
        if prefix.contains(UInt8(ascii: "b")) {
            append(.bytes, from: start)
        } else if prefix.contains(UInt8(ascii: "f")) {
            append(.formatted(isRaw: isRaw, contents: contents), from: start)
        } else if isRaw {
            append(.string(String(decoding: text[contents], as: UTF8.self)), from: start)
        } else {
            append(.string(try PythonEscapes.text(of: text, in: contents)), from: start)
        }
    }
}

/// The escape sequences of strings.
enum PythonEscapes {
    /// What a part of the source means that is between quotes.
    static func text(of source: [UInt8], in range: Range<Int>) throws(PythonSyntaxError) -> String {
        var result: [UInt8] = []
        var position = range.lowerBound
        while position < range.upperBound {
            guard source[position] == UInt8(ascii: "\\"), position + 1 < range.upperBound else {
                result.append(source[position])
                position += 1
                continue
            }
            let start = position
            position += 2
            switch source[start + 1] {
            case UInt8(ascii: "\n"): break
            case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): result.append(source[start + 1])
            case UInt8(ascii: "a"): result.append(7)
            case UInt8(ascii: "b"): result.append(8)
            case UInt8(ascii: "f"): result.append(12)
            case UInt8(ascii: "n"): result.append(10)
            case UInt8(ascii: "r"): result.append(13)
            case UInt8(ascii: "t"): result.append(9)
            case UInt8(ascii: "v"): result.append(11)
            case UInt8(ascii: "0")...UInt8(ascii: "7"):
                var value = UInt32(source[start + 1] & 7)
                while position < min(start + 4, range.upperBound), source[position] & 0xF8 == UInt8(ascii: "0") {
                    value = value << 3 | UInt32(source[position] & 7)
                    position += 1
                }
                try append(value, from: start, to: &result)
            case UInt8(ascii: "x"): try appendHexadecimal(2)
            case UInt8(ascii: "u"): try appendHexadecimal(4)
            case UInt8(ascii: "U"): try appendHexadecimal(8)
            case UInt8(ascii: "N"): throw PythonSyntaxError(.unsupported("a character by its name ('\\N')"), at: start)
            default: result += source[start..<position]
            }

            func appendHexadecimal(_ count: Int) throws(PythonSyntaxError) {
                var value: UInt32 = 0
                for _ in 0..<count {
                    guard position < range.upperBound, source[position] < 0x80,
                        let digit = Character(Unicode.Scalar(source[position])).hexDigitValue
                    else { throw flaw(start, position) }
                    value = value << 4 | UInt32(digit)
                    position += 1
                }
                try append(value, from: start, to: &result)
            }
        }
        return String(decoding: result, as: UTF8.self)

        func flaw(_ start: Int, _ end: Int) -> PythonSyntaxError {
            PythonSyntaxError(.escape(String(decoding: source[start..<end], as: UTF8.self)), at: start)
        }

        func append(_ value: UInt32, from start: Int, to result: inout [UInt8]) throws(PythonSyntaxError) {
            guard let scalar = Unicode.Scalar(value) else { throw flaw(start, position) }
            result += Array(String(scalar).utf8)
        }
    }
}

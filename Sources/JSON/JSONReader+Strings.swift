extension JSONReader {
    /// The next value, which must be a string, with its escapes undone.
    package mutating func string() throws(JSONError) -> String { try string("a string") }

    mutating func string(_ what: String) throws(JSONError) -> String {
        skipWhitespace()
        let opening = position
        guard take(UInt8(ascii: "\"")) else { throw unexpected(what) }
        let start = position
        var bits: UInt8 = 0
        passPlainText()
        while let byte = peek {
            bits |= byte
            switch byte {
            case UInt8(ascii: "\""):
                let run = UnsafeBufferPointer(rebasing: text[start..<position])
                position += 1
                // `String(validating:)` looks up metadata of types by each call: for ASCII there is no need.
                if bits < 0x80 { return String(decoding: run, as: UTF8.self) }
                guard let string = String(validating: run, as: UTF8.self) else { throw error(.notUTF8, at: opening) }
                return string
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw error(.controlCharacter(byte))
            default: position += 1
            }
        }
        throw unexpected("'\"'")
    }

    /// Passes the next value, which must be a string, checked as `string()` does.
    package mutating func skipString() throws(JSONError) { try skipString("a string") }

    mutating func skipString(_ what: String) throws(JSONError) {
        skipWhitespace()
        let opening = position
        guard take(UInt8(ascii: "\"")) else { throw unexpected(what) }
        var bits: UInt8 = 0
        passPlainText()
        while let byte = peek {
            bits |= byte
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                guard bits >= 0x80 else { return }
                position = opening
                _ = try string()
                return
            case UInt8(ascii: "\\"):
                _ = try escape()
                passPlainText()
            case 0..<0x20: throw error(.controlCharacter(byte))
            default: position += 1
            }
        }
        throw unexpected("'\"'")
    }

    /// Passes eight bytes at a time up to the first that is a quote, a backslash, a control character or not ASCII.
    private mutating func passPlainText() {
        let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        let raw = UnsafeRawBufferPointer(text)
        while position + 8 <= raw.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            var found = word & highs
            let (quote, backslash) = (word ^ (ones &* 0x22), word ^ (ones &* 0x5C))
            found |= (quote &- ones) & ~quote & highs
            found |= (backslash &- ones) & ~backslash & highs
            found |= (word &- ones &* 0x20) & ~word & highs
            guard found == 0 else {
                // A borrow can mark bytes above the first match, never below it.
                position += found.trailingZeroBitCount / 8
                return
            }
            position += 8
        }
    }

    /// The string that begins at `start` and has its first backslash at the reader's position.
    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var utf8 = Array(text[start..<position])
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                guard let string = String(validating: utf8, as: UTF8.self) else {
                    throw error(.notUTF8, at: start - 1)
                }
                return string
            case UInt8(ascii: "\\"): utf8.append(contentsOf: String(try escape()).utf8)
            case 0..<0x20: throw error(.controlCharacter(byte))
            default:
                utf8.append(byte)
                position += 1
            }
        }
        throw unexpected("'\"'")
    }

    /// A backslash and what it escapes.
    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        let start = position
        position += 1
        guard let byte = peek else { throw unexpected("an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw error(.escape, at: start)
        }
        let unit = try hexDigits(escapeAt: start)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw error(.loneSurrogate(unit), at: start)
        }
        let low = try hexDigits(escapeAt: position - 2)
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x1_0000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
        else { throw error(.loneSurrogate(unit), at: start) }
        return scalar
    }

    private mutating func hexDigits(escapeAt start: Int) throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
                throw error(.escape, at: start)
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}

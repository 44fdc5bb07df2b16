extension PythonTokenizer {
    /// An integer in one of four bases, or a decimal number.
    mutating func number() throws(PythonSyntaxError) {
        let start = position
        if peek() == UInt8(ascii: "0"), let radix = peek(1).flatMap({ Self.radixes[$0 | 0x20] }) {
            position += 2
            if peek() == UInt8(ascii: "_") { position += 1 }
            let digits = takeDigits(radix: radix)
            return try appendInteger(digits, radix: radix, from: start)
        }
        var digits = takeDigits(radix: 10)
        var isFloat = false
        if peek() == UInt8(ascii: ".") {
            isFloat = true
            position += 1
            digits += "." + (peek().map(Self.isDigit) == true ? takeDigits(radix: 10) : "")
        }
        if let exponent = peek(), exponent | 0x20 == UInt8(ascii: "e") {
            let signed = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
            if peek(signed ? 2 : 1).map(Self.isDigit) == true {
                isFloat = true
                digits += signed && peek(1) == UInt8(ascii: "-") ? "e-" : "e"
                position += signed ? 2 : 1
                digits += takeDigits(radix: 10)
            }
        }
        guard isFloat else { return try appendInteger(digits, radix: 10, from: start) }
        try endNumber(from: start)
        // Swift wants digits on both sides of the point.
        var text = digits.hasPrefix(".") ? "0" + digits : digits
        if let point = text.firstIndex(of: "."), text[text.index(after: point)...].first?.isNumber != true {
            text.insert("0", at: text.index(after: point))
        }
        guard let value = Double(text) else { throw error(.number(spelling(from: start)), at: start) }
        append(.float(value), from: start)
    }

    private static let radixes: [UInt8: Int] = [
        UInt8(ascii: "x"): 16, UInt8(ascii: "o"): 8, UInt8(ascii: "b"): 2,
    ]

    /// Digits, with single underscores between them left out.
    private mutating func takeDigits(radix: Int) -> String {
        var digits = ""
        while let byte = peek() {
            let scalar = Unicode.Scalar(byte)
            if let digit = Character(scalar).hexDigitValue, digit < radix, byte < 0x80 {
                digits.unicodeScalars.append(scalar)
            } else if byte != UInt8(ascii: "_") || digits.isEmpty || peek(1) == UInt8(ascii: "_") {
                break
            }
            position += 1
        }
        return digits
    }

    private mutating func appendInteger(_ digits: String, radix: Int, from start: Int) throws(PythonSyntaxError) {
        try endNumber(from: start)
        let isOctalOfPython2 = radix == 10 && digits.hasPrefix("0") && digits.contains { $0 != "0" }
        guard !digits.isEmpty, !isOctalOfPython2 else { throw error(.number(spelling(from: start)), at: start) }
        guard let value = Int(digits, radix: radix) else {
            throw error(.integerTooLarge(spelling(from: start)), at: start)
        }
        append(.int(value), from: start)
    }

    /// Throws where a letter, digit or underscore follows a number: `1if`, which CPython takes, is refused too.
    private mutating func endNumber(from start: Int) throws(PythonSyntaxError) {
        let hasTrail = peek().map { Self.startsName($0) || Self.isDigit($0) } == true
        guard hasTrail || text[position - 1] == UInt8(ascii: "_") else { return }
        if let byte = peek(), byte | 0x20 == UInt8(ascii: "j") {
            throw error(.unsupported("a complex number"), at: start)
        }
        while let byte = peek(), Self.startsName(byte) || Self.isDigit(byte) { position += 1 }
        throw error(.number(spelling(from: start)), at: start)
    }
}

/// Reads a Python literal; nothing is evaluated.
struct PythonLiteralReader {
    private let text: [Unicode.Scalar]
    private(set) var position = 0
    private var depth = 0

    /// Nested deeper, a literal is none that NumPy writes.
    private static let maximumDepth = 32

    struct Flaw: Error, Equatable {
        /// Where the error is, in scalars from the start of the text.
        let position: Int
        let expected: String
    }

    /// Reads `text` as one literal; white space may surround it.
    static func read(_ text: String) throws(Flaw) -> PythonLiteral {
        var reader = PythonLiteralReader(text: Array(text.unicodeScalars))
        let literal = try reader.literal()
        reader.skipSpace()
        guard reader.position == reader.text.count else { throw reader.flaw("the end") }
        return literal
    }

    private init(text: [Unicode.Scalar]) { self.text = text }

    private mutating func literal() throws(Flaw) -> PythonLiteral {
        skipSpace()
        guard depth < Self.maximumDepth else { throw flaw("at most \(Self.maximumDepth) levels") }
        depth += 1
        defer { depth -= 1 }
        switch peek {
        case "{": return .dict(try dictionary())
        case "[": return .list(try elements(until: "]").items)
        case "(":
            let (items, hasComma) = try elements(until: ")")
            return items.count == 1 && !hasComma ? items[0] : .tuple(items)
        case "'", "\"": return .string(try string())
        case let scalar? where scalar == "-" || Self.isDigit(scalar): return .int(try integer())
        case "T" where take(word: "True"): return .bool(true)
        case "F" where take(word: "False"): return .bool(false)
        case "N" where take(word: "None"): return .none
        default: throw flaw("a value")
        }
    }

    private mutating func elements(
        until end: Unicode.Scalar
    ) throws(Flaw) -> (items: [PythonLiteral], hasComma: Bool) {
        position += 1
        var items: [PythonLiteral] = []
        var hasComma = false
        while true {
            skipSpace()
            if take(end) { return (items, hasComma) }
            guard items.isEmpty || hasComma else { throw flaw("',' or '\(end)'") }
            items.append(try literal())
            skipSpace()
            hasComma = take(",")
        }
    }

    private mutating func dictionary() throws(Flaw) -> [PythonLiteral.Item] {
        position += 1
        var items: [PythonLiteral.Item] = []
        var hasComma = true
        while true {
            skipSpace()
            if take("}") { return items }
            guard hasComma else { throw flaw("',' or '}'") }
            let key = try literal()
            skipSpace()
            guard take(":") else { throw flaw("':'") }
            items.append(PythonLiteral.Item(key: key, value: try literal()))
            skipSpace()
            hasComma = take(",")
        }
    }

    /// Decimal; Python 2's long integers end with an `L`.
    private mutating func integer() throws(Flaw) -> Int {
        let start = position
        _ = take("-")
        while let scalar = peek, Self.isDigit(scalar) { position += 1 }
        var digits = ""
        digits.unicodeScalars.append(contentsOf: text[start..<position])
        _ = take("L")
        guard let value = Int(digits) else {
            position = start
            throw flaw("an integer of 64 bits")
        }
        return value
    }

    private mutating func string() throws(Flaw) -> String {
        let quote = text[position]
        position += 1
        var result = String.UnicodeScalarView()
        while let scalar = peek, scalar != "\n" {
            position += 1
            if scalar == quote { return String(result) }
            result.append(scalar == "\\" ? try escape() : scalar)
        }
        throw flaw("the end of a string")
    }

    private mutating func escape() throws(Flaw) -> Unicode.Scalar {
        guard let scalar = peek else { throw flaw("an escape") }
        position += 1
        switch scalar {
        case "\\", "'", "\"": return scalar
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "x": return try hexadecimal(2)
        case "u": return try hexadecimal(4)
        case "U": return try hexadecimal(8)
        default: throw flaw("an escape")
        }
    }

    private mutating func hexadecimal(_ count: Int) throws(Flaw) -> Unicode.Scalar {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let scalar = peek, scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
                throw flaw("a hexadecimal digit")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        guard let scalar = Unicode.Scalar(value) else { throw flaw("a Unicode scalar") }
        return scalar
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar >= "0" && scalar <= "9" }

    private var peek: Unicode.Scalar? { position < text.count ? text[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        position += 1
        return true
    }

    private mutating func take(word: String) -> Bool {
        guard text[position...].starts(with: word.unicodeScalars) else { return false }
        position += word.unicodeScalars.count
        return true
    }

    private mutating func skipSpace() {
        while let scalar = peek, scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\r" { position += 1 }
    }

    private func flaw(_ expected: String) -> Flaw { Flaw(position: position, expected: expected) }
}

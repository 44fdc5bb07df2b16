/// Reads what is between the quotes of an f-string.
struct PythonFormattedReader {
    let text: [UInt8]
    let range: Range<Int>
    let isRaw: Bool
    /// The depth of the expression that contains the string.
    let depth: Int
    var position: Int

    init(text: [UInt8], range: Range<Int>, isRaw: Bool, depth: Int) {
        self.text = text
        self.range = range
        self.isRaw = isRaw
        self.depth = depth
        position = range.lowerBound
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < range.upperBound ? text[position + distance] : nil
    }

    /// - Parameter level: 0 for the string, 1 for the specification of a field, which ends at its `}`.
    mutating func parts(level: Int) throws(PythonSyntaxError) -> [PythonFormattedPart] {
        var parts: [PythonFormattedPart] = []
        var literal: [UInt8] = []
        var start = position

        func flush(upTo end: Int) throws(PythonSyntaxError) {
            let piece =
                isRaw
                ? String(decoding: text[start..<end], as: UTF8.self) : try PythonEscapes.text(of: text, in: start..<end)
            literal += Array(piece.utf8)
        }

        func flushText() {
            if !literal.isEmpty { parts.append(.text(String(decoding: literal, as: UTF8.self))) }
            literal = []
        }

        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "{") where level == 0 && peek(1) == byte, UInt8(ascii: "}") where level == 0:
                guard peek(1) == byte else {
                    throw PythonSyntaxError(.field("a '}' without its '{'"), at: position)
                }
                try flush(upTo: position + 1)
                position += 2
                start = position
            case UInt8(ascii: "{"):
                try flush(upTo: position)
                flushText()
                parts.append(try field(level: level))
                start = position
            case UInt8(ascii: "}"):
                try flush(upTo: position)
                flushText()
                return parts
            // Before a brace, a backslash stands for itself.
            case UInt8(ascii: "\\")
            where !isRaw && ![nil, UInt8(ascii: "{"), UInt8(ascii: "}")].contains(peek(1)):
                position += 2
            default: position += 1
            }
        }
        guard level == 0 else { throw PythonSyntaxError(.field("a field without its '}'"), at: range.lowerBound) }
        try flush(upTo: position)
        flushText()
        return parts
    }

    /// A replacement field, from its `{` to after its `}`.
    private mutating func field(level: Int) throws(PythonSyntaxError) -> PythonFormattedPart {
        let start = position
        guard level < 2 else { throw PythonSyntaxError(.field("fields are nested too deeply"), at: start) }
        position += 1
        let end = try endOfExpression(from: start)
        guard text[position..<end].contains(where: { $0 != UInt8(ascii: " ") }) else {
            throw PythonSyntaxError(.field("an empty field"), at: start)
        }
        let value = try PythonParser.expression(of: text, in: position..<end, depth: depth)
        position = end
        if peek() == UInt8(ascii: "=") { throw PythonSyntaxError(.unsupported("`=` in a field"), at: position) }
        var conversion: Unicode.Scalar?
        if peek() == UInt8(ascii: "!") {
            guard let letter = peek(1).map({ Unicode.Scalar($0) }), ["r", "s", "a"].contains(letter) else {
                throw PythonSyntaxError(.field("a conversion is one of !r, !s and !a"), at: position)
            }
            conversion = letter
            position += 2
        }
        var specification: [PythonFormattedPart] = []
        if peek() == UInt8(ascii: ":") {
            position += 1
            specification = try parts(level: level + 1)
        }
        guard peek() == UInt8(ascii: "}") else { throw PythonSyntaxError(.field("a field without its '}'"), at: start) }
        position += 1
        return .field(value, conversion: conversion, specification: specification)
    }

    /// Where `!`, `:`, `=` or `}` ends the expression: outside brackets and strings.
    private func endOfExpression(from start: Int) throws(PythonSyntaxError) -> Int {
        var brackets = 0
        var quote: UInt8?
        var index = position
        while index < range.upperBound {
            let byte = text[index]
            let following = index + 1 < range.upperBound ? text[index + 1] : 0
            if let open = quote {
                if byte == open { quote = nil }
            } else {
                switch byte {
                case UInt8(ascii: "'"), UInt8(ascii: "\""): quote = byte
                case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): brackets += 1
                case UInt8(ascii: "}") where brackets == 0: return index
                case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): brackets -= 1
                case UInt8(ascii: "\\"):
                    throw PythonSyntaxError(.field("a field contains no backslash"), at: index)
                case UInt8(ascii: "#"): throw PythonSyntaxError(.field("a field contains no '#'"), at: index)
                case UInt8(ascii: ":") where brackets == 0: return index
                case UInt8(ascii: "!") where brackets == 0 && following != UInt8(ascii: "="): return index
                case UInt8(ascii: "=") where brackets == 0:
                    let before = text[index - 1]
                    let isComparison =
                        following == byte
                        || [byte, UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">")].contains(before)
                    if !isComparison { return index }
                default: break
                }
            }
            index += 1
        }
        throw PythonSyntaxError(.field("a field without its '}'"), at: start)
    }
}

extension JSONValue {
    /// The document as text, two spaces a level, ending with a line break. What is short stands on one line.
    package var text: String {
        var writer = JSONWriter()
        writer.write(self, indent: 0)
        writer.append("\n")
        return String(decoding: writer.output, as: UTF8.self)
    }
}

/// Writes RFC 8259 text as UTF-8.
private struct JSONWriter {
    var output: [UInt8] = []

    mutating func write(_ value: JSONValue, indent: Int) {
        switch value {
        case .null: append("null")
        case .bool(let bool): append(bool ? "true" : "false")
        case .int(let int): append(text: String(int))
        case .digits(let digits): append(text: digits)
        // JSON has no such numbers; Python's spelling, as a string.
        case .number(let number) where !number.isFinite:
            append(number.isNaN ? "\"NaN\"" : number < 0 ? "\"-Infinity\"" : "\"Infinity\"")
        case .number(let number): append(text: number.description)
        case .string(let string): write(string)
        case .array(let elements):
            let isFlat = elements.count <= 8 && elements.allSatisfy(\.isScalar)
            list("[", "]", elements, indent, isFlat: isFlat) { $0.write($1, indent: $2) }
        case .object(let fields):
            let isFlat = fields.isEmpty
            list("{", "}", fields, indent, isFlat: isFlat) {
                $0.write($1.name)
                $0.append(": ")
                $0.write($1.value, indent: $2)
            }
        }
    }

    private mutating func list<Element>(
        _ open: StaticString, _ close: StaticString, _ elements: [Element], _ indent: Int, isFlat: Bool,
        _ write: (inout JSONWriter, Element, Int) -> Void
    ) {
        append(open)
        for (index, element) in elements.enumerated() {
            if index > 0 { append(isFlat ? ", " : ",") }
            if !isFlat { lineBreak(indent + 1) }
            write(&self, element, indent + 1)
        }
        if !isFlat { lineBreak(indent) }
        append(close)
    }

    private mutating func lineBreak(_ indent: Int) {
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indent))
    }

    fileprivate mutating func append(_ text: StaticString) {
        output.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func append(text: String) {
        var text = text
        text.withUTF8 { output.append(contentsOf: $0) }
    }

    private mutating func write(_ string: String) {
        var string = string
        output.append(UInt8(ascii: "\""))
        string.withUTF8 { bytes in
            var start = 0
            for (position, byte) in bytes.enumerated() where Self.isEscaped(byte) {
                output.append(contentsOf: bytes[start..<position])
                writeEscape(of: byte)
                start = position + 1
            }
            output.append(contentsOf: bytes[start...])
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
    }

    private mutating func writeEscape(of byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case UInt8(ascii: "\n"): append("\\n")
        case UInt8(ascii: "\r"): append("\\r")
        case UInt8(ascii: "\t"): append("\\t")
        default:
            append("\\u00")
            if byte < 0x10 { append("0") }
            append(text: String(byte, radix: 16))
        }
    }
}

extension JSONValue {
    fileprivate var isScalar: Bool {
        switch self {
        case .array(let elements): elements.isEmpty
        case .object(let fields): fields.isEmpty
        default: true
        }
    }
}

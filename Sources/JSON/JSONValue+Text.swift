extension JSONValue {
    /// The document as text, two spaces a level, ending with a line break. What is short stands on one line.
    public var text: String {
        var writer = JSONWriter()
        writer.write(self, indent: 0)
        return String(decoding: writer.output, as: UTF8.self) + "\n"
    }
}

/// Writes RFC 8259 text as UTF-8.
private struct JSONWriter {
    var output: [UInt8] = []

    mutating func write(_ value: JSONValue, indent: Int) {
        switch value {
        case .null: append("null")
        case .bool(let bool): append(bool ? "true" : "false")
        case .int(let int): append(String(int))
        case .digits(let digits): append(digits)
        // JSON has no such numbers; Python's spelling, as a string.
        case .number(let number) where !number.isFinite:
            append(number.isNaN ? "\"NaN\"" : number < 0 ? "\"-Infinity\"" : "\"Infinity\"")
        case .number(let number): append(number.description)
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
        _ open: String, _ close: String, _ elements: [Element], _ indent: Int, isFlat: Bool,
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

    private mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }

    private mutating func write(_ string: String) {
        output.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): append("\\n")
            case UInt8(ascii: "\r"): append("\\r")
            case UInt8(ascii: "\t"): append("\\t")
            case 0..<0x20, 0x7F: append("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
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

import ByteIO

/// Python's `repr` of the values that keys of dictionaries are.
extension CheckpointValue {
    /// The value as a part of a path: a string as it is, anything else as Python's `repr`.
    var pathPart: String {
        if case .string(let text) = self { text } else { pythonRepr }
    }

    /// The value as Python's `repr` prints it; a tensor or an object as its type's name in angle brackets.
    public var pythonRepr: String {
        switch self {
        case .none: "None"
        case .bool(let flag): flag ? "True" : "False"
        case .int(let number): String(number)
        case .bigInteger(let number): number.description
        case .float(let number): repr(number)
        case .string(let text): repr(text)
        case .bytes(let bytes): repr(bytes)
        case .tensor(let tensor): "<tensor \(tensor.dtype)>"
        case .sequence(let sequence): repr(sequence)
        case .dictionary(let dictionary): repr(dictionary)
        case .object(let object): "<\(object.typeName)>"
        case .global(let name): "<\(name)>"
        case .recursion: "..."
        }
    }
}

/// The shortest digits that round-trip, as in Swift; Python turns to exponents at 10¹⁶, Swift at 2⁵⁴.
private func repr(_ number: Double) -> String {
    let text = number.description
    guard number.magnitude >= 1e16, number.isFinite, !text.contains("e") else { return text }
    var digits = String(number.magnitude.description.dropLast(2))
    let exponent = digits.count - 1
    while digits.hasSuffix("0") { digits.removeLast() }
    let mantissa = digits.prefix(1) + (digits.count > 1 ? "." + digits.dropFirst() : "")
    return (number < 0 ? "-" : "") + mantissa + "e+\(exponent)"
}

private func repr(_ text: String) -> String {
    let quote: Character = text.contains("'") && !text.contains("\"") ? "\"" : "'"
    var result = String(quote)
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case "'" where quote == "'": result += "\\'"
        default:
            if scalar.value < 0x20 || scalar.value == 0x7F {
                result += "\\x" + hex(UInt8(scalar.value))
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
    return result + String(quote)
}

private func repr(_ bytes: Bytes) -> String {
    let quote = bytes.contains(UInt8(ascii: "'")) && !bytes.contains(UInt8(ascii: "\"")) ? "\"" : "'"
    var result = "b" + quote
    for byte in bytes {
        switch byte {
        case UInt8(ascii: "\\"): result += "\\\\"
        case UInt8(ascii: "\n"): result += "\\n"
        case UInt8(ascii: "\r"): result += "\\r"
        case UInt8(ascii: "\t"): result += "\\t"
        case UInt8(ascii: "'") where quote == "'": result += "\\'"
        case 0x20..<0x7F: result.unicodeScalars.append(Unicode.Scalar(byte))
        default: result += "\\x" + hex(byte)
        }
    }
    return result + quote
}

private func repr(_ sequence: CheckpointSequence) -> String {
    let elements = sequence.elements.map(\.pythonRepr).joined(separator: ", ")
    switch sequence.typeName {
    case "tuple": return "(" + elements + (sequence.elements.count == 1 ? ",)" : ")")
    case "list": return "[" + elements + "]"
    case "set": return sequence.elements.isEmpty ? "set()" : "{" + elements + "}"
    default: return "\(sequence.typeName)([\(elements)])"
    }
}

private func repr(_ dictionary: CheckpointDictionary) -> String {
    let items = dictionary.entries.map { $0.key.pythonRepr + ": " + $0.value.pythonRepr }
    let braces = "{" + items.joined(separator: ", ") + "}"
    return dictionary.typeName == "dict" ? braces : "\(dictionary.typeName)(\(braces))"
}

private func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

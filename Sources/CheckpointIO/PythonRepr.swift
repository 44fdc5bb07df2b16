import Pickle

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
        case .float(let number): PythonText.float(number)
        case .string(let text): PythonText.string(text)
        case .bytes(let bytes): PythonText.bytes(bytes)
        case .tensor(let tensor): "<tensor \(tensor.dtype)>"
        case .sequence(let sequence): repr(sequence)
        case .dictionary(let dictionary): repr(dictionary)
        case .object(let object): "<\(object.typeName)>"
        case .global(let name): "<\(name)>"
        case .recursion: "..."
        }
    }
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

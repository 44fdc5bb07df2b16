import Pickle
import PythonSyntax
import TensorCore

/// Python's `repr` of values.
extension CheckpointValue {
    /// The value as a part of a path: a string as it is, anything else as Python's `repr`.
    var pathPart: String {
        if case .string(let text) = self { text } else { pythonRepr(limit: 1024) }
    }

    /// The value as Python's `repr` prints it; a tensor and a class as their names in angle brackets, an object of an
    /// unknown class as the call that makes it.
    package var pythonRepr: String { pythonRepr(limit: .max) }

    /// - Parameter limit: characters after which nothing more begins, but `…`.
    package func pythonRepr(limit: Int) -> String {
        var printer = PythonPrinter(limit: limit)
        printer.print(self)
        return printer.text
    }
}

/// Prints values on one line.
struct PythonPrinter {
    let limit: Int
    private(set) var text = ""

    init(limit: Int) { self.limit = limit }

    private var room: Int { max(limit - text.utf8.count, 0) }

    mutating func put(_ piece: String) { text += piece }

    mutating func print(_ value: CheckpointValue) {
        switch value {
        case .none: put("None")
        case .bool(let flag): put(flag ? "True" : "False")
        case .int(let number): put(String(number))
        case .bigInteger(let number): put(number.description)
        case .float(let number): put(PythonText.float(number))
        case .string(let text): put(PythonText.string(text, limit: room))
        case .bytes(let bytes): put(PythonText.bytes(bytes, limit: room))
        case .tensor(let tensor): put("<tensor \(tensor.dtype)>")
        case .sequence(let sequence): print(sequence)
        case .dictionary(let dictionary): print(dictionary)
        case .object(let object): print(object)
        case .global(let name): put(Self.text(ofGlobal: name))
        case .recursion: put("...")
        }
    }

    private mutating func print(_ object: CheckpointObject) {
        if let text = object.knownText(limit: room) { return put(text) }
        list(object.shortName + "(", object.arguments, ")")
    }

    private mutating func print(_ sequence: CheckpointSequence) {
        let elements = sequence.elements
        switch (sequence.typeName, elements.isEmpty) {
        case ("tuple", _): list("(", elements, elements.count == 1 ? ",)" : ")")
        case ("list", _): list("[", elements, "]")
        case ("set", false): list("{", elements, "}")
        case ("frozenset", false): list("frozenset({", elements, "})")
        case ("set", true), ("frozenset", true): put(sequence.typeName + "()")
        default: list(sequence.typeName + "([", elements, "])")
        }
    }

    private mutating func print(_ dictionary: CheckpointDictionary) {
        let isPlain = dictionary.typeName == "dict"
        put(isPlain ? "{" : dictionary.typeName + "({")
        for (index, entry) in dictionary.entries.enumerated() {
            if index > 0 { put(", ") }
            guard room > 0 else {
                put("…")
                break
            }
            print(entry.key)
            put(": ")
            print(entry.value)
        }
        put(isPlain ? "}" : "})")
    }

    private mutating func list(_ open: String, _ elements: [CheckpointValue], _ close: String) {
        put(open)
        for (index, element) in elements.enumerated() {
            if index > 0 { put(", ") }
            guard room > 0 else {
                put("…")
                break
            }
            print(element)
        }
        put(close)
    }

    /// `Ellipsis`, `torch.float32`; other names as `<collections.OrderedDict>`, since nothing says what they are.
    private static func text(ofGlobal name: String) -> String {
        switch name {
        case "builtins.Ellipsis", "builtins.NotImplemented": return String(name.dropFirst("builtins.".count))
        default: return DType(torchName: name) != nil ? name : "<\(name)>"
        }
    }
}

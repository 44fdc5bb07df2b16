import PythonSyntax

/// Evaluates the statements of one file over a closed set of syntax nodes.
///
/// What goes wrong is thrown as a `ConfigError.Reason`; `offset` then says where.
final class Evaluator {
    typealias Reason = ConfigError.Reason

    let heap: Heap
    /// The index of the file, for origins.
    let file: Int
    let globals: DictionaryObject
    /// Variables of comprehensions, the innermost last.
    var scopes: [[String: Value]] = []
    /// Names that imports bound: they are not part of the config.
    var importedNames: Set<String> = []
    /// Where the node begins that is being evaluated, in bytes of the text.
    var offset = 0

    init(heap: Heap, file: Int, globals: DictionaryObject) {
        self.heap = heap
        self.file = file
        self.globals = globals
    }

    func origin(_ offset: Int) -> Origin { Origin(file: file, offset: offset) }

    // MARK: Names

    func value(ofName name: String) throws -> Value {
        for scope in scopes.reversed() { if let value = scope[name] { return value } }
        if let value = globals[name] { return value }
        if let function = Builtin.byName[name] { return .function(function) }
        // `exec` looks for it among Python's built-in names, whose module this is.
        if name == "__name__" { return .string("builtins") }
        if Self.unavailable.contains(name) { throw Reason.unsupported("the function '\(name)'") }
        throw Reason.undefinedName(name, nearest: globals.keysLike(.string(name)))
    }

    /// Python's other built-in functions that a config might name.
    private static let unavailable: Set<String> = [
        "__import__", "bytearray", "bytes", "callable", "chr", "classmethod", "compile", "complex", "delattr", "dir",
        "divmod", "eval", "exec", "exit", "filter", "format", "frozenset", "getattr", "globals", "hasattr", "hash",
        "help", "hex", "id", "input", "isinstance", "issubclass", "iter", "locals", "map", "memoryview", "next",
        "object", "oct", "open", "ord", "pow", "print", "property", "quit", "repr", "setattr", "slice",
        "staticmethod", "super", "type", "vars",
    ]

    func bind(_ name: String, _ value: Value, at offset: Int) throws {
        try heap.charge(elements: 1)
        try globals.set(.string(name), value, origin: origin(offset))
    }

    // MARK: Iteration

    /// What a `for` over the value goes through.
    func elements(of value: Value) throws -> [Value] {
        let elements: [Value]
        switch value {
        case .list(let list): elements = list.elements
        case .tuple(let tuple): elements = tuple.elements
        case .set(let set): elements = set.elements
        case .iterable(let values, _): elements = values.elements
        case .dictionary(let dictionary): elements = dictionary.entries.map(\.key)
        case .string(let text):
            try heap.charge(elements: text.unicodeScalars.count)
            return text.unicodeScalars.map { .string(String($0)) }
        default: throw Reason.type("\(value.typeName) cannot be iterated over")
        }
        try heap.work(elements.count)
        return elements
    }
}

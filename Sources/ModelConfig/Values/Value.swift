/// A value while configs are evaluated: containers are objects that names share, as in Python.
enum Value {
    case none
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)
    case list(ListObject)
    case tuple(TupleObject)
    case set(SetObject)
    case dictionary(DictionaryObject)
    /// What can only be iterated over: a `range`, the keys of a dictionary, a generator. Its elements are made at once.
    case iterable(TupleObject, type: String)
    /// A class or function that a new-style config imports: a name, never loaded.
    case reference(ImportedName)
    case module(String)
    case function(Builtin)
}

/// A name that an import binds without the import. Source: `mmengine/config/lazy.py` of mmengine 0.10.7.
struct ImportedName: Equatable {
    let module: String
    let name: String
    /// The module of its attributes.
    let path: String

    /// `import module` or `import module as alias`.
    init(module: String) {
        self.module = module
        name = module
        path = module
    }

    /// `from module import name`, or an attribute.
    init(module: String, name: String) {
        self.module = module
        self.name = name
        path = module + "." + name
    }

    func attribute(_ name: String) -> ImportedName { ImportedName(module: path, name: name) }

    /// As mmengine's `Config.to_dict` writes it.
    var text: String { module + "." + name }
}

/// An object of a `Heap`, which lives as long as that.
protocol HeapObject: AnyObject {
    func removeAll()
}

final class ListObject: HeapObject {
    var elements: [Value]
    init(_ elements: [Value]) { self.elements = elements }
    func removeAll() { elements = [] }
}

final class TupleObject: HeapObject {
    private(set) var elements: [Value]
    init(_ elements: [Value]) { self.elements = elements }
    func removeAll() { elements = [] }
}

/// Keeps the order in which elements were added; Python's is arbitrary.
final class SetObject: HeapObject {
    private(set) var elements: [Value] = []
    private var keys: Set<ValueKey> = []

    func insert(_ value: Value) throws {
        if keys.insert(try ValueKey(value)).inserted { elements.append(value) }
    }

    func contains(_ value: Value) throws -> Bool { keys.contains(try ValueKey(value)) }

    func removeAll() {
        elements = []
        keys = []
    }
}

extension Value {
    /// The number that a bool, an int or a float is.
    var number: Number? {
        switch self {
        case .bool(let flag): .int(flag ? 1 : 0)
        case .int(let value): .int(value)
        case .float(let value): .float(value)
        default: nil
        }
    }

    /// The integer that a bool or an int is.
    var integer: Int? {
        guard case .int(let value)? = number else { return nil }
        return value
    }

    /// What Python's `bool` makes of it.
    var isTrue: Bool {
        switch self {
        case .none: false
        case .bool(let flag): flag
        case .int(let value): value != 0
        case .float(let value): value != 0
        case .string(let text): !text.isEmpty
        case .list(let list): !list.elements.isEmpty
        case .tuple(let tuple): !tuple.elements.isEmpty
        case .set(let set): !set.elements.isEmpty
        case .dictionary(let dictionary): dictionary.count > 0
        case .iterable(let values, _): !values.elements.isEmpty
        case .reference, .module, .function: true
        }
    }

    /// The type as an error names it.
    var typeName: String {
        switch self {
        case .none: "None"
        case .bool: "a bool"
        case .int: "an int"
        case .float: "a float"
        case .string: "a str"
        case .list: "a list"
        case .tuple: "a tuple"
        case .set: "a set"
        case .dictionary: "a dict"
        case .iterable(_, let type): "a \(type)"
        case .reference(let name): "the imported '\(name.name)'"
        case .module(let name): "the module '\(name)'"
        case .function(let function): "the function '\(function.rawValue)'"
        }
    }
}

enum Number: Equatable {
    case int(Int)
    case float(Double)

    var double: Double {
        switch self {
        case .int(let value): Double(value)
        case .float(let value): value
        }
    }
}

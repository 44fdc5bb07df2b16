import PythonSyntax

/// Python's `repr` and `str` of values.
struct ValueText {
    let heap: Heap
    private var text = ""

    static func repr(_ value: Value, in heap: Heap) throws -> String {
        var writer = ValueText(heap: heap)
        try writer.write(value, depth: 0)
        return writer.text
    }

    static func string(_ value: Value, in heap: Heap) throws -> String {
        if case .string(let text) = value { return text }
        return try repr(value, in: heap)
    }

    private init(heap: Heap) { self.heap = heap }

    private mutating func put(_ piece: String) throws {
        try heap.charge(text: piece.utf8.count)
        text += piece
    }

    private mutating func write(_ value: Value, depth: Int) throws {
        try heap.check(depth: depth)
        switch value {
        case .none: try put("None")
        case .bool(let flag): try put(flag ? "True" : "False")
        case .int(let value): try put(String(value))
        case .float(let value): try put(PythonText.float(value))
        case .string(let string): try put(PythonText.string(string))
        case .list(let list): try write("[", list.elements, "]", depth: depth)
        case .tuple(let tuple): try write("(", tuple.elements, tuple.elements.count == 1 ? ",)" : ")", depth: depth)
        case .set(let set):
            if set.elements.isEmpty { return try put("set()") }
            try write("{", set.elements, "}", depth: depth)
        case .dictionary(let dictionary):
            try put("{")
            for (index, entry) in dictionary.entries.enumerated() {
                if index > 0 { try put(", ") }
                try write(entry.key, depth: depth + 1)
                try put(": ")
                try write(entry.value, depth: depth + 1)
            }
            try put("}")
        case .reference(let name): try put(name.name)
        case .iterable, .module, .function: throw ConfigError.Reason.notData("\(value.typeName) has no text")
        }
    }

    private mutating func write(_ open: String, _ elements: [Value], _ close: String, depth: Int) throws {
        try put(open)
        for (index, element) in elements.enumerated() {
            if index > 0 { try put(", ") }
            try write(element, depth: depth + 1)
        }
        try put(close)
    }
}

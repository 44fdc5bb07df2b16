import ByteIO
import PythonSyntax

/// A value on one line, as Python's `repr` would put it: `{'epoch': 12, 'lr': 1e-05}`. Objects appear as the
/// call that makes them, with their items and state: `OrderedDict([('a', 1)])`, `pkg.Buffer() with {'n': 3}`.
///
/// Bounded in depth and length whatever the graph's shape: what is left out is `…`, a container inside itself
/// `[...]`, as in Python.
package struct PickleDescription: Sendable {
    /// Containers inside one another, at most 100.
    package var depth: Int
    /// Characters after which nothing more begins.
    package var length: Int
    /// Characters of one string, bytes of one byte string.
    package var textLength: Int

    package init(depth: Int = 6, length: Int = 1000, textLength: Int = 200) {
        self.depth = min(depth, 100)
        self.length = length
        self.textLength = textLength
    }

    /// The line for `value` of `graph`.
    package func text(_ value: PickleValue, in graph: PickleGraph) -> String {
        var printer = Printer(graph: graph, style: self)
        printer.print(value)
        return printer.text
    }

    private struct Printer {
        let graph: PickleGraph
        let style: PickleDescription
        var text = ""
        /// `text`'s length, which a `String` would count each time.
        var count = 0
        /// The containers being printed, outermost first.
        var path: [PickleNodeID] = []

        var isFull: Bool { count >= style.length }

        mutating func put(_ piece: String) {
            text += piece
            count += piece.utf8.count
        }

        mutating func print(_ value: PickleValue) {
            switch value {
            case .none: put("None")
            case .bool(let value): put(value ? "True" : "False")
            case .int(let value): put(String(value))
            case .float(let value): put(PythonText.float(value))
            case .node(let id): print(id)
            }
        }

        private mutating func print(_ id: PickleNodeID) {
            let limit = style.textLength
            switch graph[id] {
            case .string(let text): put(PythonText.string(text, limit: limit))
            case .rawString(let bytes):
                put(bytes.withUnsafeBytes { PythonText.string(surrogateUTF8: $0, limit: limit) })
            case .byteString(let bytes): put(bytes.withUnsafeBytes { PythonText.bytes($0, limit: limit) })
            case .bytes(let bytes): put(bytes.withUnsafeBytes { PythonText.bytes($0, limit: limit) })
            case .byteArray(let bytes):
                put("bytearray(" + bytes.withUnsafeBytes { PythonText.bytes($0, limit: limit) } + ")")
            case .bigInteger(let integer): put(integer.description)
            case .global(let global): put(name(global))
            case .extensionCode(let code): put("<extension \(code)>")
            case .buffer(let index, _): put("<buffer \(index)>")
            case .tuple(let items):
                inside(id, "(", ")") { $0.sequence(items, afterLast: items.count == 1 ? "," : "") }
            case .list(let items): inside(id, "[", "]") { $0.sequence(items) }
            case .dict(let entries): inside(id, "{", "}") { $0.entries(entries) }
            case .set(let items): set(items, id, isFrozen: false)
            case .frozenSet(let items): set(items, id, isFrozen: true)
            case .persistentID(let payload): inside(id, "<persistent ", ">") { $0.print(payload) }
            case .object(let object):
                // Bytes are a call below protocol 3.
                if let bytes = graph.bytes(.node(id)) {
                    let isArray = graph.callee(of: object)?.name == "bytearray"
                    let text = bytes.withUnsafeBytes { PythonText.bytes($0, limit: limit) }
                    put(isArray ? "bytearray(\(text))" : text)
                } else if let items = reducedSet(object) {
                    set(items, id, isFrozen: graph.callee(of: object)?.name == "frozenset")
                } else {
                    inside(id, "", "") { $0.object(object) }
                }
            case .modified(let base, let steps):
                inside(id, "", "") {
                    $0.print(base)
                    $0.steps(steps)
                }
            }
        }

        private mutating func set(_ items: [PickleValue], _ id: PickleNodeID, isFrozen: Bool) {
            guard !items.isEmpty else { return put(isFrozen ? "frozenset()" : "set()") }
            inside(id, isFrozen ? "frozenset({" : "{", isFrozen ? "})" : "}") { $0.sequence(items) }
        }

        /// The items of a set below protocol 4, `set(list)`.
        private func reducedSet(_ object: PickleObject) -> [PickleValue]? {
            let callee = graph.callee(of: object)?.qualifiedName
            let arguments = graph.arguments(of: object)
            guard callee == "builtins.set" || callee == "builtins.frozenset", object.steps.isEmpty,
                arguments.count == 1, let items = graph.sequence(arguments[0])
            else { return nil }
            return items
        }

        /// The qualified name; without the module where Python's own `repr` leaves that out.
        private func name(_ global: PickleGlobal) -> String {
            let global = global.resolved
            let isShort = global.module == "builtins" || global.module == "collections"
            return isShort ? global.name : "\(global.module).\(global.name)"
        }

        /// Prints a container's content between `open` and `close`, unless it is inside itself, too deep or
        /// too late.
        private mutating func inside(
            _ id: PickleNodeID, _ open: String, _ close: String, _ body: (inout Printer) -> Void
        ) {
            put(open)
            if path.contains(id) {
                put("...")
            } else if path.count >= style.depth || isFull {
                put("…")
            } else {
                path.append(id)
                body(&self)
                path.removeLast()
            }
            put(close)
        }

        private mutating func sequence(_ items: [PickleValue], afterLast: String = "") {
            for (index, item) in items.enumerated() {
                if index > 0 { put(", ") }
                if isFull { return put("…") }
                print(item)
            }
            put(afterLast)
        }

        private mutating func entries(_ entries: [PickleEntry]) {
            for (index, entry) in entries.enumerated() {
                if index > 0 { put(", ") }
                if isFull { return put("…") }
                print(entry.key)
                put(": ")
                print(entry.value)
            }
        }

        private mutating func object(_ object: PickleObject) {
            print(.node(object.callable))
            var hasArguments = false
            put("(")
            if case .tuple(let arguments) = graph[object.arguments] {
                sequence(arguments)
                hasArguments = !arguments.isEmpty
            } else {
                put("*")
                print(.node(object.arguments))
                hasArguments = true
            }
            if let keywords = object.keywords {
                put(hasArguments ? ", **" : "**")
                print(.node(keywords))
                hasArguments = true
            }
            // An ordered dict's items stand where its constructor takes them.
            if !hasArguments, case .setItems(let items)? = object.steps.first {
                pairs(items)
                put(")")
                return steps(Array(object.steps.dropFirst()))
            }
            put(")")
            steps(object.steps)
        }

        private mutating func pairs(_ entries: [PickleEntry]) {
            put("[")
            for (index, entry) in entries.enumerated() {
                if index > 0 { put(", ") }
                if isFull {
                    put("…")
                    break
                }
                put("(")
                print(entry.key)
                put(", ")
                print(entry.value)
                put(")")
            }
            put("]")
        }

        private mutating func steps(_ steps: [PickleStep]) {
            for step in steps {
                put(" ")
                if isFull { return put("…") }
                switch step {
                case .append(let items):
                    put("+ [")
                    sequence(items)
                    put("]")
                case .setItems(let entries):
                    put("| {")
                    self.entries(entries)
                    put("}")
                case .add(let items):
                    put("| {")
                    sequence(items)
                    put("}")
                case .build(let state):
                    put("with ")
                    print(state)
                case .call(let id):
                    put("then ")
                    print(.node(id))
                }
            }
        }
    }
}

/// The replacement fields of `str.format` and of `%`.
enum StringTemplate {
    typealias Reason = ConfigError.Reason

    /// `text.format(*arguments, **names)`: fields are `{}`, `{0}` or `{name}`, with `!r`, `!s` and a format.
    static func format(_ text: String, _ arguments: [Value], _ names: [String: Value], in heap: Heap) throws -> String {
        var result = ""
        var next = 0
        var rest = Array(text.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            guard scalar == "{" || scalar == "}" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            if rest.first == scalar {
                rest.removeFirst()
                result.unicodeScalars.append(scalar)
                continue
            }
            guard scalar == "{", let end = rest.firstIndex(of: "}") else {
                throw Reason.value("a single '\(scalar)' in a format")
            }
            let field = String(String.UnicodeScalarView(rest[..<end]))
            rest = rest[(end + 1)...]
            let parts = field.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let named = parts[0].split(separator: "!", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(named.first ?? "")
            var value: Value
            if name.isEmpty || Int(name) != nil {
                let index = Int(name) ?? next
                next += name.isEmpty ? 1 : 0
                guard arguments.indices.contains(index) else { throw Reason.index(index, count: arguments.count) }
                value = arguments[index]
            } else {
                guard let named = names[name] else {
                    throw Reason.missingKey("'\(name)'", in: "the format's arguments", nearest: [])
                }
                value = named
            }
            if named.count == 2 { value = .string(try converted(value, String(named[1]), in: heap)) }
            guard !(parts.count == 2 && parts[1].contains("{")) else {
                throw Reason.unsupported("a field inside a field of a format")
            }
            result += try StringFormat(parts.count == 2 ? String(parts[1]) : "").text(value, in: heap)
        }
        try heap.charge(text: result.utf8.count)
        return result
    }

    /// `!r`, `!s` or `!a` of a field.
    static func converted(_ value: Value, _ conversion: String, in heap: Heap) throws -> String {
        switch conversion {
        case "s": return try ValueText.string(value, in: heap)
        case "r": return try ValueText.repr(value, in: heap)
        case "a": throw Reason.unsupported("the conversion !a")
        default: throw Reason.value("a conversion is one of !r and !s, not !\(conversion)")
        }
    }

    /// `text % arguments`: `%s`, `%r`, `%d`, `%i`, `%f`, `%e`, `%g`, `%x`, `%%` with flags, width and precision.
    static func percent(_ text: String, _ argument: Value, in heap: Heap) throws -> String {
        try heap.work(text.utf8.count)
        let arguments: [Value] = if case .tuple(let tuple) = argument { tuple.elements } else { [argument] }
        var (result, used) = ("", 0)
        var rest = Array(text.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            guard scalar == "%" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            if rest.first == "%" {
                rest.removeFirst()
                result += "%"
                continue
            }
            guard rest.first != "(" else { throw Reason.unsupported("a named field of '%'") }
            let flags = rest.prefix { "-+ 0123456789.".unicodeScalars.contains($0) }
            rest.removeFirst(flags.count)
            guard let type = rest.popFirst() else { throw Reason.value("an incomplete '%' format") }
            guard used < arguments.count else { throw Reason.type("too few values for the '%' format") }
            var value = arguments[used]
            used += 1
            var specification = String(String.UnicodeScalarView(flags))
            // The fill is said, so that a zero after it is of the width.
            if specification.hasPrefix("-") { specification = " <" + specification.dropFirst() }
            switch type {
            case "s": value = .string(try ValueText.string(value, in: heap))
            case "r": value = .string(try ValueText.repr(value, in: heap))
            case "d", "i":
                guard let number = value.number else { throw Reason.type("%d needs a number, not \(value.typeName)") }
                if case .float(let float) = number { value = .int(try Arithmetic.truncated(float)) }
                specification += "d"
            case "f", "F", "e", "E", "g", "G", "x", "X", "o":
                guard value.number != nil else { throw Reason.type("%\(type) needs a number, not \(value.typeName)") }
                specification.unicodeScalars.append(type)
            default: throw Reason.value("the format %\(type) is not known")
            }
            if value.isText, !specification.isEmpty, !specification.hasPrefix(" <") {
                specification = " >" + specification
            }
            result += try StringFormat(specification).text(value, in: heap)
        }
        var isMapping = false
        if case .dictionary = argument { isMapping = true }
        guard used == arguments.count || isMapping else { throw Reason.type("too many values for the '%' format") }
        try heap.charge(text: result.utf8.count)
        return result
    }
}

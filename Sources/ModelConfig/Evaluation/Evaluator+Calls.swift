import PythonSyntax

/// What a function is called with.
struct CallArguments {
    struct Named {
        let name: String
        let value: Value
        let origin: Origin?
    }

    var positional: [Value] = []
    var named: [Named] = []
}

extension Evaluator {
    func call(_ function: PythonExpression, _ arguments: [PythonArgument], at start: Int) throws -> Value {
        if case .attribute(let object, let name) = function.form {
            let object = try evaluate(object)
            switch object {
            case .dictionary, .list, .string, .set:
                let arguments = try evaluate(arguments)
                offset = start
                return try callMethod(name, of: object, arguments)
            default:
                offset = start
                return try call(try attribute(name, of: object), try evaluate(arguments), at: start)
            }
        }
        let function = try evaluate(function)
        return try call(function, try evaluate(arguments), at: start)
    }

    private func call(_ function: Value, _ arguments: CallArguments, at start: Int) throws -> Value {
        offset = start
        switch function {
        case .function(let builtin): return try call(builtin, arguments)
        case .reference(let name): throw Reason.unsupported("a call of the imported '\(name.name)'")
        case .module(let name): throw Reason.unsupported("a call of '\(name)'")
        default: throw Reason.type("\(function.typeName) cannot be called")
        }
    }

    private func evaluate(_ arguments: [PythonArgument]) throws -> CallArguments {
        var result = CallArguments()
        result.positional = try displayed(arguments.filter { $0.kind == .positional }.map(\.value))
        for argument in arguments {
            switch argument.kind {
            case .positional: continue
            case .keyword(let name):
                let value = try evaluate(argument.value)
                result.named.append(.init(name: name, value: value, origin: origin(argument.offset)))
            case .unpacked:
                let value = try evaluate(argument.value)
                offset = argument.offset
                guard case .dictionary(let dictionary) = value else {
                    throw Reason.type("'**' needs a dict, not \(value.typeName)")
                }
                try heap.charge(elements: dictionary.count)
                for entry in dictionary.entries {
                    guard case .string(let name) = entry.key else {
                        throw Reason.type("'**' needs keys that are strings, not \(entry.key.typeName)")
                    }
                    result.named.append(.init(name: name, value: entry.value, origin: entry.origin))
                }
            }
        }
        guard arguments.contains(where: { $0.kind == .unpacked }) else { return result }
        var names: Set<ScalarText> = []
        for argument in result.named where !names.insert(ScalarText(argument.name)).inserted {
            throw Reason.type("the argument '\(argument.name)' is given twice")
        }
        return result
    }

    private func call(_ function: Builtin, _ arguments: CallArguments) throws -> Value {
        let values = arguments.positional
        switch function {
        case .dict: return .dictionary(try makeDictionary(arguments))
        case .sorted:
            try require(values, 1...1, of: function.rawValue)
            var sorted = try elements(of: values[0])
            try sort(&sorted, arguments.named)
            return .list(try heap.list(sorted))
        default: break
        }
        if let named = arguments.named.first {
            throw Reason.unsupported("the argument '\(named.name)' of '\(function.rawValue)'")
        }
        switch function {
        case .list: return .list(try heap.list(try optionalElements(values, function)))
        case .tuple: return .tuple(try heap.tuple(try optionalElements(values, function)))
        case .set: return .set(try heap.set(try optionalElements(values, function)))
        case .range: return .iterable(try heap.tuple(try range(values)), type: "range")
        case .enumerate:
            try require(values, 1...2, of: function.rawValue)
            guard let start = values.count == 2 ? values[1].integer : 0 else {
                throw Reason.type("'enumerate' counts from an int, not \(values[1].typeName)")
            }
            let pairs = try elements(of: values[0]).enumerated().map { index, value in
                let (count, overflow) = start.addingReportingOverflow(index)
                guard !overflow else { throw Arithmetic.tooLarge }
                return Value.tuple(try heap.tuple([.int(count), value]))
            }
            return .iterable(try heap.tuple(pairs), type: "enumerate")
        case .zip:
            let columns = try values.map { try elements(of: $0) }
            let rows = try (0..<(columns.map(\.count).min() ?? 0)).map { row in
                Value.tuple(try heap.tuple(columns.map { $0[row] }))
            }
            return .iterable(try heap.tuple(rows), type: "zip")
        case .joinPath: return try heap.string(try PathFunctions.join(try texts(values, of: function)))
        case .deepCopy, .shallowCopy, .len, .reversed, .any, .all, .sum, .min, .max, .baseName, .folderName, .bool,
            .str:
            return try callOnContainer(function, values)
        default: return try callOnNumber(function, values)
        }
    }

    private func callOnContainer(_ function: Builtin, _ values: [Value]) throws -> Value {
        if function == .min || function == .max {
            let candidates = values.count == 1 ? try elements(of: values[0]) : values
            guard var best = candidates.first else { throw Reason.value("'\(function.rawValue)' of nothing") }
            let comparison = Comparison(heap: heap)
            for value in candidates.dropFirst() {
                let isBetter =
                    function == .min
                    ? try comparison.isLess(value, best, orEqual: false)
                    : try comparison.isLess(best, value, orEqual: false)
                if isBetter { best = value }
            }
            return best
        }
        if values.isEmpty, function == .bool { return .bool(false) }
        if values.isEmpty, function == .str { return .string("") }
        try require(values, 1...(function == .sum ? 2 : 1), of: function.rawValue)
        let value = values[0]
        switch function {
        case .deepCopy: return try heap.deepCopy(value)
        case .shallowCopy: return try shallowCopy(value)
        case .bool: return .bool(value.isTrue)
        case .str: return try heap.string(try ValueText.string(value, in: heap))
        case .baseName: return try heap.string(PathFunctions.split(try texts(values, of: function)[0]).base)
        case .folderName: return try heap.string(PathFunctions.split(try texts(values, of: function)[0]).folder)
        case .len:
            if case .string(let text) = value {
                try heap.work(text.utf8.count)
                return .int(text.unicodeScalars.count)
            }
            return .int(try elements(of: value).count)
        case .reversed:
            if case .set = value { throw Reason.type("a set has no order") }
            return .iterable(try heap.tuple(try elements(of: value).reversed()), type: "reversed")
        case .any: return .bool(try elements(of: value).contains(where: \.isTrue))
        case .all: return .bool(try elements(of: value).allSatisfy(\.isTrue))
        default:
            var sum = values.count == 2 ? values[1] : .int(0)
            guard !sum.isText else { throw Reason.type("'sum' does not join strings") }
            for element in try elements(of: value) {
                try heap.step()
                sum = try binary(sum, .add, element)
            }
            return sum
        }
    }

    private func callOnNumber(_ function: Builtin, _ values: [Value]) throws -> Value {
        if values.isEmpty, function == .int { return .int(0) }
        if values.isEmpty, function == .float { return .float(0) }
        try require(values, 1...(function == .round ? 2 : 1), of: function.rawValue)
        if case .string(let text) = values[0] {
            try heap.work(text.utf8.count)
            switch function {
            case .int:
                guard let value = FormattedNumber.integer(text) else {
                    throw Reason.value("\(PythonText.string(text, limit: 40)) is not an integer of 64 bits")
                }
                return .int(value)
            case .float:
                guard let value = FormattedNumber.float(text) else {
                    throw Reason.value("\(PythonText.string(text, limit: 40)) is not a number")
                }
                return .float(value)
            default: break
            }
        }
        guard let number = values[0].number else {
            throw Reason.type("'\(function.rawValue)' needs a number, not \(values[0].typeName)")
        }
        if values.count == 2, let digits = values[1].integer {
            switch number {
            case .int(let value): return .int(try Arithmetic.rounded(value, digits: digits))
            case .float(let value): return .float(try Arithmetic.rounded(value, digits: digits))
            }
        } else if values.count == 2 {
            guard case .none = values[1] else {
                throw Reason.type("'round' needs an int as its digits, not \(values[1].typeName)")
            }
        }
        switch (function, number) {
        case (.float, _): return .float(number.double)
        case (.squareRoot, _):
            guard !(number.double < 0) else { throw Reason.arithmetic("the root of a negative number") }
            return .float(number.double.squareRoot())
        case (.abs, .float(let value)): return .float(value.magnitude)
        case (.abs, .int(let value)):
            guard value != .min else { throw Arithmetic.tooLarge }
            return .int(Swift.abs(value))
        case (.int, .float(let value)): return .int(try Arithmetic.truncated(value))
        case (.round, .float(let value)): return .int(try Arithmetic.rounded(value))
        case (.ceiling, .float(let value)): return .int(try Arithmetic.truncated(value.rounded(.up)))
        case (.floor, .float(let value)): return .int(try Arithmetic.truncated(value.rounded(.down)))
        case (.int, .int(let value)), (.round, .int(let value)), (.ceiling, .int(let value)), (.floor, .int(let value)):
            return .int(value)
        default: throw Reason.unsupported("a call of '\(function.rawValue)'")
        }
    }

    // MARK: Parts

    func require(_ values: [Value], _ counts: ClosedRange<Int>, of function: String) throws {
        guard !counts.contains(values.count) else { return }
        let wanted =
            counts.lowerBound == counts.upperBound
            ? "\(counts.lowerBound)" : "\(counts.lowerBound) to \(counts.upperBound)"
        throw Reason.type("'\(function)' takes \(wanted) arguments, found \(values.count)")
    }

    func texts(_ values: [Value], of function: Builtin) throws -> [String] {
        try values.map { value in
            guard case .string(let text) = value else {
                throw Reason.type("'\(function.rawValue)' needs strings, not \(value.typeName)")
            }
            try heap.work(text.utf8.count)
            return text
        }
    }

    private func optionalElements(_ values: [Value], _ function: Builtin) throws -> [Value] {
        try require(values, 0...1, of: function.rawValue)
        return try values.first.map { try elements(of: $0) } ?? []
    }

    private func makeDictionary(_ arguments: CallArguments) throws -> DictionaryObject {
        try require(arguments.positional, 0...1, of: "dict")
        let result = try heap.dictionary()
        if let source = arguments.positional.first { try fill(result, from: source) }
        for argument in arguments.named {
            try heap.store(argument.value, forKey: .string(argument.name), in: result, origin: argument.origin)
        }
        return result
    }

    /// Stores the entries of a dictionary, or pairs of keys and values.
    func fill(_ dictionary: DictionaryObject, from source: Value) throws {
        if case .dictionary(let source) = source {
            for entry in source.entries {
                try heap.store(entry.value, forKey: entry.key, in: dictionary, origin: entry.origin)
            }
            return
        }
        for pair in try elements(of: source) {
            let parts = try elements(of: pair)
            guard parts.count == 2 else {
                throw Reason.value("a dict is made of pairs, found \(parts.count) elements")
            }
            try heap.store(parts[1], forKey: parts[0], in: dictionary, origin: origin(offset))
        }
    }

    func shallowCopy(_ value: Value) throws -> Value {
        switch value {
        case .list(let list): return .list(try heap.list(list.elements))
        case .set(let set): return .set(try heap.set(set.elements))
        case .dictionary(let dictionary):
            let copy = try heap.dictionary(isConfig: dictionary.isConfig)
            try fill(copy, from: value)
            return .dictionary(copy)
        default: return value
        }
    }

    func sort(_ values: inout [Value], _ named: [CallArguments.Named]) throws {
        var isReversed = false
        for argument in named {
            guard argument.name == "reverse" else {
                throw Reason.unsupported("the argument '\(argument.name)' of a sort")
            }
            isReversed = argument.value.isTrue
        }
        let comparison = Comparison(heap: heap)
        // Reversed twice, equal elements keep their order.
        if isReversed { values.reverse() }
        try values.sort { try comparison.isLess($0, $1, orEqual: false) }
        if isReversed { values.reverse() }
    }

    private func range(_ values: [Value]) throws -> [Value] {
        try require(values, 1...3, of: "range")
        let bounds = try values.map { value in
            guard let bound = value.integer else { throw Reason.type("'range' needs ints, not \(value.typeName)") }
            return bound
        }
        let (start, end) = bounds.count == 1 ? (0, bounds[0]) : (bounds[0], bounds[1])
        let step = bounds.count == 3 ? bounds[2] : 1
        guard step != 0 else { throw Reason.value("the step of a range cannot be zero") }
        guard step > 0 ? start < end : start > end else { return [] }
        let (distance, overflow) =
            step > 0 ? end.subtractingReportingOverflow(start) : start.subtractingReportingOverflow(end)
        let count = overflow ? Int.max : Int((UInt(distance) - 1) / step.magnitude + 1)
        try heap.checkRoom(elements: count)
        return (0..<count).map { .int(start &+ $0 &* step) }
    }
}

/// `os.path`, as on POSIX systems: text only.
enum PathFunctions {
    static func join(_ parts: [String]) throws -> String {
        guard var result = parts.first else { throw ConfigError.Reason.type("'os.path.join' of nothing") }
        for part in parts.dropFirst() {
            if part.hasPrefix("/") {
                result = part
            } else if result.isEmpty || result.hasSuffix("/") {
                result += part
            } else {
                result += "/" + part
            }
        }
        return result
    }

    /// What is before the last slash and what is after it.
    static func split(_ path: String) -> (folder: String, base: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
        let base = String(path[path.utf8.index(after: slash)...])
        let folder = path[...slash]
        let trimmed = folder.utf8.contains { $0 != UInt8(ascii: "/") }
        guard trimmed else { return (String(folder), base) }
        var end = folder.endIndex
        while end > folder.startIndex, folder.utf8[folder.utf8.index(before: end)] == UInt8(ascii: "/") {
            end = folder.utf8.index(before: end)
        }
        return (String(folder[..<end]), base)
    }
}

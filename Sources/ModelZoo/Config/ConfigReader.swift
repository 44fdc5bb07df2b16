import ModelConfig
import Spelling

/// The arguments of one class in a config, `dict(type='…', …)`, read one by one.
///
/// It remembers which arguments were asked for: `finish` refuses the others, so a misspelt one is an error with the
/// line that set it.
package struct ConfigReader {
    /// Dotted path in the config, e.g. `model.backbone`.
    package let path: String
    private let dictionary: ConfigDictionary
    private let origin: SourcePosition?
    private var asked: Set<String> = ["type", "_scope_"]

    /// - Parameter origin: where the dictionary itself was set.
    package init(_ dictionary: ConfigDictionary, path: String, origin: SourcePosition? = nil) {
        self.dictionary = dictionary
        self.path = path
        self.origin = origin
    }

    /// The class: `type` without the scope or the module in front of it, as in `mmpretrain.ResNet`. `_scope_` names the
    /// package whose class it is, too.
    ///
    /// - Throws: `ArgumentError` for a class of another library, or of the user's own: it may compute anything.
    package var typeName: String {
        get throws(ArgumentError) {
            guard case .string(let name) = dictionary["type"] else {
                throw ArgumentError(path, "has no 'type'", origin: origin)
            }
            if case .string(let scope)? = dictionary["_scope_"], !OpenMMLab.scopes.contains(scope) {
                throw notBuiltIn(
                    "_scope_", "'\(name)' is a class of '\(scope)' here, and only MMPreTrain's are built in")
            }
            let parts = name.split(separator: ".").map(String.init)
            guard parts.count > 1 else { return name }
            guard OpenMMLab.scopes.contains(parts[0]) || parts[0] == "torch" else {
                throw notBuiltIn("type", "'\(name)' is a class of '\(parts[0])', and only MMPreTrain's are built in")
            }
            return parts[parts.count - 1]
        }
    }

    /// An argument as it stands; nil if it is not given. `None` is a value.
    package mutating func value(_ key: String) -> ConfigValue? {
        asked.insert(key)
        return dictionary[key]
    }

    /// Whether the argument is given and not `None`.
    package func has(_ key: String) -> Bool { dictionary[key].map { $0 != .none } ?? false }

    /// Names arguments that change nothing in evaluation.
    package mutating func ignore(_ keys: String...) { asked.formUnion(keys) }

    /// Arguments that exist upstream and are not built in: refused unless they have the default.
    package mutating func unsupported(_ key: String, unless allowed: ConfigValue...) throws(ArgumentError) {
        guard let value = value(key), !allowed.contains(value) else { return }
        throw notBuiltIn(key, "'\(key)' other than \(allowed.map(\.text).joined(separator: " or ")) is not built in")
    }

    /// An error about an argument, at the line that set it.
    package func error(_ key: String, _ problem: String) -> ArgumentError {
        ArgumentError(path, problem, origin: place(of: key))
    }

    /// An error about an argument that upstream may well take.
    /// - Parameter problem: a sentence on what is not built in.
    package func notBuiltIn(_ key: String, _ problem: String) -> ArgumentError {
        ArgumentError(path, .notBuiltIn(problem), origin: place(of: key))
    }

    private func place(of key: String) -> SourcePosition? { dictionary.entry(key)?.origin ?? origin }

    /// - Throws: `ArgumentError` for an argument that nobody asked for.
    package func finish() throws(ArgumentError) {
        for entry in dictionary.entries {
            guard case .string(let key) = entry.key else {
                throw ArgumentError(path, "the argument \(entry.key.text) is not a name", origin: entry.origin)
            }
            guard !asked.contains(key) else { continue }
            let hint = suggestion(of: nearestNames(to: key, among: asked.filter { !$0.hasPrefix("_") }, limit: 1))
            throw ArgumentError(
                path, "\((try? typeName) ?? "the dictionary") has no argument '\(key)'\(hint)", origin: entry.origin)
        }
    }

    func mismatch(_ key: String, _ expected: String, _ found: ConfigValue) -> ArgumentError {
        error(key, "'\(key)' should be \(expected), not \(found.text)")
    }

    /// A reader of a dictionary that the argument `key` gives.
    /// - Parameter index: of the dictionary in the argument's list; nil where the argument is the dictionary itself.
    func reader(of dictionary: ConfigDictionary, _ key: String, index: Int? = nil) -> ConfigReader {
        let place = index.map { "[\($0)]" } ?? ""
        return ConfigReader(
            dictionary, path: "\(path).\(key)\(place)", origin: self.dictionary.entry(key)?.origin ?? origin)
    }
}

// MARK: Typed arguments

extension ConfigReader {
    package mutating func int(_ key: String, default fallback: Int? = nil) throws(ArgumentError) -> Int {
        if let value = try optionalInt(key, default: fallback) { return value }
        throw error(key, "needs '\(key)', an integer")
    }

    /// nil for `None`, and where the argument and the default are missing.
    package mutating func optionalInt(_ key: String, default fallback: Int? = nil) throws(ArgumentError) -> Int? {
        switch value(key) {
        case nil: return fallback
        case .some(.none): return nil
        case .int(let value): return value
        case .bool(let value): return value ? 1 : 0
        case .some(let other): throw mismatch(key, "an integer", other)
        }
    }

    /// A float or an integer.
    package mutating func double(_ key: String, default fallback: Double? = nil) throws(ArgumentError) -> Double {
        if let value = try optionalDouble(key, default: fallback) { return value }
        throw error(key, "needs '\(key)', a number")
    }

    /// nil for `None`, and where the argument and the default are missing.
    package mutating func optionalDouble(_ key: String, default fallback: Double? = nil) throws(ArgumentError)
        -> Double?
    {
        switch value(key) {
        case nil: return fallback
        case .some(.none): return nil
        case .int(let value): return Double(value)
        case .float(let value): return value
        case .some(let other): throw mismatch(key, "a number", other)
        }
    }

    /// `None` counts as false.
    package mutating func bool(_ key: String, default fallback: Bool) throws(ArgumentError) -> Bool {
        switch value(key) {
        case nil: return fallback
        case .some(.none): return false
        case .bool(let value): return value
        case .int(let value) where value == 0 || value == 1: return value == 1
        case .some(let other): throw mismatch(key, "True or False", other)
        }
    }

    /// One of these words.
    package mutating func string(
        _ key: String, of words: [String], default fallback: String? = nil
    ) throws(ArgumentError) -> String {
        switch value(key) {
        case nil:
            if let fallback { return fallback }
            throw error(key, "needs '\(key)': \(words.map { "'\($0)'" }.joined(separator: ", "))")
        case .string(let word) where words.contains(word): return word
        case .some(let other):
            throw mismatch(key, words.map { "'\($0)'" }.joined(separator: " or "), other)
        }
    }

    /// A list or tuple of integers.
    /// - Parameter count: how many there must be; a single integer is then repeated. The default may have more.
    package mutating func ints(
        _ key: String, default fallback: [Int]? = nil, count: Int? = nil
    ) throws(ArgumentError) -> [Int] {
        try elements(key, default: fallback, count: count, "integers") { element in
            if case .int(let value) = element { value } else { nil }
        }
    }

    /// A list or tuple of numbers; see `ints`.
    package mutating func doubles(
        _ key: String, default fallback: [Double]? = nil, count: Int? = nil
    ) throws(ArgumentError) -> [Double] {
        try elements(key, default: fallback, count: count, "numbers") { element in
            switch element {
            case .int(let value): Double(value)
            case .float(let value): value
            default: nil
            }
        }
    }

    /// A list or tuple of booleans; see `ints`.
    package mutating func bools(
        _ key: String, default fallback: [Bool], count: Int? = nil
    ) throws(ArgumentError) -> [Bool] {
        try elements(key, default: fallback, count: count, "True or False") { element in
            if case .bool(let value) = element { value } else { nil }
        }
    }

    private mutating func elements<Element>(
        _ key: String, default fallback: [Element]?, count: Int?, _ kind: String, _ read: (ConfigValue) -> Element?
    ) throws(ArgumentError) -> [Element] {
        var elements: [Element] = []
        switch value(key) {
        case nil:
            guard let fallback else { throw error(key, "needs '\(key)', a list of \(kind)") }
            guard fallback.count >= count ?? 0 else {
                throw error(key, "needs '\(key)', a list of \(count ?? 0) \(kind)")
            }
            return fallback
        case .list(let values), .tuple(let values):
            for value in values {
                guard let element = read(value) else { throw mismatch(key, "a list of \(kind)", value) }
                elements.append(element)
            }
        case .some(let value):
            guard let count, let element = read(value) else { throw mismatch(key, "a list of \(kind)", value) }
            return [Element](repeating: element, count: count)
        }
        if let count, elements.count != count {
            throw error(key, "'\(key)' has \(elements.count) elements in place of \(count)")
        }
        return elements
    }

    /// A size of a family: its name, or a dictionary of hyper-parameters.
    /// - Parameters:
    ///   - ignoringMore: whether upstream takes a dictionary with further keys, which it does not read.
    ///   - custom: reads the dictionary; nil where only names are allowed.
    package mutating func variant<Size>(
        _ key: String, of sizes: [String: Size], default fallback: String? = nil, ignoringCase: Bool = true,
        ignoringMore: Bool = false,
        custom: ((inout ConfigReader) throws(ArgumentError) -> Size)? = nil
    ) throws(ArgumentError) -> Size {
        switch value(key) ?? fallback.map({ .string($0) }) {
        case .string(let name):
            if let size = sizes[name] ?? (ignoringCase ? sizes[name.lowercased()] : nil) { return size }
            let hint = suggestion(
                of: nearestNames(to: name, among: sizes.keys, limit: 1),
                otherwise: "; there are \(sizes.keys.sorted().joined(separator: ", "))")
            throw notBuiltIn(key, "'\(key)' \(ConfigValue.string(name).text) is not built in\(hint)")
        case .dictionary(let dictionary):
            guard let custom else { throw mismatch(key, "a name", .dictionary(dictionary)) }
            var reader = self.reader(of: dictionary, key)
            let size = try custom(&reader)
            if !ignoringMore { try reader.finish() }
            return size
        case .some(let other): throw mismatch(key, "a name", other)
        case nil: throw error(key, "needs '\(key)'")
        }
    }

    /// A dictionary of further arguments; an empty one if it is missing or `None`.
    package mutating func dictionary<Result>(
        _ key: String, _ read: (inout ConfigReader) throws(ArgumentError) -> Result
    ) throws(ArgumentError) -> Result {
        let given: ConfigDictionary
        switch value(key) {
        case nil, .some(.none): given = ConfigDictionary()
        case .dictionary(let dictionary): given = dictionary
        case .some(let other): throw mismatch(key, "a dictionary", other)
        }
        var reader = self.reader(of: given, key)
        let result = try read(&reader)
        try reader.finish()
        return result
    }

    /// A dictionary for each of `count` stages or layers: one for all, or a list of `count`.
    package mutating func dictionaries<Result>(
        _ key: String, count: Int, _ read: (inout ConfigReader) throws(ArgumentError) -> Result
    ) throws(ArgumentError) -> [Result] {
        let values: [ConfigValue]
        switch value(key) {
        case nil, .some(.none): values = [ConfigValue](repeating: .dictionary(ConfigDictionary()), count: count)
        case .dictionary(let one): values = [ConfigValue](repeating: .dictionary(one), count: count)
        case .list(let several), .tuple(let several):
            guard several.count == count else {
                throw error(key, "'\(key)' has \(several.count) elements in place of \(count)")
            }
            values = several
        case .some(let other): throw mismatch(key, "a dictionary or a list of them", other)
        }
        return try self.read(values, of: key, read)
    }

    /// A list of dictionaries; an empty one if it is missing or `None`.
    package mutating func dictionaryList<Result>(
        _ key: String, _ read: (inout ConfigReader) throws(ArgumentError) -> Result
    ) throws(ArgumentError) -> [Result] {
        switch value(key) {
        case nil, .some(.none): return []
        case .list(let values), .tuple(let values): return try self.read(values, of: key, read)
        case .some(let other): throw mismatch(key, "a list of dictionaries", other)
        }
    }

    private func read<Result>(
        _ values: [ConfigValue], of key: String, _ read: (inout ConfigReader) throws(ArgumentError) -> Result
    ) throws(ArgumentError) -> [Result] {
        var results: [Result] = []
        for (index, value) in values.enumerated() {
            guard case .dictionary(let dictionary) = value else { throw mismatch(key, "a list of dictionaries", value) }
            var reader = self.reader(of: dictionary, key, index: index)
            results.append(try read(&reader))
            try reader.finish()
        }
        return results
    }
}

extension ConfigValue {
    /// The value as a short piece of Python, for messages.
    package var text: String {
        switch self {
        case .none: "None"
        case .bool(let value): value ? "True" : "False"
        case .int(let value): "\(value)"
        case .float(let value): "\(value)"
        case .string(let value): "'\(value)'"
        case .list(let values):
            "[" + values.prefix(8).map(\.text).joined(separator: ", ") + (values.count > 8 ? ", …]" : "]")
        case .tuple(let values):
            "(" + values.prefix(8).map(\.text).joined(separator: ", ") + (values.count > 8 ? ", …)" : ")")
        case .set(let values):
            "{" + values.prefix(8).map(\.text).joined(separator: ", ") + (values.count > 8 ? ", …}" : "}")
        case .dictionary: "a dictionary"
        }
    }
}

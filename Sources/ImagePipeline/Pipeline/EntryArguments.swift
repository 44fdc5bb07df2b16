import ModelConfig
import Spelling

/// The arguments of a step or of the preprocessor. Errors name the entry and its place in the config.
struct EntryArguments {
    /// The step as errors and reports name it: `1:ResizeEdge`.
    let name: String
    let dictionary: ConfigDictionary
    private let origin: SourcePosition?

    init(name: String, _ dictionary: ConfigDictionary) {
        self.name = name
        self.dictionary = dictionary
        origin = dictionary.entry("type")?.origin ?? dictionary.entries.first?.origin
    }

    /// What is wrong with the entry as a whole.
    func refused(_ reason: String) -> PipelineError { .entry(name, origin: origin, reason: reason) }

    /// What is wrong with an argument.
    func refused(_ argument: String, _ reason: String) -> PipelineError {
        .entry(name, origin: dictionary.entry(argument)?.origin ?? origin, reason: "\(argument): \(reason)")
    }

    /// - Throws: `PipelineError` for an argument besides `type` and `names`.
    func check(only names: [String]) throws(PipelineError) {
        for entry in dictionary.entries {
            guard case .string(let name) = entry.key else { throw refused("an argument whose name is not a string") }
            guard name != "type", !names.contains(name) else { continue }
            throw .entry(
                self.name, origin: entry.origin ?? origin,
                reason: "there is no argument '\(name)'" + Self.hint(for: name, among: names))
        }
    }

    /// The end of a sentence that says that there is no `name`: the names that it may be meant for.
    static func hint(for name: String, among names: [String]) -> String {
        suggestion(
            of: nearestNames(to: name, among: names), otherwise: "; there are \(names.joined(separator: ", "))")
    }

    /// nil where the argument is absent or None.
    func value(_ name: String) -> ConfigValue? {
        guard let value = dictionary[name], value != .none else { return nil }
        return value
    }

    private func needs(_ argument: String, _ what: String) -> PipelineError {
        refused(argument, "needs \(what), found \(dictionary[argument].map(Self.text) ?? "nothing")")
    }

    func bool(_ name: String, default fallback: Bool) throws(PipelineError) -> Bool {
        switch dictionary[name] {
        case nil: return fallback
        case .bool(let value)?: return value
        case .int(let value)? where value == 0 || value == 1: return value == 1
        default: throw needs(name, "True or False")
        }
    }

    func string(_ name: String, default fallback: String) throws(PipelineError) -> String {
        switch dictionary[name] {
        case nil: return fallback
        case .string(let value)?: return value
        default: throw needs(name, "a string")
        }
    }

    /// - Returns: nil where the argument is absent.
    func integer(_ name: String, atLeast minimum: Int) throws(PipelineError) -> Int? {
        guard let value = dictionary[name] else { return nil }
        guard case .int(let number) = value, number >= minimum, number <= Self.sizeLimit else {
            throw needs(name, "a whole number of \(minimum) to \(Self.sizeLimit)")
        }
        return number
    }

    /// Width and height; one number stands for both.
    /// - Returns: nil where the argument is absent or None.
    func size(_ name: String) throws(PipelineError) -> (width: Int, height: Int)? {
        let what = "a whole number or (width, height), of 1 to \(Self.sizeLimit)"
        guard let value = value(name) else { return nil }
        func side(_ value: ConfigValue) throws(PipelineError) -> Int {
            guard case .int(let number) = value, (1...Self.sizeLimit).contains(number) else { throw needs(name, what) }
            return number
        }
        switch value {
        case .int:
            let both = try side(value)
            return (both, both)
        case .tuple(let values) where values.count == 2, .list(let values) where values.count == 2:
            return (try side(values[0]), try side(values[1]))
        default: throw needs(name, what)
        }
    }

    /// More than the longest side of an image: a JPEG's is at most 65,500.
    static let sizeLimit = 1 << 20

    func number(_ name: String) throws(PipelineError) -> Double? {
        switch dictionary[name] {
        case nil: return nil
        case .int(let value)?: return Double(value)
        case .float(let value)?: return value
        default: throw needs(name, "a number")
        }
    }

    /// - Returns: nil where the argument is absent or None.
    func numbers(_ name: String) throws(PipelineError) -> [Double]? {
        guard let value = value(name) else { return nil }
        switch value {
        case .list(let values), .tuple(let values):
            var numbers: [Double] = []
            for value in values {
                switch value {
                case .int(let number): numbers.append(Double(number))
                case .float(let number): numbers.append(number)
                default: throw needs(name, "a list of numbers")
                }
            }
            return numbers
        default: throw needs(name, "a list of numbers")
        }
    }

    /// `backend` and `interpolation`.
    func resizeMethod(default fallback: ResizeMethod.Filter = .bilinear) throws(PipelineError) -> ResizeMethod {
        let backendName = try string("backend", default: "cv2")
        guard let backend = ResizeMethod.Backend(rawValue: backendName) else {
            throw refused("backend", "'\(backendName)' is neither 'cv2' nor 'pillow'")
        }
        let name = try string("interpolation", default: fallback.rawValue)
        guard let method = ResizeMethod.Filter(rawValue: name).flatMap({ ResizeMethod(backend, $0) }) else {
            let filters = ResizeMethod.filters(of: backend).map(\.rawValue).joined(separator: ", ")
            throw refused("interpolation", "the backend '\(backendName)' has no '\(name)'; it has \(filters)")
        }
        return method
    }

    /// A value as Python would print it, in short.
    static func text(_ value: ConfigValue) -> String {
        switch value {
        case .none: "None"
        case .bool(let value): value ? "True" : "False"
        case .int(let value): String(value)
        case .float(let value): String(value)
        case .string(let value): "'\(value.prefix(80))'"
        case .list(let values): values.count > 8 ? "a long list" : "[\(values.map(text).joined(separator: ", "))]"
        case .tuple(let values): values.count > 8 ? "a long tuple" : "(\(values.map(text).joined(separator: ", ")))"
        case .set: "a set"
        case .dictionary: "a dictionary"
        }
    }
}

/// A command line, taken apart.
package struct Arguments: Sendable, Equatable {
    /// Option name → values in the order given; an option without a value stands for itself with none.
    var given: [String: [String]]
    /// The words that are not options, in order.
    package var positionals: [String]

    /// Whether the option is given.
    package func has(_ option: Option) -> Bool { given[option.name] != nil }

    /// What the option is given last; nil if it is not given.
    package func value(of option: Option) -> String? { given[option.name]?.last }

    /// What the option is given, in order.
    package func values(of option: Option) -> [String] { given[option.name] ?? [] }

    /// The value as a whole number of at least `minimum`.
    /// - Throws: `UsageError.notANumber`.
    package func integer(of option: Option, atLeast minimum: Int = 0) throws(UsageError) -> Int? {
        guard let text = value(of: option) else { return nil }
        guard let number = Int(text), number >= minimum else {
            throw .notANumber(option: option.name, value: text, needs: "a whole number of at least \(minimum)")
        }
        return number
    }

    /// The value as a finite number of at least 0.
    /// - Throws: `UsageError.notANumber`.
    package func magnitude(of option: Option) throws(UsageError) -> Double? {
        guard let text = value(of: option) else { return nil }
        guard let number = Double(text), number.isFinite, number >= 0 else {
            throw .notANumber(option: option.name, value: text, needs: "a number of at least 0")
        }
        return number
    }

    /// What an option that repeats is given as NAME=VALUE, by name.
    /// - Throws: `UsageError.combination` for a value of another form, and for a name that is given twice.
    package func settings(of option: Option) throws(UsageError) -> [String: String] {
        var settings: [String: String] = [:]
        for setting in values(of: option) {
            guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
                throw .combination("--\(option.name) needs PARAM=VALUE, found '\(setting)'")
            }
            let name = String(setting[..<equals])
            guard settings.updateValue(String(setting[setting.index(after: equals)...]), forKey: name) == nil else {
                throw .combination("--\(option.name) \(name) is given more than once")
            }
        }
        return settings
    }
}

/// One `--name` of a command.
package struct Option: Sendable, Hashable {
    /// What may follow the name.
    package enum Operand: Sendable, Hashable {
        /// `--name`
        case none
        /// `--name VALUE` or `--name=VALUE`
        case required(String)
        /// `--name VALUE` or `--name VALUE VALUE`, where the second is an integer.
        case requiredPair(String)
        /// `--name VALUE VALUE` or `--name=VALUE VALUE`: two words that are not options.
        case two(String, String)
        /// `--name` or `--name=VALUE`; also `--name VALUE` where the positionals are complete without that word.
        case optional(String)
        /// `--name a`, where the word must be one of these.
        case choice([String])
        /// `--name K=V K=V …` or `--name=K=V`: the words after the name that contain a `=`, one at least.
        case pairs(String)
        /// `--name A B …` or `--name=A`: the words after the name up to the next option, one at least.
        case several(String)
    }

    /// The name without the dashes: `full-name`.
    package let name: String
    /// The letter of `-i`, which means the same; nil where there is none.
    package let short: String?
    package let operand: Operand
    /// True when the option may be given more than once, each time with another value.
    package let repeats: Bool
    package let help: String

    package init(
        _ name: String, short: String? = nil, _ operand: Operand = .none, repeats: Bool = false, help: String
    ) {
        self.name = name
        self.short = short
        self.operand = operand
        self.repeats = repeats
        self.help = help
    }

    /// `--depth N`, as the help shows it.
    var synopsis: String {
        let names = (short.map { "-\($0), " } ?? "") + "--\(name)"
        guard let placeholder else { return names }
        return switch operand {
        case .optional: "\(names)[=\(placeholder)]"
        case .pairs, .several: "\(names) \(placeholder) …"
        default: "\(names) \(placeholder)"
        }
    }

    /// What most tools have; an error is a report, too: see `Command.run`.
    package static let json = Option("json", help: "Print the report as JSON.")

    static let help = Option("help", short: "h", help: "Show this text.")
    static let version = Option("version", help: "Show the version.")
    /// See `Console.Level`.
    package static let quiet = Option(
        "quiet", short: "q", help: "Print no notes and no progress, and a report only if it finds something.")
    package static let verbose = Option(
        "verbose", short: "v", help: "Report on standard error what is read, and the time and memory that the run took."
    )
    static let color = Option(
        "color", .choice(ColorMode.allCases.map(\.rawValue)),
        help: "When to colour the output; auto: on a terminal, unless NO_COLOR is set.")
}

/// Options that the help lists under one title.
package struct OptionGroup: Sendable {
    package let title: String
    package let options: [Option]

    package init(_ title: String, _ options: [Option]) {
        self.title = title
        self.options = options
    }
}

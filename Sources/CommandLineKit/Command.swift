/// What a tool is called, takes and does: the one description that parsing and `--help` both follow.
public struct Command: Sendable {
    /// A word of the command line that is not an option.
    public struct Positional: Sendable {
        /// In capitals, as the help shows it: `FILE`.
        public let name: String
        public let help: String
        /// True when one or more words may stand here; for one positional of a command at most.
        public let repeats: Bool
        /// True when the word may be left away; only positionals that may follow it.
        public let isOptional: Bool

        public init(_ name: String, repeats: Bool = false, isOptional: Bool = false, help: String) {
            self.name = name
            self.isOptional = isOptional
            self.repeats = repeats
            self.help = help
        }
    }

    /// A command line that does something useful, and what that is.
    public struct Example: Sendable {
        public let line: String
        public let meaning: String

        public init(_ line: String, _ meaning: String) {
            self.line = line
            self.meaning = meaning
        }
    }

    public internal(set) var name: String
    public let version: String
    /// One sentence.
    public let summary: String
    public let positionals: [Positional]
    public let groups: [OptionGroup]
    public internal(set) var examples: [Example]
    /// What exit code 1 means here, or nil where the tool has no use for it.
    public let finding: String?

    public init(
        name: String, version: String, summary: String, positionals: [Positional], groups: [OptionGroup],
        examples: [Example], finding: String? = nil
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.positionals = positionals
        self.groups = groups + [OptionGroup("General", [.color, .help, .version])]
        self.examples = examples
        self.finding = finding
    }

    var options: [Option] { groups.flatMap(\.options) }
}

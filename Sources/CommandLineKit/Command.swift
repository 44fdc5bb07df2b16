/// What a tool is called, takes and does: the one description that parsing and `--help` both follow.
public struct Command: Sendable {
    /// A word of the command line that is not an option.
    public struct Positional: Sendable {
        /// In capitals, as the help shows it: `FILE`.
        public let name: String
        public let help: String
        /// True when one or more words may stand here; for one positional of a command at most.
        public let repeats: Bool
        /// True when the word may be left out; every positional after it is optional, too.
        public let isOptional: Bool

        public init(_ name: String, repeats: Bool = false, isOptional: Bool = false, help: String) {
            self.name = name
            self.isOptional = isOptional
            self.repeats = repeats
            self.help = help
        }
    }

    /// A command within this one.
    public struct Member: Sendable {
        /// The word that chooses it.
        public let word: String
        public let summary: String

        public init(_ word: String, _ summary: String) {
            self.word = word
            self.summary = summary
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
    /// Commands within this one, for the help.
    public let members: [Member]
    public internal(set) var examples: [Example]
    /// What exit code 1 means here, or nil where the tool has no use for it.
    public let finding: String?

    public init(
        name: String, version: String, summary: String, positionals: [Positional], groups: [OptionGroup],
        members: [Member] = [], examples: [Example], finding: String? = nil
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.positionals = positionals
        self.groups = groups + [OptionGroup("General", [.quiet, .verbose, .color, .help, .version])]
        self.members = members
        self.examples = examples
        self.finding = finding
    }

    var options: [Option] { groups.flatMap(\.options) }

    /// What each exit code means.
    var exitCodes: [(code: Int32, meaning: String)] {
        var codes: [(code: Int32, meaning: String)] = [(0, "fine")]
        if let finding { codes.append((1, finding)) }
        codes.append(
            (2, "could not run: wrong usage, unreadable or corrupt input, no way to write; no output file exists"))
        return codes
    }
}

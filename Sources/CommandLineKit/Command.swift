/// What a tool is called, takes and does: the one description that parsing and `--help` both follow.
package struct Command: Sendable {
    /// A word of the command line that is not an option.
    package struct Positional: Sendable {
        /// The name in capitals, as the help shows it: `FILE`.
        package let name: String
        package let help: String
        /// True when one or more words may stand here; for one positional of a command at most.
        package let repeats: Bool
        /// True when the word may be left out; every positional after it is optional, too.
        package let isOptional: Bool

        package init(_ name: String, repeats: Bool = false, isOptional: Bool = false, help: String) {
            self.name = name
            self.isOptional = isOptional
            self.repeats = repeats
            self.help = help
        }
    }

    /// A command within this one.
    package struct Member: Sendable {
        /// The word that chooses it.
        package let word: String
        package let summary: String

        package init(_ word: String, _ summary: String) {
            self.word = word
            self.summary = summary
        }
    }

    /// A command line that does something useful, and what that is.
    package struct Example: Sendable {
        package let line: String
        package let meaning: String

        package init(_ line: String, _ meaning: String) {
            self.line = line
            self.meaning = meaning
        }
    }

    package internal(set) var name: String
    package let version: String
    /// One sentence.
    package let summary: String
    package let positionals: [Positional]
    package let groups: [OptionGroup]
    /// Commands within this one, for the help.
    package let members: [Member]
    package internal(set) var examples: [Example]
    /// What exit code 1 means here, or nil where the tool has no use for it.
    package let finding: String?

    package init(
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

    package var options: [Option] { groups.flatMap(\.options) }

    /// What each exit code means.
    var exitCodes: [(code: Int32, meaning: String)] {
        var codes: [(code: Int32, meaning: String)] = [(0, "fine")]
        if let finding {
            codes.append((1, finding))
        } else if !members.isEmpty {
            codes.append((1, "a command found something; its own --help says what"))
        }
        codes.append(
            (2, "could not run: wrong usage, unreadable or corrupt input, no way to write; no output file is written"))
        return codes
    }
}

import Spelling

/// A tool whose first word says which of several commands it carries out: `metafile check`.
package struct CommandFamily: Sendable {
    package struct Member: Sendable {
        /// The first word.
        package let word: String
        /// Its name is the tool's and the word: `metafile check`.
        package let command: Command
        let body: @Sendable (Arguments, Console) throws -> ExitStatus

        package init(
            _ word: String, _ command: Command, _ body: @escaping @Sendable (Arguments, Console) throws -> ExitStatus
        ) {
            self.word = word
            self.command = command
            self.body = body
        }

        /// The whole life of the command, as `Command.run`.
        package func run(as invocation: Invocation) -> Never { command.run(as: invocation, body) }
    }

    /// The tool as a whole; it runs when the first word is not a member's.
    package let command: Command
    package let members: [Member]

    /// - Parameter summary: one sentence.
    package init(name: String, version: String, summary: String, members: [Member]) {
        self.members = members
        command = Command(
            name: name, version: version, summary: summary,
            positionals: [
                .init(
                    members.map(\.word).joined(separator: "|"), repeats: true,
                    help: "What to do; each has its own --help.")
            ],
            groups: [], members: members.map { .init($0.word, $0.command.summary) }, examples: [])
    }

    /// The whole life of the tool, as `Command.run`.
    package func run(as typed: Invocation) -> Never {
        let invocation = typed.firstWord == "help" ? typed.asksForHelp : typed
        if let member = members.first(where: { $0.word == invocation.firstWord }) {
            member.run(as: invocation.inner(member.word))
        }
        // `help` by itself asks for the tool's help; `help` and an unknown word is an error.
        command.run(as: invocation.firstWord == "--help" ? invocation : typed) { arguments, _ in
            let word = arguments.positionals.first { $0 != "help" } ?? ""
            throw UsageError.unknownCommand(word, among: members.map(\.word))
        }
    }
}

extension UsageError {
    /// A word that is not one of `words`, or is one and does not come first.
    package static func unknownCommand(_ word: String, among words: [String], kind: String = "command") -> UsageError {
        if words.contains(word) { return .combination("the \(kind) '\(word)' must be the first word") }
        let hint = suggestion(
            of: nearestNames(to: word, among: words, limit: 1),
            otherwise: "; there are \(words.joined(separator: ", "))")
        return .combination("unknown \(kind) '\(word)'\(hint)")
    }
}

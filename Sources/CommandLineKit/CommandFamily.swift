import Spelling

/// A tool whose first word says which of several commands it carries out: `metafile check`.
public struct CommandFamily: Sendable {
    public struct Member: Sendable {
        /// The word.
        let word: String
        /// Its name is the tool's and the word: `metafile check`.
        let command: Command
        let body: @Sendable (Arguments, Console) throws -> ExitStatus

        public init(
            _ word: String, _ command: Command, _ body: @escaping @Sendable (Arguments, Console) throws -> ExitStatus
        ) {
            self.word = word
            self.command = command
            self.body = body
        }
    }

    /// What is said of the tool as a whole, and of a first word that is no member's.
    private let command: Command
    private let members: [Member]

    /// - Parameter summary: one sentence.
    public init(name: String, version: String, summary: String, members: [Member]) {
        self.members = members
        command = Command(
            name: name, version: version, summary: summary,
            positionals: [
                .init(
                    members.map(\.word).joined(separator: "|"), repeats: true,
                    help: "What to do; each has its own --help.")
            ],
            groups: [], examples: members.map { .init("\($0.command.name) --help", $0.command.summary) })
    }

    /// The whole life of the tool, as `Command.run`.
    public func run() -> Never {
        let word = CommandLine.argc > 1 ? CommandLine.unsafeArgv[1].map { String(cString: $0) } : nil
        if let member = members.first(where: { $0.word == word }) {
            member.command.run(droppingWords: 1, member.body)
        }
        command.run { arguments, _ in
            let given = arguments.positionals.first ?? ""
            let words = members.map(\.word)
            let hint = suggestion(
                of: nearestNames(to: given, among: words, limit: 1),
                otherwise: "; there are \(words.joined(separator: ", "))")
            throw UsageError.combination("unknown command '\(given)'\(hint)")
        }
    }
}

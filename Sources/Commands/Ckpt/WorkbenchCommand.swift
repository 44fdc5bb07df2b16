import CommandLineKit
import Workbench

/// The command line of `ckpt`: all tools in one executable.
package enum WorkbenchCommand {
    /// Commands about the program itself; they are not executables.
    static let ownCommands: [CommandFamily.Member] = [
        .init("completion", CompletionCommand.command, CompletionCommand.perform),
        .init("man", ManualCommand.command, ManualCommand.perform),
        .init("schema", SchemaCommand.command, SchemaCommand.perform),
    ]

    static var command: Command {
        Command(
            name: "ckpt", version: workbenchVersion,
            summary: "shows, converts, compares and verifies checkpoints.",
            positionals: [
                .init("COMMAND", help: "What to do; each has its own --help."),
                .init("ARGUMENT", repeats: true, isOptional: true, help: "What the command takes."),
            ],
            groups: [],
            members: Tool.all.map { .init($0.word, $0.program().command.summary) }
                + ownCommands.map { .init($0.word, $0.command.summary) },
            examples: [
                .init("ckpt tree model.pth --depth 2 --size", "What is in a checkpoint?"),
                .init("ckpt help convert", "How is a command used?"),
            ])
    }

    /// The program's commands, for completions and manual pages.
    static var tree: CommandTree {
        let tools = Tool.all.map { tool -> CommandTree in
            let name = "ckpt \(tool.word)"
            let words = tool.word == tool.name ? [tool.word] : [tool.word, tool.name]
            return switch tool.program() {
            case .command(let command, _, _):
                CommandTree(command, named: name, words: words, executable: tool.name)
            case .family(let family): CommandTree(family, named: name, words: words, executable: tool.name)
            }
        }
        let own = ownCommands.map { CommandTree($0.command, named: $0.command.name, words: [$0.word]) }
        return CommandTree(command, named: "ckpt", children: tools + own)
    }

    /// Runs the tool that the executable is named after, or else the one that the first word names.
    package static func run() -> Never {
        let name = Invocation.executableName
        if let tool = Tool.all.first(where: { $0.name == name }) { tool.run() }
        let typed = Invocation.program("ckpt")
        let invocation = typed.firstWord == "help" ? typed.asksForHelp : typed
        runCommand(of: invocation)
        // `help` by itself asks for the program's help; `help` and an unknown word is an error.
        command.run(as: invocation.firstWord == "--help" ? invocation : typed) { arguments, _ in
            let words = Tool.all.map(\.word) + ownCommands.map(\.word)
            let word = arguments.positionals.first { $0 != "help" } ?? arguments.positionals[0]
            throw UsageError.unknownCommand(word, among: words)
        }
    }

    /// Returns only if the first word names no command.
    private static func runCommand(of invocation: Invocation) {
        guard let word = invocation.firstWord else { return }
        if let tool = Tool.named(word) { tool.run(as: invocation.inner(tool.word)) }
        if let own = ownCommands.first(where: { $0.word == word }) { own.run(as: invocation.inner(word)) }
    }
}

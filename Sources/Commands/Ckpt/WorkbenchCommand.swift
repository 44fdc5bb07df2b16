import CommandLineKit
import Workbench

/// The command line of `ckpt`: all tools in one executable.
package enum WorkbenchCommand {
    static let command = Command(
        name: "ckpt", version: workbenchVersion,
        summary: "shows, converts, compares and verifies checkpoints.",
        positionals: [
            .init("COMMAND", help: "What to do; each has its own --help."),
            .init("ARGUMENT", repeats: true, isOptional: true, help: "What the command takes."),
        ],
        groups: [],
        examples: [
            .init("ckpt tree --help", "How is a command used?"),
            .init("ckpt tree model.pth --depth 2 --size", "What is in a checkpoint?"),
        ])

    /// Runs the tool that the executable is named after, or else the one that the first word names.
    package static func run() -> Never {
        let name = Invocation.executableName
        if let tool = Tool.all.first(where: { $0.name == name }) { tool.run() }
        let invocation = Invocation.program(command.name)
        if let word = invocation.firstWord, let tool = Tool.named(word) { tool.run(as: invocation.inner(tool.word)) }
        command.run(as: invocation) { arguments, _ in
            throw UsageError.unknownCommand(arguments.positionals[0], among: Tool.all.map(\.word))
        }
    }
}

import CommandLineKit
import Workbench

/// The command line of `ckpt completion`.
enum CompletionCommand {
    static let links = Option(
        "links", help: "Complete the tools' own names, too, as scripts/install --links makes them.")
    static let list = Option(
        "list", .choice(ValueKind.NameList.allCases.map(\.rawValue)),
        help: "Print the names that a script completes, one a line, in place of the script.")

    static let command = Command(
        name: "ckpt completion", version: workbenchVersion,
        summary: "prints the script by which a shell completes the command lines of ckpt.",
        positionals: [
            .init(Shell.allCases.map(\.rawValue).joined(separator: "|"), isOptional: true, help: "The shell.")
        ],
        groups: [OptionGroup("What to print", [links, list])],
        examples: [
            .init("ckpt completion bash > ~/.local/share/bash-completion/completions/ckpt", "For bash."),
            .init("ckpt completion zsh > ~/.zfunc/_ckpt", "For zsh; the folder must be in fpath before compinit."),
            .init("ckpt completion fish > ~/.config/fish/completions/ckpt.fish", "For fish."),
        ])

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        if let list = arguments.value(of: list).flatMap(ValueKind.NameList.init) {
            let names =
                switch list {
                case .codebases: WorkbenchNames.codebases
                case .datasets: WorkbenchNames.datasetTypes
                case .reports: ReportSchema.all.map(\.name)
                case .models: WorkbenchNames.models
                case .rules: WorkbenchNames.rules
                case .tools: Tool.all.map(\.name)
                }
            try console.write(names.map { $0 + "\n" }.joined())
            return .success
        }
        let shells = Shell.allCases.map(\.rawValue)
        guard let word = arguments.positionals.first else {
            throw UsageError.missingPositional(shells.joined(separator: "|"))
        }
        guard let shell = Shell(rawValue: word) else {
            throw UsageError.combination("'\(word)' must be one of \(shells.joined(separator: ", "))")
        }
        try console.write(shell.completion(of: WorkbenchCommand.tree, hasLinks: arguments.has(links)))
        return .success
    }
}

import CommandLineKit
import JSON
import Workbench

/// `convert --list-rules`, `--list-models` and `--print-rules`: what there is, without a checkpoint.
enum ConvertLists {
    /// Nil where none of these is asked for.
    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus? {
        let asked = [ConvertCommand.listRules, ConvertCommand.listModels, ConvertCommand.printRules].filter {
            arguments.has($0)
        }
        guard let option = asked.first else { return nil }
        guard asked.count == 1 else {
            throw UsageError.combination("--\(asked[0].name) and --\(asked[1].name) exclude each other")
        }
        if option == ConvertCommand.printRules {
            guard arguments.positionals.isEmpty else {
                throw UsageError.unexpectedPositional(arguments.positionals[0])
            }
            try console.write(RuleCatalogue.text(named: arguments.value(of: option) ?? ""))
            return .success
        }
        let words = arguments.values(of: option) + arguments.positionals
        guard words.count < 2 else { throw UsageError.unexpectedPositional(words[1]) }
        if option == ConvertCommand.listRules {
            let list = try RuleList(matching: words.first)
            if arguments.has(ConvertCommand.json) {
                try console.write(report: list.json)
            } else {
                try console.write(list.text)
            }
        } else {
            let list = try ModelList(matching: words.first)
            if arguments.has(ConvertCommand.json) {
                try console.write(report: list.json)
            } else {
                try console.write(list.text)
            }
        }
        return .success
    }
}

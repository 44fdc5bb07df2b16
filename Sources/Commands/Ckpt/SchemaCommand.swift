import CommandLineKit
import Workbench

/// The command line of `ckpt schema`.
enum SchemaCommand {
    static let command = Command(
        name: "ckpt schema", version: workbenchVersion,
        summary: "prints the JSON Schema of a report, or the names of all.",
        positionals: [
            .init(
                "REPORT", isOptional: true,
                help: "The report: ckpt-tree, or tree for short. Without it: the list of all."
            )
        ],
        groups: [],
        examples: [
            .init("ckpt schema verify > verify.schema.json", "What does verify --json print?"),
            .init("ckpt schema", "Which reports are there?"),
        ])

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        guard let word = arguments.positionals.first else {
            try console.write(ReportSchema.all.map { "\($0.name)  \($0.title)\n" }.joined())
            return .success
        }
        let name = Tool.named(word)?.name ?? word
        guard let schema = ReportSchema.all.first(where: { $0.name == name }) else {
            throw UsageError.unknownCommand(word, among: ReportSchema.all.map(\.name), kind: "report")
        }
        try console.write(schema.text)
        return .success
    }
}

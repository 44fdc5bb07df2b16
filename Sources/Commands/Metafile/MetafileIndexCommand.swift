import CommandLineKit
import Workbench

/// The command line of `metafile index`.
enum MetafileIndexCommand {
    static let inPlace = Option("in-place", short: "i", help: "Bring an index that is there up to date.")

    static let command = Command(
        name: "metafile index", version: workbenchVersion,
        summary: "makes the model-index.yml of a repository where there is none, or says what is wrong with it.",
        positionals: [.init("FOLDER", help: "The folder that has 'configs'.")],
        groups: [OptionGroup("Output", [inPlace, .json])],
        examples: [.init("metafile index .", "Does the index import every metafile?")],
        finding: "the index lacks a metafile, or imports what does not exist")

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        let report = try MetafileIndexing.run(
            MetafileIndexing.Options(root: arguments.positionals[0], updates: arguments.has(inPlace)))
        if arguments.has(.json) {
            try console.write(report: report.json)
        } else {
            try console.write(report.text, isFine: report.isRight)
        }
        return report.action == .checked && !report.isRight ? .finding : .success
    }
}

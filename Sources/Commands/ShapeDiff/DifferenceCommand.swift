import CommandLineKit
import TensorCore
import Workbench

/// The command line of `shape-diff`.
enum DifferenceCommand {
    static let against = Option("against", .required("CKPT"), help: "The checkpoint that the file should equal.")
    static let stateKey = WeightOptions.stateKeyOption("The dictionary of CKPT to look at")
    static let ignore = Option(
        "ignore", .required("GLOB"), repeats: true, help: "Leave out keys that match, on both sides.")

    static let format = ReportFormat.option([.text, .json, .github])

    static let command = Command(
        name: "shape-diff", version: workbenchVersion,
        summary: "says which tensors keep a checkpoint from being loaded: missing, unexpected, or of another shape.",
        positionals: [.init("CKPT", help: "The checkpoint to look at.")],
        groups: [
            OptionGroup("Compare with one of", ModelOptions.withPrograms + [against]),
            OptionGroup("How", [stateKey, WeightOptions.stripPrefix, ignore]),
            OptionGroup("Reports", [format, .json]),
        ],
        examples: [
            .init("shape-diff model.pth --model mobilenet_v2", "Will it load into that model?"),
            .init("shape-diff new.pth --against old.pth --ignore 'head.*'", "Do both contain the same backbone?"),
        ],
        finding: "something is missing, unexpected or mismatched, or the file is one of several shards")

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        let style = try ReportFormat.asked(for: arguments)
        guard
            let reference = try ModelReference(
                model: try ModelOptions.source(arguments), against: arguments.value(of: against))
        else {
            throw UsageError.combination(
                "--model NAME, --config CONFIG.py, --program FILE.pt2 or --against CKPT is missing")
        }
        let comparison = try CheckpointComparison(
            DifferenceOptions(
                checkpoint: arguments.positionals[0], reference: reference,
                selection: WeightOptions.selection(arguments),
                ignored: arguments.values(of: ignore).map(Glob.init)))
        keepUntilExit(comparison)
        if let warning = comparison.safetyWarning { console.report(warning) }
        for note in comparison.notes { console.note(note) }
        switch style {
        case .json: try console.write(report: comparison.json)
        case .github: try console.write(comparison.workflowCommands)
        case .text, .sarif: try console.write(comparison.text(console.palette), isFine: comparison.isEmpty)
        }
        return comparison.isEmpty ? .success : .finding
    }
}

import CommandLineKit
import Workbench

/// The command line of `ckpt-scan`.
enum ScanCommand {
    static let globals = Option(
        "globals", help: "List every global, the harmless ones too, and by key path what weights_only refuses.")
    static let format = ReportFormat.option([.text, .json, .sarif, .github])
    static let sarif = Option("sarif", help: "Print the findings as SARIF 2.1.0.")

    static let command = Command(
        name: "ckpt-scan", version: workbenchVersion,
        summary: "says what files would do if Python unpickled them, without doing it.",
        positionals: [
            .init(
                "FILE", repeats: true,
                help: "A file of any format, a folder, whose files are all scanned, or - for standard input.")
        ],
        groups: [OptionGroup("Output", [globals, format, .json, sarif])],
        examples: [
            .init("ckpt-scan model.pth", "Is it safe to load?"),
            .init("ckpt-scan --sarif downloads > scan.sarif", "A whole folder, for a code scanning service."),
        ],
        finding: "something is dangerous, or to be reviewed")

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        let style = try ReportFormat.asked(for: arguments)
        let report = console.withProgress("scanning", unit: .bytes) {
            ScanReport(arguments.positionals, progress: $0)
        }
        let isFine = report.verdict == .clean && report.failures.isEmpty
        switch style {
        case .text where report.files.isEmpty && !report.failures.isEmpty: break
        case .text:
            try console.write(report.text(console.palette, listsGlobals: arguments.has(globals)), isFine: isFine)
        case .json: try console.write(report: report.json)
        case .sarif: try console.write(report.sarif.text)
        case .github: try console.write(report.workflowCommands)
        }
        for failure in report.failures { console.report("\(failure)") }
        guard report.failures.isEmpty else { return .failure }
        return report.verdict == .clean ? .success : .finding
    }
}

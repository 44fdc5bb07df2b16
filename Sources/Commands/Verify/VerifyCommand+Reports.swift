import CommandLineKit
import JSON
import Workbench

/// What `verify` found, in every form in which it is reported.
protocol VerifyReport {
    /// Whether nothing was found.
    var passed: Bool { get }
    var json: JSONValue { get }
    /// For GitHub Actions: a line per finding.
    var workflowCommands: String { get }

    func text(_ palette: Palette) -> String
    func writeJUnit(to path: String) throws
    func writeHTML(to path: String) throws
}

extension GoldenComparison: VerifyReport {}

extension SuiteReport: VerifyReport {}

extension ModelVerification: VerifyReport {
    var workflowCommands: String { SuiteReport(self).workflowCommands }
}

extension ModelCheck: VerifyReport {
    var workflowCommands: String { SuiteReport(self).workflowCommands }

    func writeHTML(to path: String) throws { try SuiteReport(self).writeHTML(to: path) }
}

extension VerifyCommand {
    /// Writes the files that `--junit` and `--html` name, and prints the report in the format that is asked for.
    static func deliver(
        _ report: some VerifyReport, _ arguments: Arguments, _ console: Console
    ) throws -> ExitStatus {
        if let path = arguments.value(of: junit) { try report.writeJUnit(to: path) }
        if let path = arguments.value(of: html) { try report.writeHTML(to: path) }
        switch try ReportFormat.asked(for: arguments) {
        case .json: try console.write(report: report.json)
        case .github: try console.write(report.workflowCommands)
        case .text, .sarif: try console.write(report.text(console.palette), isFine: report.passed)
        }
        return report.passed ? .success : .finding
    }
}

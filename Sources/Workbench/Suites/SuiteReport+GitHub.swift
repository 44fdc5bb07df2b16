import CommandLineKit

extension SuiteReport {
    /// A workflow command of GitHub Actions for each model that did not pass, at its line of the suite, and a notice for
    /// each that was not run.
    package var workflowCommands: String { entries.compactMap(\.workflowCommand?.text).joined() }
}

extension SuiteReport.Entry {
    fileprivate var workflowCommand: WorkflowCommand? {
        let title = "verify \(name)"
        if status == .skipped {
            return WorkflowCommand(.notice, file: file, line: line, title: title, message: skipReason ?? "not run")
        }
        guard status != .pass else { return nil }
        return WorkflowCommand(
            file: file, line: line, title: title, message: error ?? findings.joined(separator: "\n"))
    }

    /// `place` is `suite.yml:3`, or the name of a model that is verified by itself.
    private var line: Int? {
        guard let colon = place.lastIndex(of: ":") else { return nil }
        return Int(place[place.index(after: colon)...])
    }

    private var file: String? {
        guard line != nil, let colon = place.lastIndex(of: ":") else { return weights }
        return String(place[..<colon])
    }
}

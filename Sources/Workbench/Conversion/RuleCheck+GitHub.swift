import CommandLineKit

extension RuleCheck {
    /// What is wrong as workflow commands of GitHub Actions, each at its line.
    package var workflowCommands: String {
        remarks.map { remark in
            let severity: WorkflowCommand.Severity =
                switch remark.severity {
                case .error: .error
                case .warning: .warning
                case .note: .notice
                }
            return WorkflowCommand(
                severity, file: remark.location.file, line: remark.location.line, column: remark.location.column,
                title: "convert --check", message: remark.message
            ).text
        }.joined()
    }
}

import CommandLineKit
import JSON

extension MetafileCheck.Report {
    /// A line for each finding, as compilers write them, the models that were not checked, and the sums.
    package func text(_ palette: Palette) -> String {
        var text = ""
        for finding in findings {
            let severity = palette(finding.severity == .error ? .red : .yellow, finding.severity.rawValue)
            let model = finding.model.map { "\($0.printable): " } ?? ""
            text += "\(finding.file.printable):\(finding.line):\(finding.column): \(severity): \(model)"
            text += "\(finding.message.printable) [\(finding.rule.rawValue)]\n"
        }
        for model in unchecked {
            text += "\(model.file.printable): not checked: \(model.model.printable): \(model.reason.printable)\n"
        }
        let counts = "\(countText(modelCount, "model")) in \(countText(fileCount, "file"))"
        let sums = "\(countText(errorCount, "error")), \(countText(warningCount, "warning"))"
        let rest = unchecked.isEmpty ? "" : "; the configs of \(countText(unchecked.count, "model")) not checked"
        return text + "\(counts): \(sums)\(rest)\n"
    }

    package var json: JSONValue {
        let report: JSONValue = [
            "findings": .array(findings.map(\.json)),
            "not_checked": .array(
                unchecked.map {
                    ["file": .string($0.file), "model": .string($0.model), "reason": .string($0.reason)]
                }),
            "failures": .strings(failures),
            "files": .int(fileCount),
            "models": .int(modelCount),
            "errors": .int(errorCount),
            "warnings": .int(warningCount),
        ]
        return report.adding(failures.prefix(1).map { .init(name: "error", value: .string($0)) })
    }

    /// Workflow commands of GitHub Actions; what could not be read marks the run.
    package var workflowCommands: String {
        let unread = failures.map { WorkflowCommand(title: "metafile", message: $0) }
        let found = findings.map { finding in
            WorkflowCommand(
                finding.severity == .error ? .error : .warning, file: finding.file, line: finding.line,
                column: finding.column, title: "metafile \(finding.rule.rawValue)",
                message: (finding.model.map { "\($0): " } ?? "") + finding.message)
        }
        let skipped = unchecked.map {
            WorkflowCommand(
                .notice, file: $0.file, title: "metafile", message: "\($0.model): not checked: \($0.reason)")
        }
        return (unread + found + skipped).map(\.text).joined()
    }

    /// The findings as a SARIF log, for code scanning services.
    package var sarif: JSONValue {
        let rules = MetafileFinding.Rule.allCases
        return SARIFLog.log(
            tool: "metafile", rules: rules.map { ($0.rawValue, $0.summary) }, failures: failures,
            results: findings.map { $0.sarif(ruleIndex: rules.firstIndex(of: $0.rule) ?? 0) })
    }
}

extension MetafileFinding {
    var json: JSONValue {
        [
            "file": .string(file), "line": .int(line), "column": .int(column),
            "model": .optional(model.map(JSONValue.string)), "rule": .string(rule.rawValue),
            "severity": .string(severity.rawValue), "message": .string(message),
        ]
    }

    fileprivate func sarif(ruleIndex: Int) -> JSONValue {
        [
            "ruleId": .string(rule.rawValue), "ruleIndex": .int(ruleIndex), "level": .string(severity.rawValue),
            "message": ["text": .string((model.map { "\($0): " } ?? "") + message)],
            "locations": .array([
                [
                    "physicalLocation": [
                        "artifactLocation": ["uri": .string(uriReference(file))],
                        "region": ["startLine": .int(line), "startColumn": .int(column)],
                    ]
                ]
            ]),
        ]
    }
}

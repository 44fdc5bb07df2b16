import CommandLineKit
import PickleScan

extension ScanReport {
    /// The findings as workflow commands of GitHub Actions: an error for what is dangerous, a warning for what is to be
    /// reviewed.
    package var workflowCommands: String {
        let unread = failures.map { WorkflowCommand(file: $0.path, title: "ckpt-scan", message: "\($0)") }
        let found = files.flatMap { file in
            file.scan.findings.map { finding in
                WorkflowCommand(
                    finding.verdict == .dangerous ? .error : .warning, file: file.path,
                    title: "ckpt-scan \(finding.rule.rawValue)", message: finding.message)
            }
        }
        return (unread + found).map(\.text).joined()
    }
}

extension ScanFinding {
    /// `os.system is called (model/data.pkl @0x1f)`
    fileprivate var message: String {
        let place = (place.isEmpty ? "" : place + " ") + "@0x" + String(offset, radix: 16)
        return "\(global.isEmpty ? "The file" : global) \(reason) (\(place))".printable
    }
}

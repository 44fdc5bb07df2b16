import KeyRules

/// The findings of a plan as lines for standard error, errors first.
public struct FindingList: Sendable {
    /// Findings of one kind beyond these are counted, not listed.
    static let limit = 20

    public let lines: [String]

    public init(_ findings: [Finding]) {
        var lines: [String] = []
        for severity in [Finding.Severity.error, .warning, .note] {
            var counts: [Finding.Code: Int] = [:]
            var order: [Finding.Code] = []
            for finding in findings where finding.severity == severity {
                if counts[finding.code] == nil { order.append(finding.code) }
                counts[finding.code, default: 0] += 1
                if counts[finding.code, default: 0] <= Self.limit { lines.append("\(severity): \(finding)") }
            }
            for code in order {
                guard let count = counts[code], count > Self.limit else { continue }
                lines.append(
                    "\(severity): and \(groupedText(count - Self.limit)) more of \(code.rawValue); see --dry-run --json"
                )
            }
        }
        self.lines = lines
    }
}

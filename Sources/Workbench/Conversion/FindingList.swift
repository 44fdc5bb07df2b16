import KeyRules
import TensorCore

/// The findings of a plan as lines for standard error, errors first.
package struct FindingList: Sendable {
    /// Findings of one kind beyond these are counted, not listed.
    static let limit = 20

    package let lines: [String]

    package init(_ findings: [Finding]) {
        var lines: [String] = []
        for severity in [Finding.Severity.error, .warning, .note] {
            var counts: [Finding.Code: Int] = [:]
            var order: [Finding.Code] = []
            for finding in Self.grouped(findings.filter { $0.severity == severity }, &lines) {
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

    /// Adds a line for each group of findings of one code whose keys differ in numbers and the last name only, where
    /// there are many of them.
    /// - Returns: those that are in no group.
    private static func grouped(_ findings: [Finding], _ lines: inout [String]) -> [Finding] {
        var rest: [Finding] = []
        for group in KeyPattern.groups(findings, by: { Group($0) }) {
            guard let first = group.first, group.count > 1, let pattern = Group(first)?.pattern else {
                rest += group
                continue
            }
            let keys = pattern.text(of: group.compactMap(\.key))
            lines.append("\(first.severity): \(first); and so on: \(groupedText(group.count)) keys \(keys)")
        }
        return rest
    }

    /// What the findings of a group have in common.
    private struct Group: Hashable {
        let code: Finding.Code
        let pattern: KeyPattern

        init?(_ finding: Finding) {
            guard let pattern = finding.key.flatMap(KeyPattern.init) else { return nil }
            (code, self.pattern) = (finding.code, pattern)
        }
    }
}

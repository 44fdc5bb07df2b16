import KeyRules
import TensorCore

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
        var groups: [Pattern: [Finding]] = [:]
        for finding in findings {
            if let pattern = Pattern(finding) { groups[pattern, default: []].append(finding) }
        }
        var rest: [Finding] = []
        for finding in findings {
            guard let pattern = Pattern(finding), let group = groups[pattern], group.count >= groupSize else {
                rest.append(finding)
                continue
            }
            guard let first = group.first, first == finding else { continue }
            let keys = group.compactMap(\.key)
            lines.append(
                "\(first.severity): \(first); and so on: \(groupedText(group.count)) keys \(pattern.text(of: keys))")
        }
        return rest
    }

    /// Fewer are listed one by one.
    private static let groupSize = 6

    /// What the keys of a group have in common.
    private struct Pattern: Hashable {
        private let code: Finding.Code
        /// The parts of the key but for the last; nil for a number.
        private let parts: [String?]

        init?(_ finding: Finding) {
            guard let key = finding.key else { return nil }
            let parts = key.text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count > 2, parts.contains(where: { Int($0) != nil }) else { return nil }
            code = finding.code
            self.parts = parts.dropLast().map { Int($0) == nil ? String($0) : nil }
        }

        /// `encoder.layer.{0..11}.attention.query.*`
        func text(of keys: [Key]) -> String {
            let texts = keys.map { $0.text.split(separator: ".", omittingEmptySubsequences: false) }
            let last = Set(texts.compactMap(\.last))
            let names = parts.enumerated().map { index, part -> String in
                if let part { return part }
                let numbers = texts.compactMap { Int($0[index]) }
                guard let low = numbers.min(), let high = numbers.max() else { return "*" }
                return low == high ? "\(low)" : "{\(low)..\(high)}"
            }
            return (names + [last.count == 1 ? String(last.first ?? "*") : "*"]).joined(separator: ".")
        }
    }
}

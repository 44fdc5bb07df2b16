import YAML

extension MetafileRules {
    /// A value of a result's `Metrics` that cannot be right.
    struct MetricFault {
        let node: YAMLNode
        let severity: MetafileFinding.Severity
        let message: String
    }

    /// What cannot be right among the metrics that are percentages: accuracy, recall, mean average precision.
    ///
    /// A metric without a value is none: the result is not known. The best five contain the best one, so top-1 is never above
    /// top-5.
    static func metricFaults(_ metrics: YAMLNode) -> [MetricFault] {
        var faults: [MetricFault] = []
        var best: [(count: Int, share: Double, name: String)] = []
        for entry in metrics.entries ?? [] where !entry.value.isNull {
            guard let name = entry.key.scalar?.text, isPercentage(name) else { continue }
            guard let share = number(entry.value) else {
                let found = entry.value.scalar.map { "'\($0.text)', which is \($0.value.kindName)" }
                faults.append(
                    MetricFault(
                        node: entry.value, severity: .error,
                        message: "\(name) is a number, found \(found ?? entry.value.kindName)"))
                continue
            }
            guard 0...100 ~= share else {
                faults.append(
                    MetricFault(
                        node: entry.value, severity: .error,
                        message: "\(name) is in percent, 0 to 100, found \(shortText(share))"))
                continue
            }
            if 0 < share, share < 1 {
                faults.append(
                    MetricFault(
                        node: entry.value, severity: .warning,
                        message: "\(name) is in percent, and \(shortText(share)) looks like a share of 1"))
            }
            guard let count = depth(name) else { continue }
            if let smaller = best.first(where: { $0.count < count && $0.share > share }) {
                faults.append(
                    MetricFault(
                        node: entry.value, severity: .error,
                        message: "\(name), \(shortText(share)), is below \(smaller.name), \(shortText(smaller.share))"))
            } else if let larger = best.first(where: { $0.count > count && $0.share < share }) {
                faults.append(
                    MetricFault(
                        node: entry.value, severity: .error,
                        message: "\(name), \(shortText(share)), is above \(larger.name), \(shortText(larger.share))"))
            }
            best.append((count, share, name))
        }
        return faults
    }

    private static func isPercentage(_ name: String) -> Bool {
        let folded = name.lowercased()
        return folded.hasSuffix("accuracy") || folded == "map"
            || ["accuracy (", "recall@", "map@"].contains(where: folded.hasPrefix)
    }

    /// 5 of `Top 5 Accuracy`; nil for another metric.
    private static func depth(_ name: String) -> Int? {
        let words = name.lowercased().split { $0 == " " || $0 == "-" || $0 == "_" }
        guard words.count == 3, words[0] == "top", words[2] == "accuracy" else { return nil }
        return Int(words[1])
    }

    private static func number(_ node: YAMLNode) -> Double? {
        switch node.value {
        case .int(let number): Double(number)
        case .float(let number): number
        default: nil
        }
    }
}

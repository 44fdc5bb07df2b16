import CommandLineKit

extension SuiteReport {
    /// The columns of MMPreTrain's benchmark table, and a remark.
    static let columns = ["Model", "Validation", "Resolution (h w)", "Time (ms)", "Flops", "Params", "Remark"]

    /// A table with a line a model; under it what was found, and the sums.
    package func text(_ palette: Palette) -> String {
        let rows = entries.map(\.cells)
        let widths = Self.columns.indices.map { column in
            ([Self.columns] + rows).map { $0[column].count }.max() ?? 0
        }
        func line(_ cells: [String], _ paint: (String) -> String = { $0 }) -> String {
            var text = ""
            for (column, cell) in cells.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                // Numbers to the right.
                let padded = (3...5).contains(column) ? padding + cell : cell + padding
                text += (column == 1 ? paint(padded) : padded) + "  "
            }
            while text.hasSuffix(" ") { text.removeLast() }
            return text + "\n"
        }
        var text = palette(.bold, "Validation Benchmark Regression Summary") + "\n" + line(Self.columns)
        for (entry, cells) in zip(entries, rows) { text += line(cells) { palette(entry.status.color, $0) } }
        for entry in entries {
            // What could not run is said on standard error, as `errors`.
            for reason in entry.findings {
                text += "\(palette(entry.status.color, entry.name.printable)): \(reason.printable)\n"
            }
        }
        return text + summary + "\n"
    }

    /// `3 models: 2 pass, 1 fail`
    var summary: String {
        let words: [(Status, String)] = [
            (.pass, "pass"), (.fail, "fail"), (.error, "could not run"), (.skipped, "skipped"),
        ]
        let sums = words.filter { count($0.0) > 0 }.map { "\(count($0.0)) \($0.1)" }
        let part = shard.map { " of \(count) (part \($0))" } ?? ""
        return "\(countText(entries.count, "model"))\(part): " + (sums.isEmpty ? "none" : sums.joined(separator: ", "))
    }
}

extension SuiteReport.Status {
    fileprivate var color: Palette.Style {
        switch self {
        case .pass: .green
        case .fail, .error: .red
        case .skipped: .yellow
        }
    }
}

extension SuiteReport.Entry {
    /// One for each of `SuiteReport.columns`.
    var cells: [String] {
        [
            name.printable, status.rawValue, resolution.isEmpty ? "-" : pythonTuple(resolution),
            milliseconds.map { fixedText($0, decimals: 1) } ?? "-", flops.map(unitText) ?? "-",
            parameters.map(unitText) ?? "-", remark.printable,
        ]
    }

    /// What the figures stand on.
    var remark: String {
        var parts: [String] = []
        if hasNoWeights { parts.append(ModelCheck.noWeights) }
        if let maxAbsoluteError, let tolerance {
            parts.append("max error \(shortText(maxAbsoluteError)) of \(shortText(tolerance))")
        }
        parts += accuracies.map {
            "\($0.name) \(fixedText($0.percent, decimals: 2)) (\(fixedText($0.expected, decimals: 2)))"
        }
        if let skipReason { parts.append(skipReason) }
        return parts.joined(separator: ", ")
    }
}

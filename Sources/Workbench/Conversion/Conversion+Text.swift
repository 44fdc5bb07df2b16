import CommandLineKit
import KeyRules
import Spelling
import TensorCore

extension Conversion {
    /// What was decided and checked, in a few lines.
    package func summary(_ palette: Palette) -> String {
        var text =
            "\(palette(.bold, rules.file.name)): \(rules.file.title)\(plan.direction == .reverse ? ", reversed" : "")\n"
        for setting in plan.settings {
            text += "  \(setting.parameter) = \(setting.value)\(setting.origin == .deduced ? " (deduced)" : "")\n"
        }
        if let model = plan.model {
            text += "  model \(model): \(plan.isModelChecked ? modelVerdict : "not built in, so not checked")\n"
        }
        let renamed = plan.entries.count(where: \.isRename)
        text += "  \(countText(renamed, "tensor")) renamed"
        let made = plan.entries.count - renamed + buffers.count
        if made > 0 { text += ", \(groupedText(made)) computed" }
        if !plan.dropped.isEmpty { text += ", \(groupedText(plan.dropped.count)) dropped" }
        return text + "\n"
    }

    private var modelVerdict: String {
        guard plan.isExecutable else { return "differs" }
        let absent = plan.optionalGroups.reduce(0) { $0 + $1.missing.count }
        return "every key, shape and dtype matches"
            + (absent == 0 ? "" : ", except for \(countText(absent, "optional tensor")) that the checkpoint lacks")
    }

    /// Each tensor of the result with its source and the line that made it.
    package func mapping(_ palette: Palette) -> String {
        var text = ""
        for entry in plan.entries { text += line(for: entry, palette) + "\n" }
        for buffer in buffers {
            text +=
                palette(.green, buffer.key.text.printable)
                + " ← computed by the model: \(buffer.table.formula.printable)\n"
        }
        for drop in plan.dropped {
            let place = drop.rule.map { "  \(palette(.dim, "\($0)"))" } ?? ""
            text += "\(palette(.yellow, drop.key.text.printable)) dropped: \(drop.reason.printable)\(place)\n"
        }
        return text + caveats(palette)
    }

    /// A line for each caveat, with the place of its statement.
    private func caveats(_ palette: Palette) -> String {
        plan.caveats.map { "caveat: \($0.text.printable)  \(palette(.dim, "\($0.rule)"))\n" }.joined()
    }

    private func line(for entry: ConversionPlan.Entry, _ palette: Palette) -> String {
        let source = entry.sources.isEmpty ? entry.operations.map(\.description) : entry.inputs
        return palette(.green, entry.target.text.printable) + " ← "
            + source.joined(separator: ", ").printable + "  " + palette(.dim, "\(entry.rule)")
    }

    /// All that there is to say about one tensor: the line that took it, its captures, sources and operations.
    /// - Parameter key: a key of the result, or of the checkpoint.
    /// - Throws: `WorkbenchError.unknownKey`.
    package func explanation(of text: String, _ palette: Palette) throws(WorkbenchError) -> String {
        let key = Key(text)
        if let drop = plan.dropped.first(where: { $0.key == key }) {
            let line = drop.rule.flatMap(quote) ?? ""
            return "\(palette(.yellow, text.printable)) dropped: \(drop.reason.printable)\n\(line)" + caveats(palette)
        }
        let entries = plan.entries.filter { $0.target == key || $0.sources.contains(key) }
        guard !entries.isEmpty else {
            let known = plan.entries.flatMap { [$0.target.text] + $0.sources.map(\.text) }
            throw .unknownKey(text, file: checkpoint.path, nearest: nearestNames(to: text, among: known))
        }
        return entries.map { explanation(of: $0, palette) }.joined(separator: "\n") + caveats(palette)
    }

    private func explanation(of entry: ConversionPlan.Entry, _ palette: Palette) -> String {
        var text = palette(.green, entry.target.text.printable) + " \(pythonTuple(entry.shape)) \(entry.dtype)\n"
        text += quote(entry.rule) ?? ""
        for capture in entry.captures { text += "  {\(capture.name)} = \(capture.text.printable)\n" }
        for input in entry.inputs { text += "  from \(input.printable)\n" }
        for operation in entry.operations { text += "  \(operation)\n" }
        if !entry.isRename, plan.direction == .forward {
            let obstacle = rules.file.forwardOnlyLines.first { $0.location == entry.rule }?.reason
            text += "  \(obstacle.map { "runs forward only: \($0)" } ?? "runs backward too")\n"
        }
        return text
    }

    private func quote(_ location: RuleLocation) -> String? {
        rules.text(at: location).map { "  \(location): \($0.printable)\n" }
    }
}

import CommandLineKit
import JSON
import KeyRules
import Spelling
import TensorCore

extension Route {
    /// What was decided and checked, in a few lines.
    package func summary(_ palette: Palette) -> String {
        var text = "\(palette(.bold, checkpoint.path)): \(origin) → \(destination)\n"
        for leg in legs { text += leg.summary }
        let renamed = entries.count(where: \.isRename)
        text += "  \(countText(renamed, "tensor")) renamed"
        if entries.count > renamed { text += ", \(groupedText(entries.count - renamed)) computed" }
        if !dropped.isEmpty { text += ", \(groupedText(dropped.count)) dropped" }
        return text + "\n"
    }

    /// Each tensor of the result with its source and the lines that made it; what is dropped; what computes otherwise.
    package func mapping(_ palette: Palette) -> String {
        var text = ""
        for entry in entries {
            let source = entry.sources.isEmpty ? "made" : entry.sources.map(\.text).joined(separator: ", ").printable
            let lines = entry.steps.map { "\($0.rule)" }.joined(separator: ", ")
            text += "\(palette(.green, entry.target.text.printable)) ← \(source)  \(palette(.dim, lines))\n"
        }
        for drop in dropped {
            let place = drop.rule.map { "  \(palette(.dim, "\($0)"))" } ?? ""
            text += "\(palette(.yellow, drop.key.text.printable)) dropped: \(drop.reason.printable)\(place)\n"
        }
        return text
    }

    /// All that there is to say about one tensor.
    /// - Parameter key: a key of the result, of the checkpoint, or MMPreTrain's between them.
    /// - Throws: `WorkbenchError.unknownKey`.
    package func explanation(of text: String, _ palette: Palette) throws(WorkbenchError) -> String {
        let key = Key(text)
        if let drop = dropped.first(where: { $0.key == key }) {
            let line = drop.rule.map { "  \($0)\n" } ?? ""
            return "\(palette(.yellow, text.printable)) dropped: \(drop.reason.printable)\n\(line)"
        }
        let found = entries.filter { entry in
            entry.target == key || entry.sources.contains(key) || entry.steps.contains { $0.target == key }
        }
        guard !found.isEmpty else {
            let known = entries.flatMap { [$0.target.text] + $0.sources.map(\.text) }
            throw .unknownKey(text, file: checkpoint.path, nearest: nearestNames(to: text, among: known))
        }
        return found.map { explanation(of: $0, palette) }.joined(separator: "\n")
    }

    private func explanation(of entry: Entry, _ palette: Palette) -> String {
        var text = palette(.green, entry.target.text.printable) + " \(pythonTuple(entry.shape)) \(entry.dtype)\n"
        for source in entry.sources { text += "  from \(source.text.printable)\n" }
        for step in entry.steps {
            let rules = legs.first { $0.rules.file.name == step.rule.file }?.rules
            let line = rules?.text(at: step.rule) ?? ""
            text += "  \(step.rule): \(line.printable)\n"
            for capture in step.captures { text += "    {\(capture.name)} = \(capture.text.printable)\n" }
            for operation in step.operations { text += "    \(operation)\n" }
            text += "    gives \(step.target.text.printable)\n"
        }
        return text
    }

    package var json: JSONValue {
        [
            "file": .string(checkpoint.path), "from": .string(origin), "to": .string(destination),
            "legs": .array(legs.map(\.json)), "executable": .bool(true),
            "entries": .array(entries.map(\.json)),
            "dropped": .array(
                dropped.map {
                    [
                        "key": .string($0.key.text), "rule": .optional($0.rule.map { .string($0.description) }),
                        "reason": .string($0.reason),
                    ]
                }),
            "findings": .array(findings.map(\.json)), "messages": .strings(notes),
        ]
    }
}

extension Route.Entry {
    fileprivate var json: JSONValue {
        [
            "target": .string(target.text), "sources": .strings(sources),
            "rules": .array(steps.map { .string($0.rule.description) }),
            "operations": .strings(steps.flatMap(\.operations)), "shape": .ints(shape),
            "dtype": .string(dtype.rawValue),
        ]
    }
}

extension ConversionStage {
    /// The rules, the parameters and the model, a line each.
    fileprivate var summary: String {
        let way = plan.direction == .reverse ? ", reversed" : ""
        // The title repeats the file's name before a colon.
        let title = rules.file.title.split(separator: ":", maxSplits: 1).last.map(String.init) ?? ""
        var text = "  \(rules.file.name)\(way):\(title.printable)\n"
        for setting in plan.settings {
            let value = setting.value.isEmpty ? "\"\"" : setting.value
            text += "    \(setting.parameter) = \(value)\(setting.origin == .deduced ? " (deduced)" : "")\n"
        }
        if let model = plan.model {
            let verdict =
                plan.isModelChecked ? "every key, shape and dtype matches" : "not built in, so not checked"
            let absent = plan.optionalGroups.reduce(0) { $0 + $1.missing.count }
            text += "    model \(model): \(verdict)"
            text += absent == 0 ? "\n" : ", except for \(countText(absent, "optional tensor")) that are not there\n"
        }
        return text
    }

    fileprivate var json: JSONValue {
        [
            "rules": .string(rules.file.name), "direction": .string(plan.direction.rawValue),
            "settings": .object(plan.settings.map { .init(name: $0.parameter, value: .string($0.value)) }),
            "model": .optional(plan.model.map(JSONValue.string)), "model_checked": .bool(plan.isModelChecked),
            "optional": .array(
                plan.optionalGroups.map { ["pattern": .string($0.pattern), "state": .string($0.state.rawValue)] }),
            "caveats": .array(plan.caveats.map { ["text": .string($0.text), "rule": .string($0.rule.description)] }),
        ]
    }
}

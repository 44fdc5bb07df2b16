import CommandLineKit
import JSON
import Spelling
import TensorCore

extension Recoding {
    /// The file in one line; then what was done to its keys, and whether the result is the model's.
    package func summary(_ palette: Palette) -> String {
        var text = "\(checkpoint.path): \(checkpoint.format.rawValue), \(countText(tensorCount, "tensor"))\n"
        if !outcomes.isEmpty {
            let renamed = outcomes.count { $0.target != nil && $0.target != $0.source }
            let dropped = outcomes.count { $0.target == nil }
            text += "  \(countText(renamed, "key")) renamed, \(groupedText(dropped)) dropped\n"
        }
        if let check {
            let verdict = check.isPassed ? "every key, shape and dtype matches" : palette(.red, "differs")
            text += "  model \(check.model): \(verdict)\n"
            if !check.buffers.isEmpty { text += "  \(countText(check.buffers.count, "buffer")) computed\n" }
        }
        return text
    }

    /// Each tensor of the result with its key in the file and the options that changed it; then what is left out.
    package func mapping(_ palette: Palette) -> String {
        var text = ""
        for entry in entries { text += line(entry, palette) + "\n" }
        for buffer in check?.buffers ?? [] {
            text +=
                palette(.green, buffer.key.text.printable)
                + " ← computed by the model: \(buffer.table.formula.printable)\n"
        }
        for outcome in outcomes where outcome.target == nil { text += line(ofDropped: outcome, palette) + "\n" }
        return text
    }

    /// All that there is to say about one tensor.
    /// - Parameter text: a key of the result or of the file.
    /// - Throws: `WorkbenchError.noKey`.
    package func explanation(of text: String, _ palette: Palette) throws(WorkbenchError) -> String {
        let key = Key(text)
        let found = entries.filter { $0.signature.key == key || $0.source == key }
        let lines =
            found.map { entry in
                line(entry, palette) + "\n  \(pythonTuple(entry.signature.shape)) \(entry.signature.dtype)\n"
            } + outcomes.filter { $0.target == nil && $0.source == key }.map { line(ofDropped: $0, palette) + "\n" }
        guard !lines.isEmpty else {
            let known = entries.flatMap { [$0.signature.key.text, $0.source.text] }
            throw .noKey(text, file: checkpoint.path, nearest: nearestNames(to: text, among: known))
        }
        return lines.joined()
    }

    private func line(
        _ entry: (signature: TensorSignature, source: Key, edits: [String]), _ palette: Palette
    ) -> String {
        palette(.green, entry.signature.key.text.printable) + " ← " + entry.source.text.printable
            + (entry.edits.isEmpty ? "" : "  " + palette(.dim, entry.edits.joined(separator: " ").printable))
    }

    private func line(ofDropped outcome: KeyEdits.Outcome, _ palette: Palette) -> String {
        palette(.yellow, outcome.source.text.printable) + " dropped  "
            + palette(.dim, outcome.edits.joined(separator: " ").printable)
    }

    package var json: JSONValue {
        [
            "file": .string(checkpoint.path), "rules": .null,
            "model": .optional(check.map { .string($0.model) }),
            "model_checked": .bool(check != nil),
            "computed_buffers": .strings(check?.buffers.map(\.key) ?? []),
            "executable": .bool(isExecutable),
            "entries": .array(
                entries.map { entry in
                    [
                        "target": .string(entry.signature.key.text), "sources": .strings([entry.source]),
                        "rule": .null, "operations": .array([]), "edits": .strings(entry.edits),
                        "shape": .ints(entry.signature.shape), "dtype": .string(entry.signature.dtype.rawValue),
                    ]
                }),
            "dropped": .array(
                outcomes.filter { $0.target == nil }.map { outcome in
                    [
                        "key": .string(outcome.source.text), "rule": .null,
                        "reason": .string(outcome.edits.joined(separator: " ")),
                    ]
                }),
            "findings": .array(findings.map(\.json)),
        ]
    }
}

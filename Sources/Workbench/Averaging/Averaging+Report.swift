import CommandLineKit
import JSON

extension Averaging {
    /// What was averaged, in a few lines.
    package func summary(_ palette: Palette) -> String {
        let averaged = tensors.count(where: \.isAveraged)
        var text = "average of \(countText(checkpoints.count, "checkpoint")): \(countText(averaged, "tensor"))"
        let kept = tensors.count - averaged
        if kept > 0 { text += ", and \(countText(kept, "tensor")) of integers as they are" }
        text += "\n"
        for (checkpoint, weight) in zip(checkpoints, weights) {
            text += "  \(shortText(weight)) × \(checkpoint.path)\n"
        }
        if let check {
            let verdict = check.isPassed ? "every key, shape and dtype matches" : palette(.red, "differs")
            text += "  model \(check.model): \(verdict)\n"
        }
        return text
    }

    package var json: JSONValue {
        [
            "files": .strings(checkpoints.map(\.path)), "rules": .null,
            "weights": .array(weights.map { .number($0) }),
            "model": .optional(check.map { .string($0.model) }),
            "model_checked": .bool(check != nil),
            "computed_buffers": .strings(check?.buffers.map(\.key) ?? []),
            "executable": .bool(isExecutable),
            "entries": .array(
                tensors.map { tensor in
                    [
                        "target": .string(tensor.signature.key.text), "sources": .strings([tensor.signature.key]),
                        "rule": .null, "operations": .array(tensor.isAveraged ? [.string("average")] : []),
                        "shape": .ints(tensor.signature.shape), "dtype": .string(tensor.signature.dtype.rawValue),
                    ]
                }),
            "findings": .array(findings.map(\.json)),
        ]
    }
}

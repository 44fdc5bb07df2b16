import CheckpointIO
import CommandLineKit
import JSON
import Verification

extension Reparameterization {
    /// What the reader of the file may miss.
    package var notes: [String] {
        guard let first = unused.first else { return modelNotes }
        return modelNotes + [
            "\(countText(unused.count, "tensor")) that \(model) does not have "
                + (unused.count == 1 ? "is" : "are") + " left out, such as '\(first)'"
        ]
    }

    package func text(_ outcome: Outcome, _ palette: Palette) -> String {
        let report = outcome.report
        var text = "\(options.input.printable) as \(model): \(countText(plan.folds.count, "layer")) folded\n"
        text += "  tensors          \(groupedText(stateDict.tensors.count)) → \(groupedText(plan.entries.count))\n"
        if let output = report.output {
            text +=
                "  float32          differs from the training model by max \(shortText(output.max)),"
                + " rms \(shortText(output.rms))\n"
        }
        if let golden = report.golden {
            text += "  float64          by max \(shortText(golden.max)), rms \(shortText(golden.rms))\n"
        }
        text +=
            "  allowed          max \(shortText(report.tolerance)), in float64 \(shortText(report.goldenTolerance)) "
            + "(\(shortText(NoiseFloor.allowance)) × what rounding alone moves the output by)\n"
        for finding in report.findings where !finding.isDifference {
            text += "  \(palette(.red, finding.description.printable))\n"
        }
        guard let file = outcome.file else {
            text += "\(palette(.red, "not proved")): \(deployModel) does not compute what \(model) does;"
            return text + " nothing is written\n"
        }
        return text
            + "\(file.path.printable) as \(deployModel): \(palette(.green, "proved")), \(byteText(file.byteCount))\n"
    }

    package func json(_ outcome: Outcome) -> JSONValue {
        let report = outcome.report
        let optional = { (number: Double?) -> JSONValue in .optional(number.map(JSONValue.number)) }
        return [
            "file": .string(options.input),
            "output": .optional(outcome.file.map { .string($0.path) }),
            "bytes": .optional(outcome.file.map { .int($0.byteCount) }),
            "model": .string(model),
            "deploy_model": .string(deployModel),
            "folded": .array(
                plan.folds.map { fold in
                    ["target": .string(fold.branches.module), "sources": .strings(fold.sourceKeys)]
                }),
            "unused": .strings(unused),
            "passed": .bool(report.passed),
            "max_abs_error": optional(report.output?.max),
            "max_abs_error_float64": optional(report.golden?.max),
            "noise_floor": .number(report.noiseFloor.max),
            "tolerance": .number(report.tolerance),
            "tolerance_float64": .number(report.goldenTolerance),
            "cosine": optional(report.output?.cosine),
            "top1_equal": .optional(report.top1Equal.map(JSONValue.bool)),
            "findings": .strings(report.findings),
        ]
    }
}

extension VerificationFinding {
    /// Whether the numbers that the report shows anyway say all of it.
    fileprivate var isDifference: Bool { if case .differs = self { true } else { false } }
}

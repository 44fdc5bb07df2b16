import ByteIO
import CommandLineKit
import JSON
import Verification

extension GoldenComparison {
    /// The fields of `verify`'s report as far as there is no engine, `left`, `right`, `only_left` and `only_right`.
    package var json: JSONValue {
        let output = comparison.output
        let outputs = comparison.items.filter { $0.part == .output }
        return [
            "passed": .bool(passed),
            "max_abs_error": .optional(output.deviation.map { .number($0.max) }),
            "max_rel_error": .optional(output.deviation.map { .number($0.relative) }),
            "noise_floor": .optional(output.noiseFloor.map { .number($0.max) }),
            "cosine": .optional(output.deviation.map { .number($0.cosine) }),
            "top1_equal": .optional(output.top1Equal.map(JSONValue.bool)),
            "top5_equal": .optional(output.top5Equal.map(JSONValue.bool)),
            "layers": .array(comparison.layers.map(Self.json)),
            "first_diverging_layer": .optional(comparison.firstDivergingLayer.map { .string($0.path) }),
            "layer_rules": .optional(layerRules.map(JSONValue.string)),
            "left": .string(options.left),
            "right": .string(options.right),
            "golden": .optional(options.truth.map(JSONValue.string)),
            "left_source": .optional(leftSource.map(JSONValue.string)),
            "right_source": .optional(rightSource.map(JSONValue.string)),
            "input_equal": .optional(comparison.inputEqual.map(JSONValue.bool)),
            "tolerance": .optional(output.tolerance.map(JSONValue.number)),
            "rms_error": .optional(output.deviation.map { .number($0.rms) }),
            "noise_floor_rms": .optional(output.noiseFloor.map { .number($0.rms) }),
            "left_error": .optional(output.leftError.map { .number($0.max) }),
            "right_error": .optional(output.rightError.map { .number($0.max) }),
            "outputs": .array(outputs.map(Self.json)),
            "only_left": .strings(comparison.onlyLeft),
            "only_right": .strings(comparison.onlyRight),
            "findings": .strings(comparison.findings),
            "notes": .strings(notes),
        ]
    }

    private static func json(_ item: CaptureComparison.Item) -> JSONValue {
        [
            "module": .string(item.path),
            "recorded_as": .string(item.leftPath),
            "passed": .bool(item.passed),
            "judged": .bool(item.tolerance != nil || item.finding != nil),
            "shape": .ints(item.rightShape),
            "max_abs_error": .optional(item.deviation.map { .number($0.max) }),
            "max_rel_error": .optional(item.deviation.map { .number($0.relative) }),
            "rms_error": .optional(item.deviation.map { .number($0.rms) }),
            "noise_floor": .optional(item.noiseFloor.map { .number($0.max) }),
            "tolerance": .optional(item.tolerance.map(JSONValue.number)),
            "cosine": .optional(item.deviation.map { .number($0.cosine) }),
            "finding": .optional(item.finding.map(JSONValue.string)),
        ]
    }

    /// A workflow command of GitHub Actions for each of the main findings, at the second golden.
    package var workflowCommands: String {
        mainFindings.map { WorkflowCommand(file: options.right, title: "verify", message: $0).text }.joined()
    }

    /// Writes the report as a JUnit test suite: a case for the input, for each output and for each layer.
    /// - Throws: `IOError`.
    package func writeJUnit(to path: String) throws(IOError) {
        var suite = JUnitSuite(name: "\(options.left) against \(options.right)")
        suite.cases.append(
            .init(name: "input", outcome: comparison.inputFinding.map { .failed($0) } ?? .passed))
        suite.cases += comparison.items.map { item in
            let name = item.path.isEmpty ? item.part.rawValue : "\(item.part.rawValue).\(item.path)"
            return JUnitSuite.Case(name: name, outcome: item.finding.map { .failed($0) } ?? .passed)
        }
        try suite.write(to: path)
    }
}

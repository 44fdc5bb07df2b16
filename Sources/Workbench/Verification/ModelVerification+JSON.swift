import JSON
import Verification

extension ModelVerification {
    package var json: JSONValue {
        let optional = { (number: Double?) -> JSONValue in .optional(number.map(JSONValue.number)) }
        let document: JSONValue = [
            "passed": .bool(passed),
            "max_abs_error": optional(report.output?.max),
            "max_rel_error": optional(report.output?.relative),
            "noise_floor": .number(report.noiseFloor.max),
            "cosine": optional(report.output?.cosine),
            "top1_equal": .optional(report.top1Equal.map(JSONValue.bool)),
            "top5_equal": .optional(report.top5Equal.map(JSONValue.bool)),
            "layers": .array(report.layers.map { $0.json(truth) }),
            "first_diverging_layer": .optional(report.firstDivergingLayer.map { .string($0.module) }),
            "unknown_layers": .strings(report.unknownLayers),
            "layer_rules": .optional(layerRules.map(JSONValue.string)),
            "file": .string(options.checkpoint),
            "golden": .string(options.golden),
            "model": .string(model),
            "module": .string(report.module),
            "precision": .string(report.precision.rawValue),
            "tolerance": .number(report.tolerance),
            "rms_error": optional(report.output?.rms),
            "noise_floor_rms": .number(report.noiseFloor.rms),
            "golden_error": optional(report.golden?.max),
            "engine_error": optional(report.engine?.max),
            "findings": .strings(findings),
            "notes": .strings(notes),
        ]
        guard let alignment else { return document }
        return document.adding([
            .init(name: "input", value: alignment.json),
            .init(
                name: "together",
                value: .optional(
                    together.map { together in
                        [
                            "max_abs_error": optional(together.deviation?.max),
                            "top1_equal": .optional(together.top1Equal.map(JSONValue.bool)),
                            "top5_equal": .optional(together.top5Equal.map(JSONValue.bool)),
                        ]
                    })),
        ])
    }
}

extension InputAlignment {
    fileprivate var json: JSONValue {
        [
            "passed": .bool(passed),
            "verdict": .string(verdict.rawValue),
            "images": .strings(images),
            "max_abs_error": .optional(maxAbsoluteError.map(JSONValue.number)),
            "max_levels": .optional(maxLevels.map(JSONValue.number)),
            "share": .optional(share.map(JSONValue.number)),
            "first_step": .optional(firstStep.map(JSONValue.string)),
            "equals": .array(changes.map { ["step": .string($0.step), "change": .string($0.text)] }),
            "tried": .int(tried),
            "finding": .optional(finding.map(JSONValue.string)),
        ]
    }
}

extension LayerReport {
    fileprivate func json(_ truth: Truth) -> JSONValue {
        [
            "module": .string(module),
            "recorded_as": .string(recordedAs),
            "passed": .bool(passed),
            "max_abs_error": .optional(deviation.map { .number($0.max) }),
            "max_rel_error": .optional(deviation.map { .number($0.relative) }),
            "rms_error": .optional(deviation.map { .number($0.rms) }),
            "noise_floor": .number(noiseFloor.max),
            "tolerance": .number(tolerance),
            "cosine": .optional(deviation.map { .number($0.cosine) }),
            "finding": .optional(finding.map { .string($0.text(truth)) }),
        ]
    }
}

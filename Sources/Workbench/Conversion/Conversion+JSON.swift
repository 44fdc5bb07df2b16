import JSON
import KeyRules
import TensorCore

extension Conversion {
    package var json: JSONValue {
        [
            "file": .string(checkpoint.path),
            "rules": .string(rules.file.name),
            "direction": .string(plan.direction.rawValue),
            "settings": .object(plan.settings.map { .init(name: $0.parameter, value: .string($0.value)) }),
            "model": .optional(plan.model.map(JSONValue.string)),
            "model_checked": .bool(plan.isModelChecked),
            "optional": .array(
                plan.optionalGroups.map { ["pattern": .string($0.pattern), "state": .string($0.state.rawValue)] }),
            "caveats": .array(
                plan.caveats.map { ["text": .string($0.text), "rule": .string($0.rule.description)] }),
            "computed_buffers": .strings(plan.computedBuffers),
            "executable": .bool(plan.isExecutable),
            "entries": .array(plan.entries.map(\.json)),
            "dropped": .array(
                plan.dropped.map {
                    [
                        "key": .string($0.key.text), "rule": .optional($0.rule.map { .string($0.description) }),
                        "reason": .string($0.reason),
                    ]
                }),
            "findings": .array(plan.findings.map(\.json)),
        ]
    }
}

extension ConversionPlan.Entry {
    fileprivate var json: JSONValue {
        [
            "target": .string(target.text), "sources": .strings(sources),
            "inputs": .array(inputs.map(JSONValue.string)), "rule": .string(rule.description),
            "operations": .strings(operations), "shape": .ints(shape), "dtype": .string(dtype.rawValue),
        ]
    }
}

extension Finding {
    var json: JSONValue {
        [
            "severity": .string(severity.rawValue), "code": .string(code.rawValue),
            "key": .optional(key.map { .string($0.text) }), "rule": .optional(rule.map { .string($0.description) }),
            "related": .optional(related.map { .string($0.description) }), "message": .string(message),
        ]
    }
}

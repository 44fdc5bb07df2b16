import JSON
import TensorCore

extension ShapeDifference {
    package var json: JSONValue {
        [
            "matched": .strings(matched),
            "missing": .strings(missing.map(\.key)),
            "unexpected": .strings(unexpected.map(\.key)),
            "mismatched": .array(
                mismatched.map {
                    [
                        "key": .string($0.expected.key.text), "expected": $0.expected.formJSON,
                        "found": $0.found.formJSON,
                    ]
                }),
            "renames": .array(
                renames.map { ["found": .string($0.found.text), "expected": .string($0.expected.text)] }),
        ]
    }
}

extension TensorSignature {
    fileprivate var formJSON: JSONValue { ["dtype": .string(dtype.rawValue), "shape": .ints(shape)] }
}

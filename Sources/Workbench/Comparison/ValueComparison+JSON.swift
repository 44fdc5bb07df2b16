import JSON
import TensorCore

extension ValueComparison {
    /// `{left, right, tolerance, within_tolerance, tensors: [{key, outcome, left, right, …}], only_left, only_right, notes}`
    package var json: JSONValue {
        [
            "left": .string(options.left), "right": .string(options.right),
            "tolerance": .number(options.tolerance), "within_tolerance": .bool(isWithinTolerance),
            "tensors": .array(pairs.map(json)), "only_left": .array(onlyLeft.map(json)),
            "only_right": .array(onlyRight.map(json)), "notes": .strings(notes),
        ]
    }

    private func json(_ pair: Pair) -> JSONValue {
        let fields: JSONValue = [
            "key": .string(pair.key.text), "outcome": .string(name(of: pair.outcome)), "left": form(pair.left),
            "right": form(pair.right), "within_tolerance": .bool(!isFinding(pair.outcome)),
        ]
        switch pair.outcome {
        case .identical(let nonFinite):
            return fields.adding([
                .init(name: "non_finite", value: ["left": .int(nonFinite), "right": .int(nonFinite)])
            ])
        case .compared(let figures):
            return fields.adding([
                .init(name: "changed", value: .int(figures.changed)), .init(name: "count", value: .int(figures.count)),
                .init(name: "max", value: .number(figures.max)), .init(name: "place", value: .ints(figures.place)),
                .init(name: "rms", value: .number(figures.rms)),
                .init(name: "relative", value: .optional(figures.relative.map(JSONValue.number))),
                .init(name: "cosine", value: .optional(figures.cosine.map(JSONValue.number))),
                .init(
                    name: "non_finite",
                    value: ["left": .int(figures.nonFiniteLeft), "right": .int(figures.nonFiniteRight)]),
            ])
        case .otherBytes, .otherShape, .withoutElements: return fields
        }
    }

    private func name(of outcome: Outcome) -> String {
        switch outcome {
        case .identical: "identical"
        case .compared(let figures): figures.changed == 0 ? "equal" : "changed"
        case .otherBytes: "bytes"
        case .otherShape: "shape"
        case .withoutElements: "no_elements"
        }
    }

    private func form(_ tensor: TensorSignature) -> JSONValue {
        ["dtype": .string("\(tensor.dtype)"), "shape": .ints(tensor.shape)]
    }

    private func json(_ tensor: TensorSignature) -> JSONValue {
        ["key": .string(tensor.key.text), "dtype": .string("\(tensor.dtype)"), "shape": .ints(tensor.shape)]
    }
}

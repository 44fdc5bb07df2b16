import CheckpointIO
import JSON
import TensorCore

extension TensorListing {
    package var json: JSONValue {
        var fields: [JSONValue.Field] = [
            .init(name: "file", value: .string(file)),
            .init(name: "format", value: .string(format)),
            .init(name: "tensors", value: .array(tensors.map(Self.json))),
            .init(name: "values", value: .object(values.map { .init(name: $0.key, value: $0.json) })),
            .init(
                name: "unsafe",
                value: .array(
                    unsafeGlobals.items.map { item in
                        [
                            "global": .string(item.global), "verdict": .string(item.verdict.rawValue),
                            "reason": .string(item.reason),
                        ]
                    })),
            .init(
                name: "metadata", value: .object(metadata.map { .init(name: $0.name, value: .string($0.value)) })),
            .init(name: "notes", value: .strings(notes)),
        ]
        if let summary { fields.append(.init(name: "summary", value: summary.json)) }
        if let integrity { fields.append(.init(name: "check", value: integrity.json)) }
        return .object(fields)
    }

    private static func json(_ row: Row) -> JSONValue {
        let tensor = row.named.tensor
        let isStrided = tensor.form == .strided
        var fields: [JSONValue.Field] = [
            .init(name: "key", value: .string(row.named.key.text)),
            .init(name: "parts", value: .strings(row.named.parts)),
            .init(name: "dtype", value: .string(tensor.dtype.rawValue)),
            .init(name: "shape", value: .ints(tensor.shape)),
            .init(name: "stride", value: .ints(isStrided ? tensor.layout.strides : [])),
            .init(name: "offset", value: .int(tensor.layout.offset)),
            .init(name: "storage", value: tensor.storage.isAbsent ? .null : .int(tensor.storage.id)),
            .init(name: "bytes", value: .int(tensor.byteCount)),
            .init(name: "requires_grad", value: .bool(tensor.requiresGrad)),
            .init(name: "parameter", value: .bool(tensor.isParameter)),
            .init(name: "device", value: .string(tensor.device)),
        ]
        if !isStrided { fields.append(.init(name: "layout", value: .string(tensor.form.rawValue))) }
        if let type = tensor.typeName { fields.append(.init(name: "type", value: .string(type))) }
        if tensor.isConjugated { fields.append(.init(name: "conj", value: .bool(true))) }
        if tensor.isNegated { fields.append(.init(name: "neg", value: .bool(true))) }
        let attributes = tensor.attributes.filter { $0.value.tensorCount == 0 }
        if !attributes.isEmpty {
            let values = attributes.map { JSONValue.Field(name: $0.name, value: $0.value.json) }
            fields.append(.init(name: "attributes", value: .object(values)))
        }
        if let whole = row.whole { fields.append(.init(name: "component_of", value: .string(whole.text))) }
        if let digest = row.facts.digest { fields.append(.init(name: "sha256", value: .string(digest))) }
        if let statistics = row.facts.statistics { fields.append(.init(name: "stats", value: statistics.json)) }
        if let unread = row.facts.unread { fields.append(.init(name: "unread", value: .string(unread))) }
        return .object(fields)
    }
}

extension TensorStatistics {
    var json: JSONValue {
        [
            "min": .optional(minimum.map(JSONValue.number)),
            "max": .optional(maximum.map(JSONValue.number)),
            "mean": .optional(mean.map(JSONValue.number)),
            "std": .optional(standardDeviation.map(JSONValue.number)),
            "nan": .int(nanCount),
            "inf": .int(infinityCount),
        ]
    }
}

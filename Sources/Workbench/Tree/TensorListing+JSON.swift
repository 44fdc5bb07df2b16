import CheckpointIO

extension TensorListing {
    public var json: JSONValue {
        var fields: [JSONValue.Field] = [
            .init(name: "file", value: .string(file)),
            .init(name: "format", value: .string(format)),
            .init(name: "tensors", value: .array(tensors.map { Self.json($0.named, $0.facts) })),
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
        ]
        if let integrity { fields.append(.init(name: "check", value: integrity.json)) }
        return .object(fields)
    }

    private static func json(_ named: NamedTensor, _ facts: TensorFacts) -> JSONValue {
        let tensor = named.tensor
        var fields: [JSONValue.Field] = [
            .init(name: "key", value: .string(named.key.text)),
            .init(name: "parts", value: .strings(named.parts)),
            .init(name: "dtype", value: .string(tensor.dtype.rawValue)),
            .init(name: "shape", value: .ints(tensor.shape)),
            .init(name: "stride", value: .ints(tensor.layout.strides)),
            .init(name: "offset", value: .int(tensor.layout.offset)),
            .init(name: "storage", value: .int(tensor.storage.id)),
            .init(name: "bytes", value: .int(tensor.byteCount)),
            .init(name: "requires_grad", value: .bool(tensor.requiresGrad)),
            .init(name: "parameter", value: .bool(tensor.isParameter)),
            .init(name: "device", value: .string(tensor.device)),
        ]
        if let digest = facts.digest { fields.append(.init(name: "sha256", value: .string(digest))) }
        if let statistics = facts.statistics { fields.append(.init(name: "stats", value: statistics.json)) }
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

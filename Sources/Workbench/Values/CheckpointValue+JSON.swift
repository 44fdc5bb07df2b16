import CheckpointIO

extension CheckpointValue {
    /// What JSON can say of the value. Bytes, classes and objects become objects with a `type`.
    var json: JSONValue {
        switch self {
        case .none: .null
        case .bool(let bool): .bool(bool)
        case .int(let int): .int(int)
        case .bigInteger(let number): .digits(number.description)
        case .float(let number): .number(number)
        case .string(let text): .string(text)
        case .bytes(let bytes): ["type": "bytes", "bytes": .int(bytes.count)]
        case .tensor(let tensor):
            ["type": "tensor", "dtype": .string(tensor.dtype.rawValue), "shape": .ints(tensor.shape)]
        case .dictionary(let dictionary):
            .object(dictionary.entries.map { .init(name: $0.name, value: $0.value.json) })
        case .sequence(let sequence): .array(sequence.elements.map(\.json))
        case .object(let object): ["type": .string(object.typeName), "arguments": .array(object.arguments.map(\.json))]
        case .global(let name): ["type": .string(name)]
        case .recursion: ["type": "recursion"]
        }
    }
}

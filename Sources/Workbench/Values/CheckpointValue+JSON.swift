import CheckpointIO
import JSON

extension CheckpointValue {
    /// What JSON can say of the value. Bytes, classes and objects become objects with a `type`.
    var json: JSONValue {
        switch self {
        case .none: .null
        case .bool(let bool): .bool(bool)
        case .int(let int): .int(int)
        case .bigInteger(let number):
            number.hasDigits ? .digits(number.description) : .string(number.description)
        case .float(let number): .number(number)
        case .string(let text): .string(text)
        case .bytes(let bytes): ["type": "bytes", "bytes": .int(bytes.count)]
        case .tensor(let tensor):
            ["type": "tensor", "dtype": .string(tensor.dtype.rawValue), "shape": .ints(tensor.shape)]
        case .dictionary(let dictionary):
            .object(dictionary.entries.map { .init(name: $0.name, value: $0.value.json) })
        case .sequence(let sequence): .array(sequence.elements.map(\.json))
        case .object(let object): object.json
        case .global(let name): ["type": .string(name)]
        case .recursion: ["type": "recursion"]
        }
    }
}

extension CheckpointObject {
    /// An array by its dtype and shape, a NumPy scalar by its value, other objects by their arguments; with the
    /// text that Python would print.
    fileprivate var json: JSONValue {
        var fields: [JSONValue.Field] = [.init(name: "type", value: .string(typeName))]
        if let array = NumPyArray(self) {
            fields.append(.init(name: "dtype", value: .string(array.type.name)))
            fields.append(.init(name: "shape", value: .ints(array.shape)))
            if let elements = array.elements { fields.append(.init(name: "bytes", value: .int(elements.count))) }
        } else {
            fields.append(.init(name: "arguments", value: .array(arguments.map(\.json))))
        }
        fields.append(.init(name: "repr", value: .string(ValueListing.text(of: .object(self)))))
        return .object(fields)
    }
}

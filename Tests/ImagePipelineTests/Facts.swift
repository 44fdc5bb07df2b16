import ByteIO
import JSON
import ModelConfig
import TestSupport

@testable import ImagePipeline

/// What `scripts/makers/make_image_fixtures.py` found out.
enum Facts {
    static func file(_ name: String) throws -> Bytes { try MappedFile(path: fixture("images/" + name)).bytes }

    static func image(_ name: String) throws -> Image { try Image(decoding: file(name)) }

    static func json(_ name: String) -> JSONValue {
        let text = try? file(name).withUnsafeBytes { try JSONValue(parsing: $0) }
        return text ?? .null
    }
}

extension JSONValue {
    subscript(_ name: String) -> JSONValue {
        guard case .object(let fields) = self else { return .null }
        return fields.first { $0.name == name }?.value ?? .null
    }

    var fields: [Field] { if case .object(let fields) = self { fields } else { [] } }
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
    var text: String? { if case .string(let text) = self { text } else { nil } }
    var integer: Int? { if case .int(let number) = self { number } else { nil } }

    /// The value of a config that the maker of fixtures wrote down.
    var configValue: ConfigValue {
        switch self {
        case .null: .none
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .number(let value): .float(value)
        case .digits(let text): .string(text)
        case .string(let text): .string(text)
        case .array(let values): .list(values.map(\.configValue))
        case .object(let fields):
            if fields.count == 1, fields[0].name == "tuple" {
                .tuple(fields[0].value.elements.map(\.configValue))
            } else {
                .dictionary(ConfigDictionary(fields.map { .init(key: .string($0.name), value: $0.value.configValue) }))
            }
        }
    }

    var configDictionary: ConfigDictionary? {
        if case .dictionary(let dictionary) = configValue { dictionary } else { nil }
    }
}

/// A step of a pipeline.
func step(_ type: String, _ arguments: (String, ConfigValue)...) -> ConfigValue {
    let entries = [("type", .string(type))] + arguments
    return .dictionary(
        ConfigDictionary(
            entries.enumerated().map { index, entry in
                .init(
                    key: .string(entry.0), value: entry.1,
                    origin: SourcePosition(file: "config.py", line: index + 1, column: 5))
            }))
}

import JSON
import ModelConfig
import PlatformC

/// A config with all that it inherits, as one text.
package enum ConfigPrinting {
    package struct Options: Sendable {
        package var path: String
        /// `KEY=VALUE`, as mmengine's `--cfg-options` has them.
        package var overrides: [String]

        package init(path: String, overrides: [String] = []) {
            self.path = path
            self.overrides = overrides
        }
    }

    package struct Report: Sendable {
        let config: ModelConfig
        /// Python source: `name = value` for each key, in mmengine's order.
        package let text: String

        /// What the reader of the config should know.
        package var notes: [String] { config.notes }
    }

    /// - Throws: `ConfigError`.
    package static func run(_ options: Options) throws -> Report {
        let config = try ModelConfig.load(options.path, .process(overrides: options.overrides))
        return Report(config: config, text: try ConfigText.text(config.values))
    }
}

extension ModelConfig.Options {
    /// The options of this process: its files and its environment.
    static func process(overrides: [String] = []) -> ModelConfig.Options {
        var options = ModelConfig.Options()
        options.overrides = overrides
        options.environment = { getenv($0).map { String(cString: $0) } }
        return options
    }
}

extension ConfigPrinting.Report {
    /// The values as JSON has them: tuples and sets are arrays, keys that are not strings appear as Python writes them.
    package var json: JSONValue {
        [
            "file": .string(config.path),
            "files": .strings(config.files),
            "notes": .strings(config.notes),
            "config": JSONValue(ConfigValue.dictionary(config.values)),
        ]
    }
}

extension JSONValue {
    init(_ value: ConfigValue) {
        switch value {
        case .none: self = .null
        case .bool(let flag): self = .bool(flag)
        case .int(let value): self = .int(value)
        case .float(let value): self = .number(value)
        case .string(let text): self = .string(text)
        case .list(let elements), .tuple(let elements), .set(let elements): self = .array(elements.map(JSONValue.init))
        case .dictionary(let dictionary):
            self = .object(
                dictionary.entries.map { entry in
                    Field(name: ConfigText.keyName(entry.key), value: JSONValue(entry.value))
                })
        }
    }
}

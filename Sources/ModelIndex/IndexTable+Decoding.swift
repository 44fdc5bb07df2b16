import JSON
import ModelConfig

extension IndexTable {
    /// Decodes the row of a name, its config and the shared values that this refers to.
    func entry(at index: Int) -> ModelIndex.Entry {
        let row = nameRow(index).elements
        let config = configRow(row[1].int).elements
        let isClassifier = config.count == 5
        return ModelIndex.Entry(
            name: row[0].string, configPath: config[0].string, typeName: config[1].string,
            model: isClassifier ? dictionary(config[2]) : nil,
            dataPreprocessor: isClassifier ? dictionary(config[3]) : nil,
            testPipeline: isClassifier ? list(config[4]) : nil,
            facts: row[2] == .null ? nil : facts(row[2]))
    }

    // MARK: Configs

    private func value(_ json: JSONValue) -> ConfigValue {
        switch json {
        case .null: return .none
        case .bool(let bool): return .bool(bool)
        case .int(let int): return .int(int)
        case .number(let number): return .float(number)
        case .digits(let digits): preconditionFailure("the embedded model index has the integer \(digits)")
        case .string(let string): return .string(string)
        case .array(let elements): return .list(elements.map(value))
        case .object(let fields):
            if let only = fields.first, fields.count == 1 {
                if only.name == "()" { return .tuple(only.value.elements.map(value)) }
                if only.name == "$" { return value(sharedRow(only.value.int)) }
            }
            return .dictionary(
                ConfigDictionary(fields.map { .init(key: .string($0.name), value: value($0.value)) }))
        }
    }

    private func dictionary(_ json: JSONValue) -> ConfigDictionary? {
        switch value(json) {
        case .none: nil
        case .dictionary(let dictionary): dictionary
        default: preconditionFailure("the embedded model index has another value for a dictionary")
        }
    }

    private func list(_ json: JSONValue) -> [ConfigValue]? {
        switch value(json) {
        case .none: nil
        case .list(let elements): elements
        default: preconditionFailure("the embedded model index has another value for a list")
        }
    }

    // MARK: Facts

    private func facts(_ json: JSONValue) -> PublishedFacts {
        PublishedFacts(
            collection: json.string("collection"), parameters: json.int("parameters"), flops: json["flops"]?.int,
            results: (json["results"]?.elements ?? []).map { result in
                let row = result.elements
                let metrics = row[2].fields.map { PublishedFacts.Metric(name: $0.name, value: $0.value.double) }
                return PublishedFacts.Result(task: row[0].string, dataset: row[1].string, metrics: metrics)
            },
            weights: json["weights"].map { weightsPrefix + $0.string },
            convertedFrom: json["convertedFrom"].map { origin in
                PublishedFacts.Origin(weights: origin.elements[0].string, code: origin.elements[1].string)
            })
    }
}

/// The parts of a value, where it is what the script that made the index writes there. They trap otherwise.
extension JSONValue {
    func int(_ name: String) -> Int { self[name]!.int }

    func string(_ name: String) -> String { self[name]!.string }

    var elements: [JSONValue] {
        guard case .array(let elements) = self else { preconditionFailure("an array is missing in the model index") }
        return elements
    }

    fileprivate var fields: [Field] {
        guard case .object(let fields) = self else { preconditionFailure("an object is missing in the model index") }
        return fields
    }

    fileprivate var int: Int {
        guard case .int(let int) = self else { preconditionFailure("an integer is missing in the model index") }
        return int
    }

    fileprivate var string: String {
        guard case .string(let string) = self else { preconditionFailure("a string is missing in the model index") }
        return string
    }

    /// Nil for null.
    fileprivate var double: Double? {
        switch self {
        case .null: nil
        case .int(let int): Double(int)
        case .number(let number): number
        default: preconditionFailure("a number is missing in the model index")
        }
    }
}

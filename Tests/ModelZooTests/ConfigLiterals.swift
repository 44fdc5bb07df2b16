import ModelConfig

extension ConfigDictionary: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, ConfigValue)...) {
        self.init(elements.map { Entry(key: .string($0), value: $1) })
    }
}

extension ConfigValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .int(value) }
    package init(floatLiteral value: Double) { self = .float(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: ConfigValue...) { self = .list(elements) }
    package init(dictionaryLiteral elements: (String, ConfigValue)...) {
        self = .dictionary(ConfigDictionary(elements.map { ConfigDictionary.Entry(key: .string($0), value: $1) }))
    }
}

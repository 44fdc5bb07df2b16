/// A JSON document, with the fields of its objects in the order in which they were added.
///
/// Not `JSONEncoder`: that cannot keep the order, adds 4 ms to the start of a process that has 15 ms in all, and
/// takes 110 ms for a checkpoint of 10,000 tensors.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case int(Int)
    case number(Double)
    /// A number by its digits: an integer of more than 64 bits.
    case digits(String)
    case string(String)
    case array([JSONValue])
    case object([Field])

    /// A name of an object and what stands under it.
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: JSONValue

        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The elements as strings.
    package static func strings(_ texts: some Sequence<some CustomStringConvertible>) -> JSONValue {
        .array(texts.map { .string($0.description) })
    }

    /// The numbers as an array.
    package static func ints(_ numbers: [Int]) -> JSONValue { .array(numbers.map(JSONValue.int)) }

    /// The value, or null.
    package static func optional(_ value: JSONValue?) -> JSONValue { value ?? .null }

    /// An object with further fields after its own.
    package func adding(_ fields: [Field]) -> JSONValue {
        if case .object(let own) = self { .object(own + fields) } else { self }
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map(Field.init))
    }
}

extension JSONValue: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
}

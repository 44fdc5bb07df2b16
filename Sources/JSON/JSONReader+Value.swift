extension JSONReader {
    /// The next value, whatever it is, with its fields in order.
    /// - Throws: `JSONError.Reason.duplicateName` where an object has a name twice.
    package mutating func value() throws(JSONError) -> JSONValue {
        skipWhitespace()
        switch peek {
        case UInt8(ascii: "{"): return .object(try fields())
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try beginArray()
            while try nextElement() { elements.append(try value()) }
            return .array(elements)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"):
            try literal("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try literal("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try literal("null")
            return .null
        case UInt8(ascii: "N") where acceptsNonFinite:
            try literal("NaN")
            return .number(.nan)
        case UInt8(ascii: "I") where acceptsNonFinite:
            try literal("Infinity")
            return .number(.infinity)
        case UInt8(ascii: "-") where acceptsNonFinite && second == UInt8(ascii: "I"):
            try literal("-Infinity")
            return .number(-.infinity)
        case let byte? where byte == UInt8(ascii: "-") || Self.isDigit(byte): return try number()
        default: throw unexpected("a value")
        }
    }

    /// Passes the next value, checked as `value()` does but for repeated names.
    package mutating func skipValue() throws(JSONError) {
        skipWhitespace()
        switch peek {
        case UInt8(ascii: "{"):
            try beginObject()
            while try skipName() { try skipValue() }
        case UInt8(ascii: "["):
            try beginArray()
            while try nextElement() { try skipValue() }
        case UInt8(ascii: "\""): try skipString()
        case let byte? where Self.isDigit(byte): try skipNumber()
        default: _ = try value()
        }
    }

    /// The first byte of the next value; nil at the end of the text.
    package mutating func valueStart() -> UInt8? {
        skipWhitespace()
        return peek
    }

    /// Passes a null; false where another value comes, of which nothing is read.
    package mutating func isNull() throws(JSONError) -> Bool {
        skipWhitespace()
        guard peek == UInt8(ascii: "n") else { return false }
        try literal("null")
        return true
    }

    private mutating func fields() throws(JSONError) -> [JSONValue.Field] {
        var fields: [JSONValue.Field] = []
        // By bytes: two names may differ in their Unicode normalisation only.
        var names: Set<[UInt8]> = []
        try beginObject()
        while let name = try nextName() {
            guard names.insert(Array(name.utf8)).inserted else {
                throw JSONError(offset: nameOffset, .duplicateName(name))
            }
            fields.append(JSONValue.Field(name: name, value: try value()))
        }
        return fields
    }

    /// The byte after the next.
    private var second: UInt8? { position + 1 < text.count ? text[position + 1] : nil }

    private mutating func literal(_ word: StaticString) throws(JSONError) {
        for offset in 0..<word.utf8CodeUnitCount {
            guard peek == word.utf8Start[offset] else { throw unexpected("'\(word)'") }
            position += 1
        }
    }
}

extension JSONValue {
    /// The document that `text` is.
    /// - Parameter text: UTF-8.
    package init(parsing text: UnsafeRawBufferPointer, maximumDepth: Int = 128) throws(JSONError) {
        var reader = JSONReader(text, maximumDepth: maximumDepth)
        self = try reader.value()
        try reader.finish()
    }

    /// The document that `text` is.
    package init(parsing text: String, maximumDepth: Int = 128) throws(JSONError) {
        self = try Array(text.utf8).withUnsafeBufferPointer { (utf8) throws(JSONError) in
            try JSONValue(parsing: UnsafeRawBufferPointer(utf8), maximumDepth: maximumDepth)
        }
    }

    /// The value of an object's field.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let fields) = self else { return nil }
        return fields.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }
}

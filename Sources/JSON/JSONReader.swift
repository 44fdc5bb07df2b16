/// Reads a text of RFC 8259 value by value, strictly: exactly that grammar, UTF-8 without a byte order mark,
/// integers exact, nothing after the value.
///
/// The caller asks for what it expects, so that a large document costs no tree:
/// ```swift
/// try reader.beginObject()
/// while let name = try reader.nextName() {
///     widths[name] = try reader.integer()
/// }
/// try reader.finish()
/// ```
/// Whether names repeat is for the caller to check; `value()` does so itself.
package struct JSONReader {
    /// - Warning: not valid beyond the memory that the reader was made for.
    let text: UnsafeBufferPointer<UInt8>
    var position = 0
    /// For each array and object that is open whether nothing of it was read yet.
    var open: [Bool] = []
    let maximumDepth: Int
    /// Whether `Infinity`, `-Infinity` and `NaN` are numbers.
    let acceptsNonFinite: Bool
    private let firstOffset: Int

    /// - Parameters:
    ///   - text: must outlive the reader.
    ///   - firstOffset: what errors call the first byte.
    ///   - acceptsNonFinite: whether `Infinity`, `-Infinity` and `NaN` are numbers, as Python's `json` writes them.
    package init(
        _ text: UnsafeRawBufferPointer, firstOffset: Int = 0, maximumDepth: Int = 128, acceptsNonFinite: Bool = false
    ) {
        self.text = text.bindMemory(to: UInt8.self)
        self.firstOffset = firstOffset
        self.maximumDepth = maximumDepth
        self.acceptsNonFinite = acceptsNonFinite
    }

    /// The offset of the next byte.
    package var offset: Int { firstOffset + position }

    // MARK: Arrays and objects

    /// Passes the bracket that opens an array.
    package mutating func beginArray() throws(JSONError) { try begin(UInt8(ascii: "["), "an array") }

    /// Moves to the next element of the array; false at its end, which is passed.
    package mutating func nextElement() throws(JSONError) -> Bool { try next(UInt8(ascii: "]")) }

    /// Passes the brace that opens an object.
    package mutating func beginObject() throws(JSONError) { try begin(UInt8(ascii: "{"), "an object") }

    /// Where the name that `nextName()` gave last begins.
    package private(set) var nameOffset = 0

    /// The name of the next field, whose value follows; nil at the object's end, which is passed.
    package mutating func nextName() throws(JSONError) -> String? {
        guard try next(UInt8(ascii: "}")) else { return nil }
        nameOffset = offset
        let name = try string("a name")
        try passColon()
        return name
    }

    /// Passes the name of the next field, whose value follows; false at the object's end, which is passed.
    mutating func skipName() throws(JSONError) -> Bool {
        guard try next(UInt8(ascii: "}")) else { return false }
        nameOffset = offset
        try skipString("a name")
        try passColon()
        return true
    }

    private mutating func passColon() throws(JSONError) {
        skipWhitespace()
        guard take(UInt8(ascii: ":")) else { throw unexpected("':'") }
    }

    /// Checks that nothing but whitespace follows.
    package mutating func finish() throws(JSONError) {
        skipWhitespace()
        if let byte = peek { throw error(.trailing(byte)) }
    }

    private mutating func begin(_ bracket: UInt8, _ what: String) throws(JSONError) {
        skipWhitespace()
        guard take(bracket) else { throw unexpected(what) }
        guard open.count < maximumDepth else { throw error(.tooDeep(limit: maximumDepth), at: position - 1) }
        open.append(true)
    }

    private mutating func next(_ bracket: UInt8) throws(JSONError) -> Bool {
        skipWhitespace()
        let isFirst = open.last ?? true
        if take(bracket) {
            _ = open.popLast()
            return false
        }
        if isFirst {
            if !open.isEmpty { open[open.count - 1] = false }
        } else {
            guard take(UInt8(ascii: ",")) else {
                throw unexpected("',' or '\(Character(UnicodeScalar(bracket)))'")
            }
            skipWhitespace()
        }
        return true
    }

    // MARK: Bytes

    @inline(__always)
    var peek: UInt8? { position < text.count ? text[position] : nil }

    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard position < text.count, text[position] == byte else { return false }
        position += 1
        return true
    }

    @inline(__always)
    mutating func skipWhitespace() {
        while position < text.count {
            switch text[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    func error(_ reason: JSONError.Reason, at position: Int? = nil) -> JSONError {
        JSONError(offset: firstOffset + (position ?? self.position), reason)
    }

    func unexpected(_ expected: String) -> JSONError { error(.unexpected(found: peek, expected: expected)) }
}

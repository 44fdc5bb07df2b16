/// Why a text is not JSON, or not the JSON that is asked for.
package struct JSONError: Error, Equatable, Sendable {
    /// The offset of the byte that is wrong, from where the reader was told to count.
    package let offset: Int
    package let reason: Reason

    package init(offset: Int, _ reason: Reason) {
        self.offset = offset
        self.reason = reason
    }

    /// What was found, and what should stand there.
    package enum Reason: Equatable, Sendable {
        /// `found` is a byte, or nil at the end of the text.
        case unexpected(found: UInt8?, expected: String)
        /// A string holds a byte that must be escaped.
        case controlCharacter(UInt8)
        /// A backslash before something else than `"\/bfnrtu`, or `\u` before something else than four hex digits.
        case escape
        /// One half of a surrogate pair, which is not a character.
        case loneSurrogate(UInt16)
        case notUTF8
        /// An integer that does not fit 64 bits where one is asked for, or a number beyond the range of `Double`.
        case range(String)
        /// A number with a point or an exponent where an integer is asked for.
        case notInteger(String)
        /// Digits that no JSON number has: a leading zero, nothing after the point …
        case number(String)
        /// Arrays and objects nest deeper than the limit.
        case tooDeep(limit: Int)
        case duplicateName(String)
        /// Something follows the value.
        case trailing(UInt8)
    }
}

extension JSONError: CustomStringConvertible {
    package var description: String { "at offset \(offset): \(reason)" }
}

extension JSONError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unexpected(let found, let expected): "expected \(expected), found \(spelled(found))"
        case .controlCharacter(let byte): "the control character \(spelled(byte)) in a string is not escaped"
        case .escape: "a backslash in a string escapes nothing that JSON knows"
        case .loneSurrogate(let unit): "\\u\(String(unit, radix: 16)) is half of a surrogate pair"
        case .notUTF8: "a string is not UTF-8"
        case .range(let digits): "the number \(digits) is out of range"
        case .notInteger(let digits): "\(digits) is not an integer"
        case .number(let digits): "\(digits) is not a JSON number"
        case .tooDeep(let limit): "arrays and objects nest deeper than \(limit) levels"
        case .duplicateName(let name): "an object has the name '\(name)' twice"
        case .trailing(let byte): "\(spelled(byte)) follows the end of the text"
        }
    }
}

private func spelled(_ byte: UInt8?) -> String {
    switch byte {
    case nil: "the end"
    case let byte? where (0x21..<0x7F).contains(byte): "'\(Character(UnicodeScalar(byte)))'"
    case let byte?: "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}

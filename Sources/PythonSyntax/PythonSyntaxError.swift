/// Why a text is not Python, or not the part of it that is read here.
package struct PythonSyntaxError: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        case expected(String, found: String)
        /// Python that is not read: what it is, as "a `lambda`".
        case unsupported(String)
        case unknownCharacter(Unicode.Scalar)
        case notUTF8
        /// A literal that Python refuses.
        case number(String)
        case integerTooLarge(String)
        case openString
        case escape(String)
        case indentation(String)
        /// A replacement field of an f-string.
        case field(String)
        case assignment(to: String)
        case order(String)
        case repeated(argument: String)
        case tooDeep(limit: Int)
        case tooLong(bytes: Int, limit: Int)
    }

    /// Where the error is, in bytes of UTF-8 from the start of the text.
    package let offset: Int
    package let reason: Reason

    package init(_ reason: Reason, at offset: Int) {
        self.offset = offset
        self.reason = reason
    }
}

extension PythonSyntaxError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .expected(let wanted, let found): "expected \(wanted), found \(found)"
        case .unsupported(let what): "\(what) is not supported: a config is read as data, nothing is run"
        case .unknownCharacter(let scalar): "unexpected character \(PythonText.string(String(scalar)))"
        case .notUTF8: "the text is not UTF-8"
        case .number(let text): "'\(text)' is not a number"
        case .integerTooLarge(let text): "the integer \(text) does not fit into 64 bits"
        case .openString: "the string does not end"
        case .escape(let text): "'\(text)' is not an escape sequence"
        case .indentation(let what): what
        case .field(let what): "f-string: \(what)"
        case .assignment(let target): "cannot assign to \(target)"
        case .order(let what): what
        case .repeated(let argument): "the argument '\(argument)' is repeated"
        case .tooDeep(let limit): "nested deeper than \(limit) levels"
        case .tooLong(let bytes, let limit): "the text has \(bytes) bytes; at most \(limit) are read"
        }
    }
}

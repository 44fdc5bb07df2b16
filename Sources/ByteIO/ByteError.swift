/// Bytes that a reader needs and its input does not hold. Offsets count from the start of that input.
package enum ByteError: Error, Equatable, Sendable {
    /// `needed` bytes at `offset`, where `remaining` are left.
    case truncated(offset: Int, needed: Int, remaining: Int)
    /// No `delimiter` among the `remaining` bytes from `offset` on.
    case unterminated(offset: Int, delimiter: UInt8, remaining: Int)

    /// Where the reader stood.
    package var offset: Int {
        switch self {
        case .truncated(let offset, _, _), .unterminated(let offset, _, _): offset
        }
    }
}

extension ByteError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated(let offset, let needed, let remaining):
            "needs \(needed) bytes at offset \(offset), where \(remaining) remain"
        case .unterminated(let offset, let delimiter, let remaining):
            "finds no byte \(delimiter) in the \(remaining) bytes from offset \(offset) on"
        }
    }
}

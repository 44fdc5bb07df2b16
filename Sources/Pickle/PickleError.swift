/// Why a pickle cannot be read or written. Offsets are those of the opcode, from the start of the input.
package enum PickleError: Error, Equatable, Sendable {
    /// The input ends inside or before an opcode (nil: where an opcode should begin).
    case truncated(PickleOpcode?, offset: Int, needed: Int, remaining: Int)
    /// A line of text that no newline ends.
    case unterminated(PickleOpcode, offset: Int, remaining: Int)
    case unknownOpcode(UInt8, offset: Int)
    case unknownProtocol(Int, offset: Int)
    case stackUnderflow(PickleOpcode, offset: Int, needed: Int, found: Int)
    case noMark(PickleOpcode, offset: Int)
    case oddItemCount(PickleOpcode, offset: Int, found: Int)
    case wrongType(PickleOpcode, offset: Int, needed: String, found: String)
    /// A memo slot is fetched that was never filled.
    case emptyMemo(PickleOpcode, offset: Int, index: Int)
    /// Text that is not what the opcode needs: `needed` says what.
    case badText(PickleOpcode, offset: Int, needed: String, found: String)
    case negative(PickleOpcode, offset: Int, length: Int)
    /// `length` bytes are announced where the frame or the input holds `available`.
    case crossesFrame(PickleOpcode, offset: Int, needed: Int, available: Int)
    /// A frame begins or the pickle stops while `remaining` bytes of a frame are unread.
    case unfinishedFrame(PickleOpcode, offset: Int, remaining: Int)
    case limit(PickleOpcode, offset: Int, of: String, limit: Int)
    /// A graph nests deeper than the limit, or holds a tuple that contains itself with nothing mutable between.
    case tooDeep(limit: Int)
    /// A length that no opcode of the protocol can hold.
    case tooLong(type: String, length: Int)
    /// A node built or edited so that no opcode can make it.
    case unwritable(type: String, needed: String, found: String)
}

extension PickleError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated(nil, let offset, let needed, let remaining):
            "\(at(offset)): the pickle has no end: an opcode needs \(needed) byte, \(remaining) remain"
        case .truncated(let opcode?, let offset, let needed, let remaining):
            "\(at(offset)): \(opcode) needs \(needed) bytes, \(remaining) remain"
        case .unterminated(let opcode, let offset, let remaining):
            "\(at(offset)): \(opcode) needs a line, no newline is in the \(remaining) bytes that remain"
        case .unknownOpcode(let byte, let offset):
            "\(at(offset)): 0x\(String(byte, radix: 16)) is not an opcode of pickle protocols 0 to 5"
        case .unknownProtocol(let version, let offset):
            "\(at(offset)): pickle protocol \(version), the highest known is 5"
        case .stackUnderflow(let opcode, let offset, let needed, let found):
            "\(at(offset)): \(opcode) needs \(needed) values on the stack, found \(found)"
        case .noMark(let opcode, let offset):
            "\(at(offset)): \(opcode) needs a MARK on the stack, found none"
        case .oddItemCount(let opcode, let offset, let found):
            "\(at(offset)): \(opcode) needs keys and values in pairs, found \(found) values"
        case .wrongType(let opcode, let offset, let needed, let found):
            "\(at(offset)): \(opcode) needs \(needed), found \(found)"
        case .emptyMemo(let opcode, let offset, let index):
            "\(at(offset)): \(opcode) fetches memo slot \(index), which nothing has filled"
        case .badText(let opcode, let offset, let needed, let found):
            "\(at(offset)): \(opcode) needs \(needed), found '\(found)'"
        case .negative(let opcode, let offset, let length):
            "\(at(offset)): \(opcode) needs a length of 0 or more, found \(length)"
        case .crossesFrame(let opcode, let offset, let needed, let available):
            "\(at(offset)): \(opcode) needs \(needed) bytes, its frame has \(available) left"
        case .unfinishedFrame(let opcode, let offset, let remaining):
            "\(at(offset)): \(opcode) comes \(remaining) bytes before the end of its frame"
        case .limit(let opcode, let offset, let what, let limit):
            "\(at(offset)): \(opcode) exceeds the limit of \(limit) \(what)"
        case .tooDeep(let limit):
            "the graph nests deeper than \(limit) levels, or a tuple contains itself"
        case .tooLong(let type, let length):
            "a \(type) of \(length) bytes is longer than any opcode of the protocol can hold"
        case .unwritable(let type, let needed, let found):
            "\(type) needs \(needed), found \(found)"
        }
    }

    private func at(_ offset: Int) -> String { "@0x\(String(offset, radix: 16))" }
}

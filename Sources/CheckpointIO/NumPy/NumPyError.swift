/// Why an array that begins as NumPy's is none, or a damaged one. Offsets count from the array's first byte.
package enum NumPyError: Error, Equatable, Sendable {
    /// The six bytes that every array begins with are others.
    case signature
    case version(major: UInt8, minor: UInt8)
    /// The array ends inside its header.
    case cutHeader(needed: Int, held: Int)
    case headerTooLong(length: Int, limit: Int)
    /// The header is not the Python dictionary that it should be.
    case header(offset: Int, expected: String)
    case missingField(String)
    /// A `descr` that names no type.
    case type(String)
    case shape([Int])
    case rank(Int, limit: Int)
    /// The array ends before its last element.
    case cut(needed: Int, held: Int)
    /// Text that is not Unicode.
    case text(element: Int)
}

extension NumPyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .signature: "it does not begin as a NumPy array"
        case .version(let major, let minor): "a NumPy array of the unknown version \(major).\(minor)"
        case .cutHeader(let needed, let held):
            "the array is cut short inside its header: \(grouped(held)) of \(grouped(needed)) bytes are there"
        case .headerTooLong(let length, let limit):
            "its header claims \(grouped(length)) bytes, more than the \(grouped(limit)) that one may have"
        case .header(let offset, let expected): "its header is damaged at offset \(offset): expected \(expected)"
        case .missingField(let name): "its header has no '\(name)'"
        case .type(let text): "its type '\(text)' is not known"
        case .shape(let shape): "its shape \(shape) is none that an array can have"
        case .rank(let rank, let limit):
            "its shape has \(rank) dimensions, more than the \(limit) that an array may have"
        case .cut(let needed, let held):
            "the array is cut short: \(grouped(needed - held)) of its \(grouped(needed)) bytes are missing"
        case .text(let element): "its element \(element) is not Unicode text"
        }
    }
}

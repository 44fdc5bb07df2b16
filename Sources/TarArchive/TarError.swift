/// What is wrong with a tar archive. Offsets count from the start of the archive.
package enum TarError: Error, Equatable, Sendable {
    /// A header needs 512 bytes at `offset`, where fewer remain.
    case truncatedHeader(offset: Int, remaining: Int)
    /// The header's checksum is not that of its bytes: a damaged header, or no tar archive.
    case checksum(offset: Int, declared: Int, found: Int)
    /// A number of the header at `offset` is none, or is negative.
    case number(field: String, offset: Int)
    /// The data of a member goes beyond the archive.
    case truncatedData(name: String, offset: Int, needed: Int, remaining: Int)
    /// The extended header at `offset` takes more than the limit.
    case extendedHeaderSize(offset: Int, size: Int, limit: Int)
    /// The extended header at `offset` is not made of records.
    case extendedRecord(offset: Int)
    /// Extended headers that no member follows.
    case danglingHeader(offset: Int)
    /// A member that leaves away its runs of zeros.
    case sparse(name: String, offset: Int)
    /// The archive ends at `offset` without the block of zeros that closes it.
    case noEnd(offset: Int)
    /// Something else than zeros follows the end.
    case trailingData(offset: Int)
}

extension TarError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncatedHeader(let offset, let remaining):
            "the tar header at offset \(offset) needs 512 bytes, where \(remaining) remain"
        case .checksum(let offset, let declared, let found):
            "the tar header at offset \(offset) should have the checksum \(declared), and has \(found)"
        case .number(let field, let offset): "the \(field) in the tar header at offset \(offset) is not a count"
        case .truncatedData(let name, let offset, let needed, let remaining):
            "'\(name)' needs \(needed) bytes at offset \(offset), where \(remaining) remain"
        case .extendedHeaderSize(let offset, let size, let limit):
            "the extended tar header at offset \(offset) takes \(size) bytes, where \(limit) is the most"
        case .extendedRecord(let offset): "the extended tar header at offset \(offset) is damaged"
        case .danglingHeader(let offset): "no member follows the extended tar header at offset \(offset)"
        case .sparse(let name, let offset):
            "'\(name)' at offset \(offset) is stored as a sparse file, which is not read"
        case .noEnd(let offset): "the tar archive stops at offset \(offset) without its end: it is cut short"
        case .trailingData(let offset): "something follows the end of the tar archive, at offset \(offset)"
        }
    }
}

/// What is wrong with the index of a TensorFlow checkpoint, or with its data.
package enum BundleError: Error, Equatable, Sendable {
    /// A block of the table. Offsets count from the start of the file.
    case block(offset: Int, size: Int, BlockFlaw)
    /// The footer names blocks that cannot be.
    case footer(offset: Int)
    /// A key is not behind the one before it.
    case order(key: String, after: String)
    /// The keys unpack to more bytes than such a table justifies.
    case expandedKeys(limit: Int)
    /// A checkpoint of the format that TensorFlow had before 0.12, which is one file.
    case version1
    /// The entry `""`, which describes the checkpoint, is missing or makes no sense.
    case header(String)
    case entry(key: String, EntryFlaw)

    package enum BlockFlaw: Error, Equatable, Sendable {
        /// It goes beyond the file's `limit` bytes.
        case outOfBounds(limit: Int)
        case checksum(declared: UInt32, found: UInt32)
        case unknownCompression(UInt8)
        case compressedData
        /// The list of restarts at its end is longer than it.
        case restarts
        /// The entry at this offset in the block makes no sense.
        case entry(offset: Int)
        /// The index names the block by something else than offset and size.
        case handle(key: String)
    }

    package enum EntryFlaw: Error, Equatable, Sendable {
        /// The message is damaged.
        case malformed
        case unknownType(Int64)
        case unknownRank
        case shape([Int64])
        case negative(field: String, Int64)
        /// Type and shape need another number of bytes than the entry takes.
        case size(needed: Int, found: Int)
        case shard(Int, of: Int)
        /// The entry's bytes go beyond its data file.
        case outOfBounds(offset: Int, size: Int, limit: Int)
        /// A slice has no entry of its own, or one that does not fit it.
        case slice(String)
        case checksum(declared: UInt32, found: UInt32)
        /// The lengths of its strings are damaged.
        case strings
    }
}

extension BundleError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .block(let offset, let size, let flaw): "the block of \(size) bytes at offset \(offset) \(flaw)"
        case .footer(let offset): "the footer at offset \(offset) is damaged"
        case .order(let key, let after): "the key '\(key)' follows '\(after)', out of order: the table is damaged"
        case .expandedKeys(let limit): "the keys unpack to more than \(limit) bytes"
        case .version1: "is a checkpoint of TensorFlow before 0.12, in one file: save it anew with a later TensorFlow"
        case .header(let text): "the header entry \(text)"
        case .entry(let key, let flaw): "'\(key)' \(flaw)"
        }
    }
}

extension BundleError.BlockFlaw: CustomStringConvertible {
    package var description: String {
        switch self {
        case .outOfBounds(let limit): "goes beyond the file's \(limit) bytes"
        case .checksum(let declared, let found):
            "should have the CRC-32C 0x\(hex(declared)), and has 0x\(hex(found)): it is damaged"
        case .unknownCompression(let code): "is compressed by method \(code), not 0 (none) or 1 (snappy)"
        case .compressedData: "holds damaged snappy data"
        case .restarts: "is shorter than the list at its end"
        case .entry(let offset): "has a damaged entry at its offset \(offset)"
        case .handle(let key): "names no block for '\(key)'"
        }
    }
}

extension BundleError.EntryFlaw: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed: "has a damaged entry"
        case .unknownType(let code): "has the unknown element type \(code)"
        case .unknownRank: "has no shape"
        case .shape(let shape): "has the shape \(shape), which no tensor can have"
        case .negative(let field, let value): "has \(value) as its \(field)"
        case .size(let needed, let found): "needs \(needed) bytes by type and shape, and takes \(found)"
        case .shard(let shard, let count): "lies in data file \(shard) of \(count)"
        case .outOfBounds(let offset, let size, let limit):
            "needs \(size) bytes at offset \(offset) of a data file that holds \(limit)"
        case .slice(let text): "is stored in slices, of which \(text)"
        case .checksum(let declared, let found):
            "should have the CRC-32C 0x\(hex(declared)), and has 0x\(hex(found)): its data is damaged"
        case .strings: "has damaged string lengths"
        }
    }
}

private func hex(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
}

import ByteIO

/// What is wrong with a zip archive. Offsets count from the start of the archive.
package enum ZipError: Error, Equatable, Sendable {
    /// The parts of an archive that a reader looks for.
    package enum Part: String, Sendable {
        case localHeader = "local header"
        case directoryEntry = "directory entry"
        case end = "end record"
        case zip64End = "zip64 end record"
        case zip64Locator = "zip64 locator"
    }

    /// Nowhere in the last 64 kB lies an end record that reaches exactly to the end of the file.
    case noEndRecord(size: Int)
    case truncated(Part, offset: Int, needed: Int, remaining: Int)
    case badSignature(Part, offset: Int, found: UInt32)
    /// Behind the end record at `offset` lie `found` bytes, where it says that `declared` bytes of comment do.
    case commentSize(offset: Int, declared: Int, found: Int)
    /// The locator places the zip64 end record at an offset beyond `limit`.
    case zip64EndOffset(UInt64, limit: Int)
    /// The zip64 end record says that it has another size than lies before its locator.
    case zip64EndSize(UInt64, found: Int)
    /// The archive spans several files, or claims to.
    case multipleDisks
    /// The end record counts `declared` entries, the directory holds `found`.
    case entryCount(declared: UInt64, found: Int)
    /// By the end record the directory lies at `offset` and has `size` bytes, but what follows it is at `end`.
    case directoryExtent(offset: UInt64, size: UInt64, end: Int)
    /// The end record and its zip64 twin give different numbers.
    case endRecordsDisagree(field: String, end: UInt64, zip64: UInt64)
    /// Two entries claim the same bytes.
    case overlap(first: String, second: String, offset: Int)
    /// Bytes that belong to no entry precede the first.
    case leadingBytes(Int)
    case entry(String, offset: Int, EntryFlaw)

    /// What is wrong with one entry.
    package enum EntryFlaw: Error, Equatable, Sendable {
        /// The zip64 extra field lacks a number that the entry leaves to it.
        case zip64Extra(field: String)
        /// The entry's `field` is a number that no archive of this size can hold.
        case outOfBounds(field: String, value: UInt64, limit: Int)
        /// The local header gives another name.
        case localName(String)
        /// The local header gives another number.
        case localMismatch(field: String, directory: UInt64, local: UInt64)
        case encrypted
        case unsupportedMethod(UInt16)
        /// A stored entry whose two sizes differ.
        case storedSize(compressed: Int, uncompressed: Int)
        /// More data than `compressed` bytes can unpack to.
        case implausibleSize(compressed: Int, uncompressed: Int)
        /// The compressed data is damaged; zlib's message.
        case corruptData(String)
        /// The data unpacks to another size than the header says.
        case unpackedSize(declared: Int, found: Int)
        /// Bytes follow the end of the compressed data.
        case trailingData(Int)
        case checksum(declared: UInt32, found: UInt32)
        /// No descriptor, or one with other figures, follows the data, where the flags announce one.
        case descriptor
        /// Behind the entry lie bytes that belong to nobody.
        case strayBytes(count: Int, offset: Int)
        /// An earlier entry has the same name.
        case duplicateName
        /// Something else keeps it from being read; the text is that error's.
        case unreadable(String)
    }
}

extension ZipError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noEndRecord(let size): "no zip directory at the end of the \(size) bytes: no zip archive, or cut short"
        case .truncated(let part, let offset, let needed, let remaining):
            "the \(part.rawValue) at offset \(offset) needs \(needed) bytes, where \(remaining) remain"
        case .badSignature(let part, let offset, let found):
            "no \(part.rawValue) at offset \(offset), where its signature should be: found 0x\(hex(found))"
        case .commentSize(let offset, let declared, let found):
            "\(found) bytes follow the end record at offset \(offset), which announces \(declared)"
        case .zip64EndOffset(let offset, let limit):
            "the zip64 end record should be at offset \(offset), where \(limit) is the most"
        case .zip64EndSize(let declared, let found):
            "the zip64 end record announces \(declared) bytes, where \(found) lie"
        case .multipleDisks: "the archive is one part of a split archive"
        case .entryCount(let declared, let found):
            "the end record counts \(declared) entries, the directory holds \(found)"
        case .directoryExtent(let offset, let size, let end):
            "the directory should take \(size) bytes from offset \(offset) on, but its end is at \(end)"
        case .endRecordsDisagree(let field, let end, let zip64):
            "the end record gives \(end) as \(field), the zip64 end record \(zip64)"
        case .overlap(let first, let second, let offset):
            "'\(second)' at offset \(offset) overlaps '\(first)'"
        case .leadingBytes(let count): "\(count) bytes that belong to no record precede the first"
        case .entry(let name, let offset, let flaw): "'\(name)' at offset \(offset): \(flaw)"
        }
    }
}

extension ZipError.EntryFlaw: CustomStringConvertible {
    package var description: String {
        switch self {
        case .zip64Extra(let field): "the zip64 extra field lacks the \(field)"
        case .outOfBounds(let field, let value, let limit): "its \(field) is \(value), where \(limit) is the most"
        case .localName(let name): "its local header calls it '\(name)'"
        case .localMismatch(let field, let directory, let local):
            "its \(field) is \(directory) in the directory and \(local) in the local header"
        case .encrypted: "it is encrypted"
        case .unsupportedMethod(let code):
            "compression method \(code) is not supported, only 0 (stored) and 8 (deflate)"
        case .storedSize(let compressed, let uncompressed):
            "it is stored, yet takes \(compressed) bytes for \(uncompressed)"
        case .implausibleSize(let compressed, let uncompressed):
            "\(compressed) compressed bytes cannot hold the \(uncompressed) it claims"
        case .corruptData(let message): "its compressed data is damaged: \(message)"
        case .unpackedSize(let declared, let found): "it should unpack to \(declared) bytes, and unpacks to \(found)"
        case .trailingData(let count): "\(count) bytes follow the end of its compressed data"
        case .checksum(let declared, let found):
            "its CRC-32 should be 0x\(hex(declared)), and is 0x\(hex(found)): the data is damaged"
        case .descriptor: "the sizes and CRC-32 after its data are missing, or differ from the directory's"
        case .strayBytes(let count, let offset):
            "the \(count) bytes after it, at offset \(offset), belong to no record"
        case .duplicateName: "an earlier record has the same name"
        case .unreadable(let text): text
        }
    }
}

private func hex(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
}

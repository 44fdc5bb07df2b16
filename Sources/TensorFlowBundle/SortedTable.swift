import ByteIO

/// LevelDB's table of sorted keys and values, in the form that TensorFlow writes. All of it is read at once: what
/// it holds is small beside the tensors.
///
/// Source: `doc/table_format.md` of google/leveldb; `tensorflow/core/lib/io/table.cc`.
struct SortedTable {
    struct Entry {
        let key: [UInt8]
        let value: Bytes
    }

    /// The entries in ascending order of the keys' bytes, each key once.
    private(set) var entries: [Entry] = []

    /// What keys may take in memory in all: they share beginnings, so a small table can claim very long ones.
    private let maximumKeyBytes: Int
    private var keyBytes = 0

    private static let magic: UInt64 = 0xDB47_7524_8B80_FB57
    /// Two block handles of at most 20 bytes each, then the magic number.
    private static let footerSize = 48

    /// True if `bytes` end as such a table does.
    static func hasSignature(_ bytes: Bytes) -> Bool {
        bytes.count >= footerSize && (try? bytes.load(UInt64.self, at: bytes.count - 8)) == magic
    }

    init(_ bytes: Bytes) throws(BundleError) {
        let footerOffset = bytes.count - Self.footerSize
        guard Self.hasSignature(bytes), let footer = try? bytes.slice(at: footerOffset, count: Self.footerSize - 8)
        else { throw .footer(offset: max(footerOffset, 0)) }
        var cursor = ByteCursor(footer)
        guard BlockHandle(&cursor) != nil, let indexHandle = BlockHandle(&cursor) else {
            throw .footer(offset: footerOffset)
        }
        maximumKeyBytes = 1 << 16 + 64 * bytes.count
        try read(TableBlock(indexHandle, in: bytes, limit: footerOffset))
        let index = entries
        entries = []
        // Blocks are in the order of the file: a block that is named again would be unpacked again.
        var end = 0
        for entry in index {
            var cursor = ByteCursor(entry.value)
            guard let handle = BlockHandle(&cursor), handle.offset >= end else {
                throw .block(offset: indexHandle.offset, size: indexHandle.size, .handle(key: entry.keyText))
            }
            end = handle.offset.addingReportingOverflow(handle.size).partialValue
            try read(TableBlock(handle, in: bytes, limit: footerOffset))
        }
    }

    /// Appends the entries of a block.
    private mutating func read(_ block: TableBlock) throws(BundleError) {
        var cursor = ByteCursor(block.entries)
        var key: [UInt8] = []
        while !cursor.isAtEnd {
            let flaw = BundleError.block(
                offset: block.handle.offset, size: block.handle.size, .entry(offset: cursor.position))
            guard let shared = cursor.varintCount(), let rest = cursor.varintCount(), let size = cursor.varintCount(),
                shared <= key.count, let suffix = try? cursor.take(rest), let value = try? cursor.take(size)
            else { throw flaw }
            key.replaceSubrange(shared..., with: suffix)
            keyBytes += key.count
            guard keyBytes <= maximumKeyBytes else { throw .expandedKeys(limit: maximumKeyBytes) }
            let entry = Entry(key: key, value: value)
            if let last = entries.last, !last.key.lexicographicallyPrecedes(key) {
                throw .order(key: entry.keyText, after: last.keyText)
            }
            entries.append(entry)
        }
    }

    /// The value of a key.
    subscript(key: [UInt8]) -> Bytes? {
        var range = entries.indices
        while !range.isEmpty {
            let middle = (range.lowerBound + range.upperBound) / 2
            if entries[middle].key == key { return entries[middle].value }
            if entries[middle].key.lexicographicallyPrecedes(key) {
                range = middle + 1..<range.upperBound
            } else {
                range = range.lowerBound..<middle
            }
        }
        return nil
    }
}

extension SortedTable.Entry {
    /// Bytes that are not UTF-8 show as U+FFFD.
    var keyText: String { String(decoding: key, as: UTF8.self) }
}

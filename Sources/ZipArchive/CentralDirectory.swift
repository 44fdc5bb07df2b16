import ByteIO

/// The entries of an archive, read from its central directory.
struct CentralDirectory {
    /// The entries, in the order of the directory.
    let entries: [ZipEntry]

    /// - Throws: `ZipError` unless the directory holds exactly the entries that its end record counts, each in
    ///   bytes of its own.
    init(_ bytes: Bytes, _ end: EndRecord) throws(ZipError) {
        var entries: [ZipEntry] = []
        entries.reserveCapacity(Int(min(end.entryCount, UInt64(end.directorySize / ZipRecord.directoryEntrySize))))
        let directoryEnd = end.directoryOffset + end.directorySize
        let upToEnd = try reading(.directoryEntry) { () throws(ByteError) in try bytes.slice(0..<directoryEnd) }
        var cursor = try reading(.directoryEntry) { () throws(ByteError) in
            var cursor = ByteCursor(upToEnd)
            try cursor.seek(to: end.directoryOffset)
            return cursor
        }
        while !cursor.isAtEnd {
            try cursor.expect(ZipRecord.directoryEntry, of: .directoryEntry)
            entries.append(try ZipEntry(&cursor, index: entries.count, directoryOffset: end.directoryOffset))
        }
        guard UInt64(entries.count) == end.entryCount else {
            throw .entryCount(declared: end.entryCount, found: entries.count)
        }
        try Self.setLimits(of: &entries)
        self.entries = entries
    }

    /// Lets the room of each entry end at the next header.
    private static func setLimits(of entries: inout [ZipEntry]) throws(ZipError) {
        let isOrdered = entries.indices.dropFirst().allSatisfy {
            entries[$0 - 1].headerOffset < entries[$0].headerOffset
        }
        if isOrdered {
            for next in entries.indices.dropFirst() { try setLimit(of: next - 1, before: next, in: &entries) }
        } else {
            let order = entries.indices.sorted { entries[$0].headerOffset < entries[$1].headerOffset }
            for (index, next) in zip(order, order.dropFirst()) { try setLimit(of: index, before: next, in: &entries) }
        }
    }

    private static func setLimit(
        of index: Int, before next: Int, in entries: inout [ZipEntry]
    ) throws(ZipError) {
        let limit = entries[next].headerOffset
        guard entries[index].leastEnd <= limit else {
            throw .overlap(first: entries[index].name, second: entries[next].name, offset: limit)
        }
        entries[index].limit = limit
    }
}

/// What a directory entry says before its name (APPNOTE.TXT 4.3.12), as it lies there.
private struct DirectoryFields {
    let flags: UInt16
    let method: UInt16
    let crc: UInt32
    let compressedSize: UInt32
    let size: UInt32
    let nameSize: UInt16
    let extraSize: UInt16
    let commentSize: UInt16
    let disk: UInt16
    let headerOffset: UInt32

    /// Reads the entry at the cursor after its signature.
    init(_ cursor: inout ByteCursor) throws(ByteError) {
        try cursor.skip(4)
        flags = try cursor.u16()
        method = try cursor.u16()
        try cursor.skip(4)
        crc = try cursor.u32()
        compressedSize = try cursor.u32()
        size = try cursor.u32()
        nameSize = try cursor.u16()
        extraSize = try cursor.u16()
        commentSize = try cursor.u16()
        disk = try cursor.u16()
        try cursor.skip(6)
        headerOffset = try cursor.u32()
    }
}

extension ZipEntry {
    /// The end of the data if the local header has no extra fields.
    fileprivate var leastEnd: Int { headerOffset + ZipRecord.localHeaderSize + nameBytes.count + compressedSize }

    /// Reads a directory entry after its signature. Its room ends at the directory until its neighbour is known.
    fileprivate init(_ cursor: inout ByteCursor, index: Int, directoryOffset: Int) throws(ZipError) {
        let offset = cursor.position - 4
        let read = try reading(.directoryEntry) { () throws(ByteError) in try DirectoryFields(&cursor) }
        let name = try reading(.directoryEntry) { () throws(ByteError) in try cursor.take(Int(read.nameSize)) }
        let extra = try reading(.directoryEntry) { () throws(ByteError) in try cursor.take(Int(read.extraSize)) }
        try reading(.directoryEntry) { () throws(ByteError) in try cursor.skip(Int(read.commentSize)) }
        guard read.disk == 0 || read.disk == 0xffff else { throw .multipleDisks }
        func checked(_ field: String, _ value: UInt64?, limit: Int) throws(ZipError) -> Int {
            if let value, let number = Int(exactly: value), number <= limit { return number }
            let flaw: ZipError.EntryFlaw =
                value.map { .outOfBounds(field: field, value: $0, limit: limit) } ?? .zip64Extra(field: field)
            throw .entry(String(decoding: name, as: UTF8.self), offset: offset, flaw)
        }
        var zip64 = Zip64Extra(extra: extra)
        let size = try checked("size", zip64.resolve(read.size), limit: .max)
        let compressedSize = try checked("compressed size", zip64.resolve(read.compressedSize), limit: directoryOffset)
        self.init(
            index: index, nameBytes: name, flags: read.flags, method: ZipMethod(code: read.method), crc: read.crc,
            compressedSize: compressedSize, size: size,
            headerOffset: try checked("header offset", zip64.resolve(read.headerOffset), limit: directoryOffset),
            limit: directoryOffset)
        guard leastEnd <= directoryOffset else {
            throw .entry(
                self.name, offset: offset,
                .outOfBounds(field: "end", value: UInt64(leastEnd), limit: directoryOffset))
        }
    }
}

import ByteIO

/// The entries of an archive, read from its central directory.
struct CentralDirectory {
    /// In the order of the directory.
    let entries: [ZipEntry]

    /// - Throws: `ZipError` unless the directory holds exactly the entries that its end record counts, each in
    ///   bytes of its own.
    init(_ bytes: Bytes, _ end: EndRecord) throws(ZipError) {
        var parsed: [ParsedEntry] = []
        parsed.reserveCapacity(Int(min(end.entryCount, UInt64(end.directorySize / ZipRecord.directoryEntrySize))))
        let directoryEnd = end.directoryOffset + end.directorySize
        let upToEnd = try reading(.directoryEntry) { () throws(ByteError) in try bytes.slice(0..<directoryEnd) }
        var offset = end.directoryOffset
        while offset < directoryEnd {
            var cursor = try upToEnd.cursor(.directoryEntry, at: offset, signature: ZipRecord.directoryEntry)
            parsed.append(try ParsedEntry(&cursor, directoryOffset: end.directoryOffset))
            offset = cursor.position
        }
        guard UInt64(parsed.count) == end.entryCount else {
            throw .entryCount(declared: end.entryCount, found: parsed.count)
        }
        let limits = try Self.limits(of: parsed, directoryOffset: end.directoryOffset)
        entries = zip(parsed.indices, parsed).map { index, entry in entry.entry(index: index, limit: limits[index]) }
    }

    /// Where the room of each entry ends: at the next header or the directory.
    private static func limits(of entries: [ParsedEntry], directoryOffset: Int) throws(ZipError) -> [Int] {
        var limits = [Int](repeating: directoryOffset, count: entries.count)
        let order = entries.indices.sorted { entries[$0].headerOffset < entries[$1].headerOffset }
        for (index, next) in zip(order, order.dropFirst()) {
            let limit = entries[next].headerOffset
            guard entries[index].leastEnd <= limit else {
                throw .overlap(first: entries[index].name, second: entries[next].name, offset: limit)
            }
            limits[index] = limit
        }
        return limits
    }
}

/// A directory entry whose neighbours are not known yet.
private struct ParsedEntry {
    let nameBytes: Bytes
    let flags: UInt16
    let method: UInt16
    let crc: UInt32
    let compressedSize: Int
    let size: Int
    let headerOffset: Int

    var name: String { String(decoding: nameBytes, as: UTF8.self) }

    /// The end of the data if the local header has no extra fields.
    var leastEnd: Int { headerOffset + ZipRecord.localHeaderSize + nameBytes.count + compressedSize }

    init(_ cursor: inout ByteCursor, directoryOffset: Int) throws(ZipError) {
        let offset = cursor.position - 4
        let read = try reading(.directoryEntry) { () throws(ByteError) in
            try cursor.skip(4)
            let flags = try cursor.u16()
            let method = try cursor.u16()
            try cursor.skip(4)
            let crc = try cursor.u32()
            let sizes = (compressed: try cursor.u32(), uncompressed: try cursor.u32())
            let lengths = (name: try cursor.u16(), extra: try cursor.u16(), comment: try cursor.u16())
            let disk = try cursor.u16()
            try cursor.skip(6)
            let headerOffset = try cursor.u32()
            let name = try cursor.take(Int(lengths.name))
            let extra = try cursor.take(Int(lengths.extra))
            try cursor.skip(Int(lengths.comment))
            return (flags, method, crc, sizes, disk, headerOffset, name, extra)
        }
        let (flags, method, crc, sizes, disk, headerOffset, nameBytes, extra) = read
        guard disk == 0 || disk == 0xffff else { throw .multipleDisks }
        self.nameBytes = nameBytes
        self.flags = flags
        self.method = method
        self.crc = crc

        func checked(_ field: String, _ value: UInt64?, limit: Int) throws(ZipError) -> Int {
            let name = String(decoding: nameBytes, as: UTF8.self)
            guard let value else { throw .entry(name, offset: offset, .zip64Extra(field: field)) }
            guard let number = Int(exactly: value), number <= limit else {
                throw .entry(name, offset: offset, .outOfBounds(field: field, value: value, limit: limit))
            }
            return number
        }
        var zip64 = Zip64Extra(extra: extra)
        size = try checked("size", zip64.resolve(sizes.uncompressed), limit: .max)
        compressedSize = try checked("compressed size", zip64.resolve(sizes.compressed), limit: directoryOffset)
        self.headerOffset = try checked("header offset", zip64.resolve(headerOffset), limit: directoryOffset)
        guard leastEnd <= directoryOffset else {
            throw .entry(
                name, offset: offset,
                .outOfBounds(field: "end", value: UInt64(leastEnd), limit: directoryOffset))
        }
    }

    func entry(index: Int, limit: Int) -> ZipEntry {
        ZipEntry(
            index: index, nameBytes: nameBytes, flags: flags, method: ZipMethod(code: method), crc: crc,
            compressedSize: compressedSize, size: size, headerOffset: headerOffset, limit: limit)
    }
}

import ByteIO

/// The entries of an archive, read from its central directory.
struct CentralDirectory {
    /// In the order of the directory.
    let entries: [ZipEntry]

    /// - Throws: `ZipError` unless the directory holds exactly the entries that its end record counts, each in
    ///   bytes of its own.
    init(_ bytes: Bytes, _ end: EndRecord) throws(ZipError) {
        var entries: [ZipEntry] = []
        entries.reserveCapacity(Int(min(end.entryCount, UInt64(end.directorySize / ZipRecord.directoryEntrySize))))
        let directoryEnd = end.directoryOffset + end.directorySize
        let upToEnd = try reading(.directoryEntry) { () throws(ByteError) in try bytes.slice(0..<directoryEnd) }
        var offset = end.directoryOffset
        while offset < directoryEnd {
            var cursor = try upToEnd.cursor(.directoryEntry, at: offset, signature: ZipRecord.directoryEntry)
            entries.append(try ZipEntry(&cursor, index: entries.count, directoryOffset: end.directoryOffset))
            offset = cursor.position
        }
        guard UInt64(entries.count) == end.entryCount else {
            throw .entryCount(declared: end.entryCount, found: entries.count)
        }
        try Self.setLimits(of: &entries)
        self.entries = entries
    }

    /// Lets the room of each entry end at the next header.
    private static func setLimits(of entries: inout [ZipEntry]) throws(ZipError) {
        let offsets = entries.map(\.headerOffset)
        let isOrdered = offsets.indices.dropFirst().allSatisfy { offsets[$0 - 1] < offsets[$0] }
        let order = isOrdered ? Array(offsets.indices) : offsets.indices.sorted { offsets[$0] < offsets[$1] }
        for (index, next) in zip(order, order.dropFirst()) {
            guard entries[index].leastEnd <= offsets[next] else {
                throw .overlap(first: entries[index].name, second: entries[next].name, offset: offsets[next])
            }
            entries[index].limit = offsets[next]
        }
    }
}

extension ZipEntry {
    /// The end of the data if the local header has no extra fields.
    fileprivate var leastEnd: Int { headerOffset + ZipRecord.localHeaderSize + nameBytes.count + compressedSize }

    /// Reads a directory entry behind its signature. Its room ends at the directory until its neighbour is known.
    fileprivate init(_ cursor: inout ByteCursor, index: Int, directoryOffset: Int) throws(ZipError) {
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
        func checked(_ field: String, _ value: UInt64?, limit: Int) throws(ZipError) -> Int {
            let name = String(decoding: nameBytes, as: UTF8.self)
            guard let value else { throw .entry(name, offset: offset, .zip64Extra(field: field)) }
            guard let number = Int(exactly: value), number <= limit else {
                throw .entry(name, offset: offset, .outOfBounds(field: field, value: value, limit: limit))
            }
            return number
        }
        var zip64 = Zip64Extra(extra: extra)
        let size = try checked("size", zip64.resolve(sizes.uncompressed), limit: .max)
        let compressedSize = try checked("compressed size", zip64.resolve(sizes.compressed), limit: directoryOffset)
        self.init(
            index: index, nameBytes: nameBytes, flags: flags, method: ZipMethod(code: method), crc: crc,
            compressedSize: compressedSize, size: size,
            headerOffset: try checked("header offset", zip64.resolve(headerOffset), limit: directoryOffset),
            limit: directoryOffset)
        guard leastEnd <= directoryOffset else {
            throw .entry(
                name, offset: offset,
                .outOfBounds(field: "end", value: UInt64(leastEnd), limit: directoryOffset))
        }
    }
}

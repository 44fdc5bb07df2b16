import ByteIO

/// What an entry of a directory says, unchecked.
struct DirectoryFacts {
    let nameBytes: Bytes
    let flags: UInt16
    let method: UInt16
    let crc: UInt32
    let compressedSize: UInt64
    let size: UInt64
    let headerOffset: UInt64
    let comment: Bytes
    /// Where the next entry begins.
    let end: Int

    var name: String { String(decoding: nameBytes, as: UTF8.self) }

    /// - Returns: nil where no entry lies at `offset`, or not a whole one.
    init?(_ bytes: Bytes, at offset: Int) {
        guard var cursor = try? bytes.cursor(.directoryEntry, at: offset, signature: ZipRecord.directoryEntry),
            let facts = try? Self.facts(&cursor)
        else { return nil }
        var zip64 = Zip64Extra(extra: facts.extra)
        (nameBytes, comment) = (facts.name, facts.comment)
        (flags, method, crc) = (facts.flags, facts.method, facts.crc)
        size = zip64.resolve(facts.size) ?? UInt64(facts.size)
        compressedSize = zip64.resolve(facts.compressedSize) ?? UInt64(facts.compressedSize)
        headerOffset = zip64.resolve(facts.headerOffset) ?? UInt64(facts.headerOffset)
        end = cursor.position
    }

    private struct Fixed {
        var flags: UInt16
        var method: UInt16
        var crc: UInt32
        var compressedSize: UInt32
        var size: UInt32
        var headerOffset: UInt32
        var name: Bytes
        var extra: Bytes
        var comment: Bytes
    }

    private static func facts(_ cursor: inout ByteCursor) throws(ByteError) -> Fixed {
        try cursor.skip(4)
        let flags = try cursor.u16()
        let method = try cursor.u16()
        try cursor.skip(4)
        let crc = try cursor.u32()
        let compressedSize = try cursor.u32()
        let size = try cursor.u32()
        let nameCount = try cursor.u16()
        let extraCount = try cursor.u16()
        let commentCount = try cursor.u16()
        try cursor.skip(8)
        let headerOffset = try cursor.u32()
        let name = try cursor.take(Int(nameCount))
        let extra = try cursor.take(Int(extraCount))
        let comment = try cursor.take(Int(commentCount))
        return Fixed(
            flags: flags, method: method, crc: crc, compressedSize: compressedSize, size: size,
            headerOffset: headerOffset, name: name, extra: extra, comment: comment)
    }
}

/// What a local header says, unchecked.
struct LocalFacts {
    let nameBytes: Bytes
    let flags: UInt16
    let method: UInt16
    let crc: UInt32
    let compressedSize: UInt64
    let size: UInt64
    let dataOffset: Int

    /// The header and what follows it.
    private let read: Bytes
    /// How long the header is.
    private let length: Int

    /// Read at once: most headers with their padding, and enough after them to tell a pickle or an archive.
    private static let readSize = 1024

    /// - Returns: nil where no header lies at `offset`, or not a whole one.
    init?(_ bytes: Bytes, at offset: Int) {
        guard offset <= bytes.count,
            let likely = try? bytes.copy(at: offset, count: min(bytes.count - offset, Self.readSize))
        else { return nil }
        if let facts = Self(likely, offset) {
            self = facts
        } else if let whole = try? bytes.slice(at: offset, count: bytes.count - offset),
            let facts = Self(whole, offset)
        {
            self = facts
        } else {
            return nil
        }
    }

    private init?(_ read: Bytes, _ offset: Int) {
        guard var cursor = try? read.cursor(.localHeader, at: 0, signature: ZipRecord.localHeader),
            (try? cursor.skip(2)) != nil, let flags = try? cursor.u16(), let method = try? cursor.u16(),
            (try? cursor.skip(4)) != nil, let crc = try? cursor.u32(), let compressedSize = try? cursor.u32(),
            let size = try? cursor.u32(), let nameCount = try? cursor.u16(), let extraCount = try? cursor.u16(),
            let name = try? cursor.take(Int(nameCount)), let extra = try? cursor.take(Int(extraCount))
        else { return nil }
        var zip64 = Zip64Extra(extra: extra)
        nameBytes = name
        (self.flags, self.method, self.crc) = (flags, method, crc)
        self.size = zip64.resolve(size) ?? UInt64(size)
        self.compressedSize = zip64.resolve(compressedSize) ?? UInt64(compressedSize)
        length = cursor.position
        dataOffset = offset + cursor.position
        self.read = read
    }

    /// What has been read of `count` bytes of data.
    func head(ofDataOf count: Int) -> Bytes {
        (try? read.slice(at: length, count: min(count, read.count - length))) ?? Bytes()
    }
}

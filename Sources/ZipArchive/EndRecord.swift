import ByteIO

/// The end of central directory: where the directory lies, from the end record or its zip64 twin.
struct EndRecord: Equatable {
    var entryCount: UInt64
    var directoryOffset: Int
    var directorySize: Int
    var comment: Bytes

    /// Finds and checks the end records.
    /// - Throws: `ZipError` unless the directory, the zip64 records (if any), the end record and its comment
    ///   follow each other without a gap up to the end of `bytes`.
    init(_ bytes: Bytes) throws(ZipError) {
        let offset = try Self.locate(in: bytes)
        let fields = try Fields(bytes, at: offset)
        if let small = Self(fields, endingAt: offset) {
            self = small
            return
        }
        guard let zip64 = try Zip64EndRecord(bytes, before: offset) else { throw fields.misplaced(endingAt: offset) }
        try fields.check(against: zip64.fields)
        guard var large = Self(zip64.fields, endingAt: zip64.offset) else {
            throw zip64.fields.misplaced(endingAt: zip64.offset)
        }
        large.comment = fields.comment
        self = large
    }

    /// - Returns: nil unless the directory ends at `end`.
    private init?(_ fields: Fields, endingAt end: Int) {
        guard let size = Int(exactly: fields.directorySize), size <= end, fields.directoryOffset == UInt64(end - size)
        else { return nil }
        entryCount = fields.entryCount
        directoryOffset = end - size
        directorySize = size
        comment = fields.comment
    }

    /// The offset of the end record: of its signatures in the last 64 kB, the one nearest to the end decides,
    /// as for the readers of PyTorch and Python.
    private static func locate(in bytes: Bytes) throws(ZipError) -> Int {
        let last = bytes.count - ZipRecord.endSize
        guard last >= 0 else { throw .noEndRecord(size: bytes.count) }
        let found = bytes.withUnsafeBytes { buffer in
            stride(from: last, through: max(0, last - 0xffff), by: -1).first { offset in
                UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) == ZipRecord.end
            }
        }
        guard let found else { throw .noEndRecord(size: bytes.count) }
        return found
    }

    /// The numbers that both end records carry.
    struct Fields: Equatable {
        var entryCount: UInt64
        var directorySize: UInt64
        var directoryOffset: UInt64
        var comment = Bytes()

        /// Reads the end record at `offset`, which must reach exactly to the end of `bytes`.
        init(_ bytes: Bytes, at offset: Int) throws(ZipError) {
            var cursor = try bytes.cursor(.end, at: offset, signature: ZipRecord.end)
            let read = try reading(.end) { () throws(ByteError) in
                (
                    disk: try cursor.u16(), directoryDisk: try cursor.u16(),
                    here: try cursor.u16(), total: try cursor.u16(),
                    size: try cursor.u32(), offset: try cursor.u32(),
                    comment: Int(try cursor.u16())
                )
            }
            guard cursor.remaining == read.comment else {
                throw .commentSize(offset: offset, declared: read.comment, found: cursor.remaining)
            }
            guard read.here == read.total, [0, 0xffff].contains(read.disk), [0, 0xffff].contains(read.directoryDisk)
            else { throw .multipleDisks }
            entryCount = UInt64(read.total)
            directorySize = UInt64(read.size)
            directoryOffset = UInt64(read.offset)
            comment = try reading(.end) { () throws(ByteError) in try cursor.take(read.comment) }
        }

        init(entryCount: UInt64, directorySize: UInt64, directoryOffset: UInt64) {
            self.entryCount = entryCount
            self.directorySize = directorySize
            self.directoryOffset = directoryOffset
        }

        /// - Throws: `ZipError.endRecordsDisagree` for a field that is neither left to the zip64 record nor equal.
        func check(against zip64: Fields) throws(ZipError) {
            try Self.check("number of entries", entryCount, zip64.entryCount, ZipRecord.saturated16)
            try Self.check("size of the directory", directorySize, zip64.directorySize, ZipRecord.saturated32)
            try Self.check("offset of the directory", directoryOffset, zip64.directoryOffset, ZipRecord.saturated32)
        }

        private static func check(
            _ field: String, _ small: UInt64, _ large: UInt64, _ saturated: UInt64
        ) throws(ZipError) {
            guard small == large || small == saturated else {
                throw .endRecordsDisagree(field: field, end: small, zip64: large)
            }
        }

        func misplaced(endingAt end: Int) -> ZipError {
            .directoryExtent(offset: directoryOffset, size: directorySize, end: end)
        }
    }
}

/// The zip64 end record, found through the locator that precedes the end record.
struct Zip64EndRecord: Equatable {
    let offset: Int
    let fields: EndRecord.Fields

    /// - Returns: nil if no locator lies right before `end`.
    init?(_ bytes: Bytes, before end: Int) throws(ZipError) {
        let locatorOffset = end - ZipRecord.zip64LocatorSize
        guard let signature = try? bytes.load(UInt32.self, at: locatorOffset), signature == ZipRecord.zip64Locator
        else { return nil }
        var cursor = try bytes.cursor(.zip64Locator, at: locatorOffset, signature: ZipRecord.zip64Locator)
        let locator = try reading(.zip64Locator) { () throws(ByteError) in
            (disk: try cursor.u32(), offset: try cursor.u64(), disks: try cursor.u32())
        }
        guard locator.disk == 0, locator.disks <= 1 else { throw .multipleDisks }
        guard let offset = Int(exactly: locator.offset), offset <= locatorOffset - ZipRecord.zip64EndSize else {
            throw .zip64EndOffset(locator.offset, limit: locatorOffset - ZipRecord.zip64EndSize)
        }
        cursor = try bytes.cursor(.zip64End, at: offset, signature: ZipRecord.zip64End)
        let read = try reading(.zip64End) { () throws(ByteError) in
            (
                recordSize: try cursor.u64(), versions: try cursor.u32(),
                disk: try cursor.u32(), directoryDisk: try cursor.u32(),
                here: try cursor.u64(), total: try cursor.u64(),
                size: try cursor.u64(), offset: try cursor.u64()
            )
        }
        // The size counts what follows it.
        guard read.recordSize == UInt64(locatorOffset - offset - 12) else {
            throw .zip64EndSize(read.recordSize, found: locatorOffset - offset - 12)
        }
        guard read.here == read.total, read.disk == 0, read.directoryDisk == 0 else { throw .multipleDisks }
        self.offset = offset
        self.fields = EndRecord.Fields(
            entryCount: read.total, directorySize: read.size, directoryOffset: read.offset)
    }
}

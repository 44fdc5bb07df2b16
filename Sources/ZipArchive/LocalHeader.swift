import ByteIO

/// What precedes an entry's data and repeats its directory entry, or leaves it out.
struct LocalHeader {
    let nameBytes: Bytes
    let flags: UInt16
    let method: UInt16
    let crc: UInt32
    /// nil if the header leaves the number to a zip64 field that it lacks.
    let size: UInt64?
    let compressedSize: UInt64?
    /// The offset of the first byte after the header.
    let dataOffset: Int

    /// - Parameter inPlace: whether the header is read where it lies; else it is copied: in place, each header of a
    ///   large file would make 64 kB around it resident.
    init(_ archive: Bytes, at offset: Int, inPlace: Bool = false) throws(ZipError) {
        let header = try Self.bytes(of: archive, at: offset, inPlace: inPlace)
        let read = try reading(.localHeader) { () throws(ByteError) in
            var cursor = ByteCursor(header)
            try cursor.skip(6)
            let flags = try cursor.u16()
            let method = try cursor.u16()
            try cursor.skip(4)
            let crc = try cursor.u32()
            let sizes = (compressed: try cursor.u32(), uncompressed: try cursor.u32())
            let lengths = (name: try cursor.u16(), extra: try cursor.u16())
            let name = try cursor.take(Int(lengths.name))
            let extra = try cursor.take(Int(lengths.extra))
            return (flags, method, crc, sizes, name, extra)
        }
        let (flags, method, crc, sizes, nameBytes, extra) = read
        self.nameBytes = nameBytes
        self.flags = flags
        self.method = method
        self.crc = crc
        var zip64 = Zip64Extra(extra: extra)
        size = zip64.resolve(sizes.uncompressed)
        compressedSize = zip64.resolve(sizes.compressed)
        dataOffset = offset + header.count
    }

    /// The header at `offset` with its name and extra fields.
    private static func bytes(of archive: Bytes, at offset: Int, inPlace: Bool) throws(ZipError) -> Bytes {
        func bytes(_ count: Int) throws(ByteError) -> Bytes {
            try inPlace ? archive.slice(at: offset, count: count) : archive.copy(at: offset, count: count)
        }
        let likely = try reading(.localHeader) { () throws(ByteError) in
            try bytes(min(max(archive.count - offset, 0), 256))
        }
        let found = try reading(.localHeader) { () throws(ByteError) in try likely.load(UInt32.self, at: 0) }
        guard found == ZipRecord.localHeader else { throw .badSignature(.localHeader, offset: offset, found: found) }
        return try reading(.localHeader) { () throws(ByteError) in
            let nameCount = Int(try likely.load(UInt16.self, at: 26))
            let extraCount = Int(try likely.load(UInt16.self, at: 28))
            let count = ZipRecord.localHeaderSize + nameCount + extraCount
            return count <= likely.count
                ? try likely.slice(at: 0, count: count) : try bytes(count)
        }
    }

    /// Numbers that a descriptor gives later may be 0 here, as PyTorch writes them.
    func check(against entry: ZipEntry) throws(ZipError.EntryFlaw) {
        guard nameBytes == entry.nameBytes else { throw .localName(String(decoding: nameBytes, as: UTF8.self)) }
        try check("compression method", UInt64(entry.method.code), UInt64(method), mayBeZero: false)
        try check("encryption flag", UInt64(entry.flags & 1), UInt64(flags & 1), mayBeZero: false)
        let isLate = flags & ZipRecord.hasDescriptor != 0
        try check("CRC-32", UInt64(entry.crc), UInt64(crc), mayBeZero: isLate)
        try check("size", UInt64(entry.size), size, mayBeZero: isLate)
        try check("compressed size", UInt64(entry.compressedSize), compressedSize, mayBeZero: isLate)
    }

    private func check(
        _ field: String, _ directory: UInt64, _ local: UInt64?, mayBeZero: Bool
    ) throws(ZipError.EntryFlaw) {
        guard let local else { throw .zip64Extra(field: field) }
        guard local == directory || (mayBeZero && local == 0) else {
            throw .localMismatch(field: field, directory: directory, local: local)
        }
    }
}

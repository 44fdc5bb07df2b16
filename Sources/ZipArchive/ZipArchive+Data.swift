import ByteIO

extension ZipArchive {
    /// The data of an entry: a slice of the archive if stored, else unpacked anew by each call.
    ///
    /// The CRC is not checked; `verifyChecksum(of:)` does that.
    /// - Throws: `ZipError.entry` if the local header disagrees with the directory, for encrypted and otherwise
    ///   packed entries, and for data that doesn't unpack to the declared size.
    public func data(of entry: ZipEntry) throws(ZipError) -> Bytes {
        let packed = try packedData(of: entry)
        switch entry.method {
        case .stored:
            guard entry.compressedSize == entry.size else {
                throw flaw(.storedSize(compressed: entry.compressedSize, uncompressed: entry.size), entry)
            }
            return packed
        case .deflate:
            do throws(ZipError.EntryFlaw) {
                return try inflate(packed, to: entry.size)
            } catch {
                throw flaw(error, entry)
            }
        case .other(let code):
            throw flaw(.unsupportedMethod(code), entry)
        }
    }

    /// What `verifyChecksum(of:)` found.
    public enum Checksum: Sendable {
        case matches
        /// The writer left the CRC out: it is 0, and the data is not empty.
        case notComputed
    }

    /// Reads an entry's data whole and compares its CRC-32 with the directory's.
    /// - Throws: `ZipError.entry` as `data(of:)`, and with `checksum` if the CRCs differ.
    @discardableResult
    public func verifyChecksum(of entry: ZipEntry) throws(ZipError) -> Checksum {
        let data = try data(of: entry)
        guard entry.hasChecksum else { return .notComputed }
        let found = data.crc32()
        guard found == entry.crc else { throw flaw(.checksum(declared: entry.crc, found: found), entry) }
        return .matches
    }

    /// The data of an entry as it lies in the archive.
    private func packedData(of entry: ZipEntry) throws(ZipError) -> Bytes {
        guard !entry.isEncrypted else { throw flaw(.encrypted, entry) }
        let local = try LocalHeader(bytes, at: entry.headerOffset)
        do throws(ZipError.EntryFlaw) {
            try local.check(against: entry)
        } catch {
            throw flaw(error, entry)
        }
        guard local.dataOffset <= entry.limit, entry.compressedSize <= entry.limit - local.dataOffset else {
            throw flaw(
                .outOfBounds(
                    field: "compressed size", value: UInt64(entry.compressedSize),
                    limit: max(entry.limit - local.dataOffset, 0)),
                entry)
        }
        return try reading(.localHeader) { () throws(ByteError) in
            try bytes.slice(at: local.dataOffset, count: entry.compressedSize)
        }
    }

    private func flaw(_ flaw: ZipError.EntryFlaw, _ entry: ZipEntry) -> ZipError {
        .entry(entry.name, offset: entry.headerOffset, flaw)
    }
}

import ByteIO

extension ZipArchive {
    /// The data of an entry: a slice of the archive if stored, else unpacked anew by each call.
    ///
    /// The CRC is not checked; `verifyChecksum(of:)` does that.
    /// - Throws: `ZipError.entry` if the local header disagrees with the directory, for encrypted and otherwise
    ///   packed entries, and for data that doesn't unpack to the declared size.
    /// - Parameter inPlace: for a caller who goes on to read the data where they lie and then releases them: so is the
    ///   header read then. Else nothing of a mapped file stays in memory.
    package func data(of entry: ZipEntry, inPlace: Bool = false) throws(ZipError) -> Bytes {
        let packed = try packedData(of: entry, inPlace: inPlace)
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

    /// The first `count` bytes of an entry's data, or all of it if it is shorter: no more than that is unpacked.
    /// - Throws: as `data(of:)`.
    package func prefix(of entry: ZipEntry, count: Int) throws(ZipError) -> Bytes {
        let count = min(count, entry.size)
        guard entry.method == .deflate else {
            let data = try data(of: entry)
            return (try? data.slice(at: 0, count: count)) ?? data
        }
        let packed = try packedData(of: entry)
        do throws(ZipError.EntryFlaw) {
            return try inflate(packed, first: count)
        } catch {
            throw flaw(error, entry)
        }
    }

    /// The data of an entry, its CRC-32 compared with the directory's where that has one.
    /// - Throws: as `data(of:)`, and `ZipError.entry` with `checksum` if the CRCs differ.
    package func verifiedData(of entry: ZipEntry) throws(ZipError) -> Bytes {
        let data = try data(of: entry)
        guard entry.hasChecksum else { return data }
        let found = data.crc32()
        guard found == entry.crc else { throw flaw(.checksum(declared: entry.crc, found: found), entry) }
        return data
    }

    /// What `verifyChecksum(of:)` found.
    package enum Checksum: Sendable {
        case matches
        /// The writer left the CRC out: it is 0, and the data is not empty.
        case notComputed
    }

    /// Reads an entry's data whole and compares its CRC-32 with the directory's.
    /// - Throws: `ZipError.entry` as `data(of:)`, and with `checksum` if the CRCs differ.
    @discardableResult
    package func verifyChecksum(of entry: ZipEntry) throws(ZipError) -> Checksum {
        _ = try verifiedData(of: entry)
        return entry.hasChecksum ? .matches : .notComputed
    }

    /// Checks that behind an entry's data lies the descriptor that its flags announce, with the figures of the
    /// directory, and that nothing follows before the next entry or the directory.
    func checkEnd(of entry: ZipEntry) throws(ZipError) {
        let local = try localHeader(of: entry)
        var end = local.dataOffset + entry.compressedSize
        if local.flags & ZipRecord.hasDescriptor != 0 {
            guard let count = descriptorSize(of: entry, at: end) else { throw flaw(.descriptor, entry) }
            end += count
        }
        guard end >= entry.limit else { throw flaw(.strayBytes(count: entry.limit - end, offset: end), entry) }
    }

    /// The size of the descriptor at `offset`, or nil if none with the entry's figures is there. Its signature may be
    /// missing (APPNOTE.TXT 4.3.9.3), and its sizes may take 4 or 8 bytes.
    private func descriptorSize(of entry: ZipEntry, at offset: Int) -> Int? {
        guard let found = try? bytes.copy(at: offset, count: min(24, max(entry.limit - offset, 0))) else { return nil }
        let signature = (try? found.load(UInt32.self, at: 0)) == ZipRecord.dataDescriptor
        for start in signature ? [4, 0] : [0] {
            guard let crc = try? found.load(UInt32.self, at: start), crc == entry.crc else { continue }
            if let packed = try? found.load(UInt64.self, at: start + 4), packed == entry.compressedSize,
                let size = try? found.load(UInt64.self, at: start + 12), size == entry.size
            {
                return start + 20
            }
            if let packed = try? found.load(UInt32.self, at: start + 4), packed == entry.compressedSize,
                let size = try? found.load(UInt32.self, at: start + 8), size == entry.size
            {
                return start + 12
            }
        }
        return nil
    }

    /// The data of an entry as it lies in the archive.
    private func packedData(of entry: ZipEntry, inPlace: Bool = false) throws(ZipError) -> Bytes {
        let local = try localHeader(of: entry, inPlace: inPlace)
        return try reading(.localHeader) { () throws(ByteError) in
            try bytes.slice(at: local.dataOffset, count: entry.compressedSize)
        }
    }

    /// The local header of an entry, which agrees with the directory.
    private func localHeader(of entry: ZipEntry, inPlace: Bool = false) throws(ZipError) -> LocalHeader {
        guard !entry.isEncrypted else { throw flaw(.encrypted, entry) }
        let local = try LocalHeader(bytes, at: entry.headerOffset, inPlace: inPlace)
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
        return local
    }

    private func flaw(_ flaw: ZipError.EntryFlaw, _ entry: ZipEntry) -> ZipError {
        .entry(entry.name, offset: entry.headerOffset, flaw)
    }
}

import ByteIO

/// What reading every byte of an archive shows.
package struct ArchiveCheck: Sendable {
    package struct Finding: Sendable, Equatable {
        /// The index of the entry; nil for bytes that belong to none.
        package let entry: Int?
        package let error: ZipError
    }

    /// The findings, in the order of the directory.
    package let findings: [Finding]
    /// The entries with data whose writer left the CRC out.
    package let entriesWithoutChecksum: Int
    /// The unpacked bytes of all entries.
    package let byteCount: Int

    /// Reads the archive whole, on all processors, and compares each entry's data with its CRC, its local header and
    /// its descriptor with the directory. What is not read of the file afterwards belongs to nobody: bytes before the
    /// first entry, and between two.
    package init(_ zip: ZipArchive) {
        let parts = Self.parts(of: zip)
        let results = concurrentMap(parts.count) { parts[$0].read(zip) }
        var findings: [Finding] = []
        if zip.leadingBytes > 0 {
            findings.append(Finding(entry: nil, error: .leadingBytes(zip.leadingBytes)))
        }
        for entry in zip.duplicates {
            findings.append(
                Finding(entry: entry.index, error: .entry(entry.name, offset: entry.headerOffset, .duplicateName)))
        }
        var index = 0
        while index < parts.count {
            let entry = zip.entries[parts[index].entry]
            var whole = results[index]
            index += 1
            while index < parts.count, parts[index].entry == entry.index {
                whole.append(results[index])
                index += 1
            }
            if whole.error == nil, entry.hasChecksum, whole.checksum.value != entry.crc {
                whole.error = .checksum(declared: entry.crc, found: whole.checksum.value)
            }
            if let error = whole.error {
                let error = ZipError.entry(entry.name, offset: entry.headerOffset, error)
                findings.append(Finding(entry: entry.index, error: error))
            }
        }
        self.findings = findings.sorted { ($0.entry ?? -1) < ($1.entry ?? -1) }
        entriesWithoutChecksum = zip.entries.count { !$0.hasChecksum }
        byteCount = zip.entries.reduce(0) { $0 &+ $1.size }
    }

    /// So much of a stored entry is one thread's share.
    private static let partSize = 1 << 23

    private static func parts(of zip: ZipArchive) -> [EntryPart] {
        var parts: [EntryPart] = []
        parts.reserveCapacity(zip.entries.count)
        for entry in zip.entries {
            let isSplit = entry.method == .stored && entry.size > partSize
            let size = isSplit ? partSize : max(entry.size, 1)
            for start in stride(from: 0, to: max(entry.size, 1), by: size) {
                parts.append(EntryPart(entry: entry.index, start: start, count: min(size, entry.size - start)))
            }
        }
        return parts
    }
}

/// A run of an entry's data.
private struct EntryPart: Sendable {
    let entry: Int
    let start: Int
    let count: Int

    struct Result: Sendable {
        var checksum = CRC32()
        var error: ZipError.EntryFlaw?

        /// Appends the next part of the same entry.
        mutating func append(_ next: Result) {
            checksum.append(next.checksum)
            error = error ?? next.error
        }
    }

    func read(_ zip: ZipArchive) -> Result {
        let entry = zip.entries[entry]
        var result = Result()
        do throws(ZipError) {
            let data = try zip.data(of: entry)
            guard let part = try? data.slice(at: start, count: count) else { return result }
            part.forEachChunk { result.checksum.update($0) }
            if start == 0 { try zip.checkEnd(of: entry) }
        } catch .entry(_, _, let flaw) {
            result.error = flaw
        } catch {
            result.error = .unreadable(error.description)
        }
        return result
    }
}

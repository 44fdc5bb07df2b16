import ByteIO

/// A zip archive, read from its central directory. Opening one reads the directory only.
///
/// Stricter than most readers, so that a damaged archive never passes for a shorter one: the directory must
/// hold exactly the entries that the end record counts, nothing may overlap or follow, and local headers must
/// agree with the directory.
package struct ZipArchive: Sendable {
    package let bytes: Bytes
    /// In the order of the directory. Names may repeat.
    package let entries: [ZipEntry]
    package let comment: Bytes
    /// The entries whose name an earlier entry has already, in the order of the directory.
    package let duplicates: [ZipEntry]
    private let duplicateNames: Set<Bytes>
    private let names: EntryNames

    /// - Throws: `ZipError` for bytes that are not a zip archive or a damaged one.
    package init(_ bytes: Bytes) throws(ZipError) {
        let end = try EndRecord(bytes)
        let directory = try CentralDirectory(bytes, end)
        self.bytes = bytes
        self.entries = directory.entries
        self.comment = end.comment
        var duplicates: [ZipEntry] = []
        self.names = EntryNames(entries, duplicates: &duplicates)
        self.duplicates = duplicates
        duplicateNames = Set(duplicates.map(\.nameBytes))
    }

    /// True if `bytes` begin as a zip archive does: with a local header, or with the end of an empty archive.
    package static func hasSignature(_ bytes: Bytes) -> Bool {
        guard let signature = try? bytes.load(UInt32.self, at: 0) else { return false }
        return signature == ZipRecord.localHeader || signature == ZipRecord.end
    }

    /// All entries of that name, in the order of the directory.
    package func entries(named name: Bytes) -> [ZipEntry] {
        guard let first = entry(named: name) else { return [] }
        return duplicateNames.contains(name) ? [first] + duplicates.filter { $0.nameBytes == name } : [first]
    }

    /// The first entry of that name.
    package func entry(named name: Bytes) -> ZipEntry? {
        names.firstIndex(of: name, in: entries).map { entries[$0] }
    }

    /// The first entry of that name.
    package func entry(named name: String) -> ZipEntry? { entry(named: Bytes(utf8: name)) }

    /// How many bytes precede the first entry. None do in a file that a zip writer made.
    package var leadingBytes: Int { entries.map(\.headerOffset).min() ?? 0 }
}

import ByteIO

/// A tar archive: ustar and what preceded it, with GNU's and POSIX's (pax) long names. Opening one reads the
/// headers only.
///
/// Stricter than most readers, so that a damaged archive never passes for a shorter one: every header's checksum
/// must hold, every member must lie whole in the archive, and nothing but zeros may follow its end.
package struct TarArchive: Sendable {
    package let bytes: Bytes
    /// In the order of the archive. Names may repeat.
    package let entries: [TarEntry]
    /// What ended the reading of a damaged archive; nil for a whole one.
    package let damage: TarError?

    /// - Throws: `TarError` for bytes that are not a tar archive or a damaged one.
    package init(_ bytes: Bytes) throws(TarError) {
        self.init(salvaging: bytes)
        if let damage { throw damage }
    }

    /// Reads as many entries as stand before the first damage.
    package init(salvaging bytes: Bytes) {
        var reader = TarReader(bytes)
        var damage: TarError?
        do throws(TarError) { try reader.read() } catch { damage = error }
        self.bytes = bytes
        self.entries = reader.entries
        self.damage = damage
    }

    /// True if `bytes` begin with a tar header whose checksum holds. Old archives have no other signature.
    package static func hasSignature(_ bytes: Bytes) -> Bool {
        guard let block = try? bytes.slice(at: 0, count: TarHeader.blockSize) else { return false }
        return (try? TarHeader.verifyChecksum(block, offset: 0)) != nil
    }

    /// All entries of that name, in the order of the archive.
    package func entries(named name: String) -> [TarEntry] {
        entries.filter { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// The data of an entry, not copied.
    /// - Precondition: `entry` is of this archive.
    package func data(of entry: TarEntry) -> Bytes {
        (try? bytes.slice(at: entry.dataOffset, count: entry.size)) ?? Bytes()
    }
}

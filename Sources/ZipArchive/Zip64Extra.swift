import ByteIO

/// The numbers of an entry's zip64 extra field (APPNOTE.TXT 4.5.3), taken in order by the fields that need them.
struct Zip64Extra {
    private var values: ByteCursor?

    /// Finds the zip64 field among the extra fields of an entry. Extra data that doesn't parse ends the search.
    init(extra: Bytes) {
        var cursor = ByteCursor(extra)
        while let id = try? cursor.u16(), let size = try? cursor.u16(), let data = try? cursor.take(Int(size)) {
            if id == ZipRecord.zip64Extra {
                values = ByteCursor(data)
                return
            }
        }
    }

    /// The value of a field: as its 32 bits say, or the next number here if they are saturated.
    /// - Returns: nil if there is no next number.
    mutating func resolve(_ value: UInt32) -> UInt64? {
        guard UInt64(value) == ZipRecord.saturated32 else { return UInt64(value) }
        return try? values?.u64()
    }
}

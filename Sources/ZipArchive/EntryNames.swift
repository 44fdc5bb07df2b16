import ByteIO

/// Finds an entry by its name.
struct EntryNames: Sendable {
    /// The entries by name; the first of several with one name.
    private var table: PositionTable

    /// - Parameter duplicates: gets the entries whose name an earlier one has, in their order.
    init(_ entries: [ZipEntry], duplicates: inout [ZipEntry]) {
        table = PositionTable(capacity: entries.count)
        for index in entries.indices {
            let earlier = table.earlierPosition(hash: Self.hash(entries[index].nameBytes), orEnterAt: index) {
                entries[$0].nameBytes == entries[index].nameBytes
            }
            if earlier != nil { duplicates.append(entries[index]) }
        }
    }

    /// The index of the first entry of that name.
    /// - Parameter entries: those that the names were taken of.
    func firstIndex(of name: Bytes, in entries: [ZipEntry]) -> Int? {
        table.position(hash: Self.hash(name)) { entries[$0].nameBytes == name }
    }

    private static func hash(_ name: Bytes) -> UInt64 { name.withUnsafeBytes { ByteHash.hash($0) } }
}

import ByteIO

/// Finds an entry by its name.
struct EntryNames: Sendable {
    /// Indices of entries, −1 where free; a power of two of them, at most half of them taken. Of entries of one name
    /// the first is here.
    private var slots: [Int]

    /// - Parameter duplicates: gets the entries whose name an earlier one has, in their order.
    init(_ entries: [ZipEntry], duplicates: inout [ZipEntry]) {
        var size = 16
        while size < 2 * entries.count { size *= 2 }
        slots = [Int](repeating: -1, count: size)
        for index in entries.indices {
            let slot = slot(of: entries[index].nameBytes, in: entries)
            if slots[slot] < 0 { slots[slot] = index } else { duplicates.append(entries[index]) }
        }
    }

    /// The index of the first entry of that name.
    /// - Parameter entries: those that the names were taken of.
    func firstIndex(of name: Bytes, in entries: [ZipEntry]) -> Int? {
        let index = slots[slot(of: name, in: entries)]
        return index < 0 ? nil : index
    }

    /// The slot that holds the name, or the free one that it would take.
    private func slot(of name: Bytes, in entries: [ZipEntry]) -> Int {
        var slot = Int(truncatingIfNeeded: name.withUnsafeBytes { ByteHash.hash($0) }) & (slots.count - 1)
        while slots[slot] >= 0, entries[slots[slot]].nameBytes != name { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }
}

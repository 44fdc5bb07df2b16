import ByteIO

/// The first position of each of many strings, compared by their UTF-8: a dictionary for the one question that
/// opening a checkpoint asks once for each of its keys.
struct KeyTable {
    private struct Item {
        let text: String
        let hash: UInt64
        let position: Int
    }

    private var items: [Item] = []
    /// Indices into `items`, −1 where free; a power of two of them, at most half of them taken.
    private var slots: [Int32]

    init(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
        items.reserveCapacity(capacity)
    }

    /// The position under which `text` was entered before; if it was not, enters it under `position`.
    mutating func earlierPosition(of text: String, orEnterAt position: Int) -> Int? {
        let hash = Self.hash(text)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let item = items[Int(slots[slot])]
            if item.hash == hash, item.text.utf8.elementsEqual(text.utf8) { return item.position }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = Int32(items.count)
        items.append(Item(text: text, hash: hash, position: position))
        if items.count * 2 > slots.count { grow() }
        return nil
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        for (index, item) in items.enumerated() {
            var slot = Int(truncatingIfNeeded: item.hash) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(index)
        }
    }

    private static func hash(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { ByteHash.hash(UnsafeRawBufferPointer($0)) }
    }
}

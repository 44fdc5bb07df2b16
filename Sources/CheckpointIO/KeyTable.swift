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

    /// Differs from run to run, so that no file can be made whose keys all collide.
    private static let seed = UInt64.random(in: .min ... .max)

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

    /// Folded 128-bit products of 8 bytes at a time, as in wyhash.
    private static func hash(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { utf8 in
            let bytes = UnsafeRawBufferPointer(utf8)
            var hash = seed ^ UInt64(bytes.count)
            var offset = 0
            while offset + 8 <= bytes.count {
                hash = mix(hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                offset += 8
            }
            var rest: UInt64 = 0
            while offset < bytes.count {
                rest = rest << 8 | UInt64(bytes[offset])
                offset += 1
            }
            return mix(hash ^ rest)
        }
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15 ^ seed | 1)
        return product.high ^ product.low
    }
}

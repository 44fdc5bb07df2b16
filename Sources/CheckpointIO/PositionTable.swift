/// Positions of things by their hashes: for whoever has the things themselves at hand.
struct PositionTable {
    private struct Slot {
        /// The upper half of the hash.
        var hash: UInt32
        /// −1 where free.
        var position: Int32
    }

    /// A power of two of them, at most half of them taken.
    private var slots: [Slot]
    private var count = 0

    init(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        slots = [Slot](repeating: Slot(hash: 0, position: -1), count: size)
    }

    /// The position under which an equal thing was entered before; if none was, enters this one under `position`.
    /// - Parameters:
    ///   - position: below 2³¹.
    ///   - isEqual: whether what was entered under a position is equal. Called for equal hashes only.
    @inline(__always)
    mutating func earlierPosition(
        hash: UInt64, orEnterAt position: Int, isEqual: (_ position: Int) -> Bool
    ) -> Int? {
        let tag = UInt32(truncatingIfNeeded: hash >> 32)
        var index = Int(tag) & (slots.count - 1)
        while slots[index].position >= 0 {
            let slot = slots[index]
            if slot.hash == tag, isEqual(Int(slot.position)) { return Int(slot.position) }
            index = (index + 1) & (slots.count - 1)
        }
        slots[index] = Slot(hash: tag, position: Int32(position))
        count += 1
        if count * 2 > slots.count { grow() }
        return nil
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Slot(hash: 0, position: -1), count: old.count * 2)
        for slot in old where slot.position >= 0 {
            var index = Int(slot.hash) & (slots.count - 1)
            while slots[index].position >= 0 { index = (index + 1) & (slots.count - 1) }
            slots[index] = slot
        }
    }
}

/// Positions of things by their hashes: a dictionary for whoever has the things themselves at hand.
public struct PositionTable: Sendable {
    @usableFromInline
    struct Slot: Sendable {
        /// The upper half of the hash.
        @usableFromInline var hash: UInt32
        /// −1 where free.
        @usableFromInline var position: Int

        @inlinable
        init(hash: UInt32 = 0, position: Int = -1) {
            self.hash = hash
            self.position = position
        }
    }

    /// A power of two of them, at most half of them taken.
    @usableFromInline var slots: [Slot]
    @usableFromInline var count = 0

    /// - Parameter capacity: about how many things there will be.
    public init(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        slots = [Slot](repeating: Slot(), count: size)
    }

    /// The position under which an equal thing was entered.
    /// - Parameter isEqual: whether what was entered under a position is equal. Called for equal hashes only.
    @inlinable
    public func position(hash: UInt64, isEqual: (_ position: Int) -> Bool) -> Int? {
        let found = slots[slot(hash, isEqual)].position
        return found < 0 ? nil : found
    }

    /// The position under which an equal thing was entered before; if none was, enters this one under `position`.
    @inlinable
    public mutating func earlierPosition(
        hash: UInt64, orEnterAt position: Int, isEqual: (_ position: Int) -> Bool
    ) -> Int? {
        let slot = slot(hash, isEqual)
        let found = slots[slot].position
        if found >= 0 { return found }
        slots[slot] = Slot(hash: Self.tag(hash), position: position)
        count += 1
        if count * 2 > slots.count { grow() }
        return nil
    }

    /// The slot that holds an equal thing, or the free one that it would take.
    @inlinable
    func slot(_ hash: UInt64, _ isEqual: (_ position: Int) -> Bool) -> Int {
        let tag = Self.tag(hash)
        var index = Int(tag) & (slots.count - 1)
        while slots[index].position >= 0 {
            if slots[index].hash == tag, isEqual(slots[index].position) { break }
            index = (index + 1) & (slots.count - 1)
        }
        return index
    }

    @inlinable
    static func tag(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) }

    @usableFromInline
    mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Slot(), count: old.count * 2)
        for slot in old where slot.position >= 0 {
            var index = Int(slot.hash) & (slots.count - 1)
            while slots[index].position >= 0 { index = (index + 1) & (slots.count - 1) }
            slots[index] = slot
        }
    }
}

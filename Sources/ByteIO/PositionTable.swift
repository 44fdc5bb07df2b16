/// Positions of things by their hashes: a dictionary for whoever has the things themselves at hand.
///
/// A slot takes 8 bytes, so that the table of ten thousand things stays in a processor's cache: positions are below
/// 2³² − 1.
package struct PositionTable: Sendable {
    @usableFromInline
    struct Slot: Sendable {
        /// The upper half of the hash.
        @usableFromInline var hash: UInt32
        /// The greatest number where the slot is free.
        @usableFromInline var position: UInt32

        @inlinable
        init(hash: UInt32 = 0, position: UInt32 = .max) {
            self.hash = hash
            self.position = position
        }

        @inlinable
        var isFree: Bool { position == .max }
    }

    /// A power of two of them, at most half of them taken.
    @usableFromInline var slots: [Slot]
    @usableFromInline var count = 0

    /// - Parameter capacity: about how many things there will be.
    package init(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        slots = [Slot](repeating: Slot(), count: size)
    }

    /// The position under which an equal thing was entered.
    /// - Parameter isEqual: whether what was entered under a position is equal. Called for equal hashes only.
    @inlinable
    package func position(hash: UInt64, isEqual: (_ position: Int) -> Bool) -> Int? {
        let found = slots[slot(hash, isEqual)]
        return found.isFree ? nil : Int(found.position)
    }

    /// The position under which an equal thing was entered before; if none was, enters this one under `position`.
    @inlinable
    package mutating func earlierPosition(
        hash: UInt64, orEnterAt position: Int, isEqual: (_ position: Int) -> Bool
    ) -> Int? {
        let slot = slot(hash, isEqual)
        let found = slots[slot]
        if !found.isFree { return Int(found.position) }
        slots[slot] = Slot(hash: Self.tag(hash), position: UInt32(position))
        count += 1
        if count * 2 > slots.count { grow() }
        return nil
    }

    /// The slot that holds an equal thing, or the free one that it would take.
    @inlinable
    func slot(_ hash: UInt64, _ isEqual: (_ position: Int) -> Bool) -> Int {
        let tag = Self.tag(hash)
        var index = Int(tag) & (slots.count - 1)
        while !slots[index].isFree {
            if slots[index].hash == tag, isEqual(Int(slots[index].position)) { break }
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
        for slot in old where !slot.isFree {
            var index = Int(slot.hash) & (slots.count - 1)
            while !slots[index].isFree { index = (index + 1) & (slots.count - 1) }
            slots[index] = slot
        }
    }
}

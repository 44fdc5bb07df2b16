import Pickle

/// Lists of integers of which many are equal, such as the shapes of a checkpoint's tensors: equal ones mostly share
/// their memory.
struct SharedIntegers {
    /// By a hash of the list the last one that had it; empty until there are some.
    private var recent: [[Int]] = []
    private var count = 0

    private static let worthATable = 8
    private static let slotBits = 8

    /// - Returns: nil if an item is not an integer of 64 bits.
    mutating func list(_ items: PickleItems) -> [Int]? {
        var hash = UInt(items.count)
        // By index: an iterator holds the items once more, which costs reference counts.
        for index in 0..<items.count {
            guard case .int(let number) = items[index] else { return nil }
            hash = (hash ^ UInt(truncatingIfNeeded: number)) &* 0x9E37_79B9_7F4A_7C15
        }
        if recent.isEmpty {
            count += 1
            guard count > Self.worthATable else { return Self.list(items) }
            recent = [[Int]](repeating: [], count: 1 << Self.slotBits)
        }
        let slot = Int(truncatingIfNeeded: hash >> UInt(UInt.bitWidth - Self.slotBits))
        if isEqual(recent[slot], items) { return recent[slot] }
        guard let list = Self.list(items) else { return nil }
        recent[slot] = list
        return list
    }

    private static func list(_ items: PickleItems) -> [Int]? {
        var list: [Int] = []
        list.reserveCapacity(items.count)
        for index in 0..<items.count {
            guard case .int(let number) = items[index], let number = Int(exactly: number) else { return nil }
            list.append(number)
        }
        return list
    }

    private func isEqual(_ list: [Int], _ items: PickleItems) -> Bool {
        guard list.count == items.count else { return false }
        for index in 0..<list.count {
            guard case .int(let number) = items[index], number == list[index] else { return false }
        }
        return true
    }
}

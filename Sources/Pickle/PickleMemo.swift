/// The memo of a pickle being read. Slots that a pickler would have filled in order lie in an array; a slot far
/// ahead, whose number the input does not justify, goes to a dictionary instead of making room up to it.
struct PickleMemo {
    private var dense: [PickleValue?] = []
    private var sparse: [Int: PickleValue] = [:]

    /// How many slots MEMOIZE has to count: all that are filled.
    private(set) var count = 0

    subscript(index: Int) -> PickleValue? {
        index < dense.count ? dense[index] : sparse.isEmpty ? nil : sparse[index]
    }

    mutating func set(_ index: Int, to value: PickleValue) {
        if index < dense.count {
            if dense[index] == nil { count += 1 }
            dense[index] = value
        } else if index <= 2 * count + 16, sparse.isEmpty {
            while dense.count < index { dense.append(nil) }
            dense.append(value)
            count += 1
        } else if sparse.updateValue(value, forKey: index) == nil {
            count += 1
        }
    }

    mutating func reserveCapacity(_ capacity: Int) { dense.reserveCapacity(capacity) }
}

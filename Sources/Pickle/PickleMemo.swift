/// The memo of a pickle being read. Slots that a pickler would have filled in order, with objects, lie in an
/// array; a constant, or a slot far ahead whose number the input does not justify, goes to a dictionary instead
/// of making room up to it.
struct PickleMemo: Sendable {
    /// Indices of nodes; negative where a slot is empty or in `sparse`.
    private var dense: [Int32] = []
    private var sparse: [Int: PickleValue] = [:]
    private var denseCount = 0

    /// How many slots are filled: the one that MEMOIZE fills next.
    var count: Int { denseCount + sparse.count }

    @inline(__always)
    subscript(index: Int) -> PickleValue? {
        if index < dense.count, dense[index] >= 0 { return .node(PickleNodeID(Int(dense[index]))) }
        return sparse.isEmpty ? nil : sparse[index]
    }

    @inline(__always)
    mutating func set(_ index: Int, to value: PickleValue) {
        if case .node(let id) = value, index == dense.count, sparse.isEmpty {
            dense.append(id.rawValue)
            denseCount += 1
        } else {
            setRarely(index, to: value)
        }
    }

    private mutating func setRarely(_ index: Int, to value: PickleValue) {
        if index < dense.count, dense[index] >= 0 {
            dense[index] = -1
            denseCount -= 1
        }
        if case .node(let id) = value, index <= 2 * count + 16 {
            sparse[index] = nil
            while dense.count <= index { dense.append(-1) }
            dense[index] = id.rawValue
            denseCount += 1
        } else {
            sparse[index] = value
        }
    }

    mutating func reserveCapacity(_ capacity: Int) { dense.reserveCapacity(capacity) }
}

/// A set of combinations of parameter values: positions in a `ParameterSpace`.
struct CombinationSet: Hashable, Sendable {
    /// Combinations 0…63; most files have no more.
    private var first: UInt64 = 0
    /// 64 combinations each.
    private var rest: [UInt64]

    init(empty count: Int) { rest = [UInt64](repeating: 0, count: max(0, (count + 63) / 64 - 1)) }

    init(all count: Int) {
        self.init(empty: count)
        for index in 0..<count { insert(index) }
    }

    mutating func insert(_ index: Int) {
        let bit: UInt64 = 1 << UInt64(index % 64)
        if index < 64 { first |= bit } else { rest[index / 64 - 1] |= bit }
    }

    func contains(_ index: Int) -> Bool {
        (index < 64 ? first : rest[index / 64 - 1]) & (1 << UInt64(index % 64)) != 0
    }

    var isEmpty: Bool { first == 0 && rest.allSatisfy { $0 == 0 } }

    var count: Int { rest.reduce(first.nonzeroBitCount) { $0 + $1.nonzeroBitCount } }

    mutating func formIntersection(_ other: CombinationSet) {
        first &= other.first
        for index in rest.indices { rest[index] &= other.rest[index] }
    }

    mutating func formUnion(_ other: CombinationSet) {
        first |= other.first
        for index in rest.indices { rest[index] |= other.rest[index] }
    }

    mutating func subtract(_ other: CombinationSet) {
        first &= ~other.first
        for index in rest.indices { rest[index] &= ~other.rest[index] }
    }

    func intersection(_ other: CombinationSet) -> CombinationSet {
        var result = self
        result.formIntersection(other)
        return result
    }

    func intersects(_ other: CombinationSet) -> Bool {
        if first & other.first != 0 { return true }
        for index in rest.indices where rest[index] & other.rest[index] != 0 { return true }
        return false
    }

    /// In ascending order.
    var members: [Int] {
        var result: [Int] = []
        for (position, word) in ([first] + rest).enumerated() {
            var bits = word
            while bits != 0 {
                result.append(position * 64 + bits.trailingZeroBitCount)
                bits &= bits - 1
            }
        }
        return result
    }
}

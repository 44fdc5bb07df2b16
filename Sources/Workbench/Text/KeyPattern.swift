import TensorCore

/// What keys have in common that differ in numbers and the last name only, such as those of a model's layers.
struct KeyPattern: Hashable {
    /// The parts of a key but for the last; nil for a number.
    private let parts: [String?]

    /// Nil for a key without a number, or of fewer than three parts.
    init?(_ key: Key) {
        let parts = key.text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count > 2, parts.contains(where: { Int($0) != nil }) else { return nil }
        self.parts = parts.dropLast().map { Int($0) == nil ? String($0) : nil }
    }

    /// `encoder.layer.{0..11}.attention.query.*`
    func text(of keys: [Key]) -> String {
        let texts = keys.map { $0.text.split(separator: ".", omittingEmptySubsequences: false) }
        let names = parts.enumerated().map { index, part in part ?? Self.text(of: Set(texts.map { $0[index] })) }
        let last = Set(texts.compactMap(\.last))
        return (names + [last.count == 1 ? String(last.first ?? "*") : "*"]).joined(separator: ".")
    }

    /// `3`, `{0..11}`, `{0,2,5}`, or `*` for many with gaps.
    private static func text(of numbers: Set<Substring>) -> String {
        let values = Set(numbers.compactMap { Int($0) }).sorted()
        guard let low = values.first, let high = values.last else { return "*" }
        if low == high { return "\(low)" }
        if high - low == values.count - 1 { return "{\(low)..\(high)}" }
        return values.count > 8 ? "*" : "{\(values.map { "\($0)" }.joined(separator: ","))}"
    }

    /// Fewer items are not a group.
    private static let groupSize = 6

    /// The items in order, those with one pattern together at the place of the first; an item that is in no group by
    /// itself.
    static func groups<Item, Pattern: Hashable>(_ items: [Item], by pattern: (Item) -> Pattern?) -> [[Item]] {
        let patterns = items.map(pattern)
        var members: [Pattern: [Item]] = [:]
        for (item, pattern) in zip(items, patterns) {
            if let pattern { members[pattern, default: []].append(item) }
        }
        var groups: [[Item]] = []
        for (item, pattern) in zip(items, patterns) {
            guard let pattern, let group = members[pattern], group.count >= groupSize || group.isEmpty else {
                groups.append([item])
                continue
            }
            guard !group.isEmpty else { continue }
            groups.append(group)
            members[pattern] = []
        }
        return groups
    }
}

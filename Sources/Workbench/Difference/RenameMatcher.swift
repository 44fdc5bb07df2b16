import TensorCore

/// Pairs tensors of equal shape and dtype that are likely to be one tensor under two names.
///
/// First come keys that differ by a leading part only (`module.`). What then has the same last part is paired in the
/// order of the files where both sides have equally many, unless the words of the names clearly say something else
/// (their numbers do not count: two programs number layers differently). Of the rest, each is paired with the most
/// similar name, if the two have half of their words and numbers in common.
struct RenameMatcher {
    private struct Kind: Hashable {
        let dtype: DType
        let shape: [Int]
        let leaf: Key?
    }

    private let missing: [TensorSignature]
    private let unexpected: [TensorSignature]
    /// Position in `missing` → position in `unexpected`.
    private var pairs: [Int: Int] = [:]
    private var taken: Set<Int> = []

    /// Above this many comparisons in one group, names are not compared.
    private static let comparisonLimit = 250_000

    init(missing: [TensorSignature], unexpected: [TensorSignature]) {
        self.missing = missing
        self.unexpected = unexpected
    }

    mutating func match() -> [ShapeDifference.Rename] {
        guard !missing.isEmpty, !unexpected.isEmpty else { return [] }
        matchWrapped()
        for group in groups(byLeaf: true) { matchOrdered(group) }
        for group in groups(byLeaf: false) { matchSimilar(group) }
        return pairs.sorted { $0.key < $1.key }.map {
            ShapeDifference.Rename(found: unexpected[$0.value].key, expected: missing[$0.key].key)
        }
    }

    private mutating func pair(_ missing: Int, _ unexpected: Int) {
        pairs[missing] = unexpected
        taken.insert(unexpected)
    }

    /// Keys that are equal behind a leading part that one of them has and the other lacks.
    private mutating func matchWrapped() {
        let missingByKey = Dictionary(
            missing.indices.map { (missing[$0].key, $0) }, uniquingKeysWith: { first, _ in first })
        let unexpectedByKey = Dictionary(
            unexpected.indices.map { (unexpected[$0].key, $0) }, uniquingKeysWith: { first, _ in first })
        for index in missing.indices {
            let match = missing[index].key.tails.lazy.compactMap { unexpectedByKey[$0] }.first
            if let match, fits(index, match) { pair(index, match) }
        }
        for index in unexpected.indices where !taken.contains(index) {
            let match = unexpected[index].key.tails.lazy.compactMap { missingByKey[$0] }.first
            if let match, pairs[match] == nil, fits(match, index) { pair(match, index) }
        }
    }

    private func fits(_ left: Int, _ right: Int) -> Bool {
        missing[left].shape == unexpected[right].shape && missing[left].dtype == unexpected[right].dtype
            && !taken.contains(right)
    }

    /// The tensors without a partner by kind, in the order of `missing`.
    private func groups(byLeaf: Bool) -> [(missing: [Int], unexpected: [Int])] {
        let kind = { (tensor: TensorSignature) in
            Kind(dtype: tensor.dtype, shape: tensor.shape, leaf: byLeaf ? Key(tensor.key.leaf) : nil)
        }
        let open = missing.indices.filter { pairs[$0] == nil }
        let free = unexpected.indices.filter { !taken.contains($0) }
        let byKind = Dictionary(grouping: free) { kind(unexpected[$0]) }
        return Dictionary(grouping: open) { kind(missing[$0]) }
            .compactMap { kind, left in byKind[kind].map { (left, $0) } }
            .sorted { $0.0[0] < $1.0[0] }
    }

    private mutating func matchOrdered(_ group: (missing: [Int], unexpected: [Int])) {
        guard group.missing.count == group.unexpected.count else { return }
        let inOrder = Array(zip(group.missing, group.unexpected))
        let scores = similarities(group) { $0.words.filter { !$0.isNumber } }
        let byName = Self.assignment(scores, group)
        let total = { (pairs: [(Int, Int)]) in
            pairs.reduce(0.0) { $0 + (scores[Pair(missing: $1.0, unexpected: $1.1)] ?? 0) }
        }
        let isClearer = byName.count == inOrder.count && total(byName) > 1.2 * total(inOrder)
        for (left, right) in isClearer ? byName : inOrder { pair(left, right) }
    }

    private mutating func matchSimilar(_ group: (missing: [Int], unexpected: [Int])) {
        let scores = similarities(group, \.words).filter { $0.value >= 0.5 }
        for (left, right) in Self.assignment(scores, group) { pair(left, right) }
    }

    private struct Pair: Hashable {
        let missing: Int
        let unexpected: Int
    }

    private func similarities(
        _ group: (missing: [Int], unexpected: [Int]), _ words: (Key) -> [Substring.UTF8View.SubSequence]
    ) -> [Pair: Double] {
        guard group.missing.count * group.unexpected.count <= Self.comparisonLimit else { return [:] }
        let left = group.missing.map { words(missing[$0].key) }
        let right = group.unexpected.map { words(unexpected[$0].key) }
        var scores: [Pair: Double] = [:]
        for (row, name) in zip(group.missing, left) {
            for (column, other) in zip(group.unexpected, right) {
                scores[Pair(missing: row, unexpected: column)] = similarity(name, other)
            }
        }
        return scores
    }

    /// The most similar pair, then the most similar of what is left, and so on; of equal ones the first.
    private static func assignment(
        _ scores: [Pair: Double], _ group: (missing: [Int], unexpected: [Int])
    ) -> [(Int, Int)] {
        var left = Set(group.missing)
        var right = Set(group.unexpected)
        var result: [(Int, Int)] = []
        let best = scores.sorted {
            (-$0.value, $0.key.missing, $0.key.unexpected) < (-$1.value, $1.key.missing, $1.key.unexpected)
        }
        for (pair, _) in best where left.contains(pair.missing) && right.contains(pair.unexpected) {
            left.remove(pair.missing)
            right.remove(pair.unexpected)
            result.append((pair.missing, pair.unexpected))
        }
        return result
    }
}

/// The share of words that two names have in common, in order: 0 … 1.
private func similarity(_ left: [Substring.UTF8View.SubSequence], _ right: [Substring.UTF8View.SubSequence]) -> Double {
    var previous = [Int](repeating: 0, count: right.count + 1)
    for word in left {
        var current = [0]
        for (column, other) in right.enumerated() {
            let extended = word.elementsEqual(other) ? previous[column] + 1 : 0
            current.append(max(extended, previous[column + 1], current[column]))
        }
        previous = current
    }
    return Double(2 * previous[right.count]) / Double(max(left.count + right.count, 1))
}

extension Substring.UTF8View.SubSequence {
    fileprivate var isNumber: Bool { first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false }
}

extension Key {
    /// The key without its first part, without its first two, and so on.
    fileprivate var tails: [Key] {
        var tails: [Key] = []
        var rest = text.utf8[...]
        while let dot = rest.firstIndex(of: UInt8(ascii: ".")), tails.count < 64 {
            rest = rest[rest.index(after: dot)...]
            tails.append(Key(String(Substring(rest))))
        }
        return tails
    }

    /// `layer1.0.bn_a` as `layer`, `1`, `0`, `bn`, `a`.
    fileprivate var words: [Substring.UTF8View.SubSequence] {
        var words: [Substring.UTF8View.SubSequence] = []
        var start = text.utf8.startIndex
        var kind = 0
        for index in text.utf8.indices {
            let next =
                switch text.utf8[index] {
                case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "/"): 0
                case UInt8(ascii: "0")...UInt8(ascii: "9"): 1
                default: 2
                }
            guard next != kind else { continue }
            if kind != 0 { words.append(text[start..<index].utf8) }
            (start, kind) = (index, next)
        }
        if kind != 0 { words.append(text[start...].utf8) }
        return words
    }
}

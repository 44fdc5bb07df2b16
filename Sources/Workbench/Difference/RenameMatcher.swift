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

    /// Keys that are equal after a leading part that one of them has and the other lacks.
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
        let scores = Similarities(missing, unexpected, group) { $0.words.filter { !$0.isNumber } }
        let byName = scores.assignment(atLeast: 0)
        let inOrder = group.missing.indices.map { ($0, $0) }
        let isClearer = byName.count == inOrder.count && scores.total(byName) > 1.2 * scores.total(inOrder)
        for (row, column) in isClearer ? byName : inOrder { pair(group.missing[row], group.unexpected[column]) }
    }

    private mutating func matchSimilar(_ group: (missing: [Int], unexpected: [Int])) {
        let scores = Similarities(missing, unexpected, group, \.words)
        for (row, column) in scores.assignment(atLeast: 0.5) { pair(group.missing[row], group.unexpected[column]) }
    }
}

/// How similar the names of a group's tensors are, each to each.
private struct Similarities {
    /// Above this many comparisons, names are not compared.
    private static let limit = 250_000

    private let columns: Int
    /// Row by row, one row for each missing tensor; empty above the limit.
    private var scores: [Double] = []

    init(
        _ missing: [TensorSignature], _ unexpected: [TensorSignature], _ group: (missing: [Int], unexpected: [Int]),
        _ words: (Key) -> [Substring.UTF8View.SubSequence]
    ) {
        columns = group.unexpected.count
        guard group.missing.count * columns <= Self.limit else { return }
        var numbers = WordNumbers()
        let others = group.unexpected.map { numbers.numbers(of: words(unexpected[$0].key)) }
        scores.reserveCapacity(group.missing.count * columns)
        for index in group.missing {
            let name = numbers.numbers(of: words(missing[index].key))
            for other in others { scores.append(similarity(name, other)) }
        }
    }

    func total(_ pairs: [(Int, Int)]) -> Double {
        scores.isEmpty ? 0 : pairs.reduce(0) { $0 + scores[$1.0 * columns + $1.1] }
    }

    /// The most similar pair, then the most similar of what is left, and so on; of equal ones the first.
    func assignment(atLeast threshold: Double) -> [(Int, Int)] {
        var takenRows: Set<Int> = []
        var takenColumns: Set<Int> = []
        let best = scores.indices.filter { scores[$0] >= threshold }.sorted { (-scores[$0], $0) < (-scores[$1], $1) }
        var result: [(Int, Int)] = []
        for index in best {
            let (row, column) = index.quotientAndRemainder(dividingBy: columns)
            guard !takenRows.contains(row), !takenColumns.contains(column) else { continue }
            takenRows.insert(row)
            takenColumns.insert(column)
            result.append((row, column))
        }
        return result
    }
}

/// Words as numbers: each is compared with many others.
private struct WordNumbers {
    private var known: [Key: Int] = [:]

    mutating func numbers(of words: [Substring.UTF8View.SubSequence]) -> [Int] {
        words.map { word in
            let text = Key(String(Substring(word)))
            let number = known[text] ?? known.count
            known[text] = number
            return number
        }
    }
}

/// The share of words that two names have in common, in order: 0 … 1.
private func similarity(_ left: [Int], _ right: [Int]) -> Double {
    // How many words what was read of `left` shares with the first 0, 1, … of `right`.
    var common = [Int](repeating: 0, count: right.count + 1)
    for word in left {
        var before = 0
        for (column, other) in right.enumerated() {
            let above = common[column + 1]
            common[column + 1] = word == other ? before + 1 : max(above, common[column])
            before = above
        }
    }
    return Double(2 * common[right.count]) / Double(max(left.count + right.count, 1))
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

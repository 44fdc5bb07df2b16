import TensorCore

/// Which tensor of a checkpoint is probably which of a model, from two lists of keys and shapes.
///
/// Both lists are taken to describe one architecture in about one order: the pairing is the one of highest score that
/// keeps both orders (as a text comparison finds the lines that stayed); what is left over is paired by name.
struct TensorAlignment {
    struct Pair {
        let source: Int
        let target: Int
        /// Paired out of order, or by shape alone where other tensors have it too.
        let isUnsure: Bool
    }

    /// In the order of the sources.
    private(set) var pairs: [Pair] = []

    /// Cells of the table that a pairing in order takes; beyond them, only names count.
    private static let cellLimit = 16_000_000
    private static let forbidden: Int32 = -1

    private let sources: [Outline]
    private let targets: [Outline]

    init(_ sources: [TensorSignature], _ targets: [TensorSignature]) {
        var words = Vocabulary()
        self.sources = sources.map { Outline($0, &words) }
        self.targets = targets.map { Outline($0, &words) }
        var free = Set(targets.indices)
        if sources.count * targets.count <= Self.cellLimit {
            for (source, target) in inOrder() {
                free.remove(target)
                pairs.append(Pair(source: source, target: target, isUnsure: isGuess(source, target)))
            }
        }
        pairRest(&free)
        pairs.sort { $0.source < $1.source }
    }

    /// The pairs of the highest total score that cross nowhere.
    private func inOrder() -> [(Int, Int)] {
        let width = targets.count + 1
        var best = [Int32](repeating: 0, count: (sources.count + 1) * width)
        for row in sources.indices.reversed() {
            for column in targets.indices.reversed() {
                var value = max(best[(row + 1) * width + column], best[row * width + column + 1])
                let score = score(sources[row], targets[column])
                if score > 0 { value = max(value, best[(row + 1) * width + column + 1] + score) }
                best[row * width + column] = value
            }
        }
        var pairs: [(Int, Int)] = []
        var (row, column) = (0, 0)
        while row < sources.count, column < targets.count {
            let score = score(sources[row], targets[column])
            if score > 0, best[row * width + column] == best[(row + 1) * width + column + 1] + score {
                pairs.append((row, column))
                row += 1
                column += 1
            } else if best[row * width + column] == best[(row + 1) * width + column] {
                row += 1
            } else {
                column += 1
            }
        }
        return pairs
    }

    /// What no order-keeping pairing holds: by the most similar name of the same shape.
    private mutating func pairRest(_ free: inout Set<Int>) {
        let taken = Set(pairs.map(\.source))
        var byShape: [[Int]: [Int]] = [:]
        for target in free.sorted() { byShape[targets[target].shape, default: []].append(target) }
        for source in sources.indices where !taken.contains(source) {
            let candidates = (byShape[sources[source].shape] ?? []).filter { free.contains($0) }
            let ranked = candidates.map { (target: $0, score: score(sources[source], targets[$0])) }
            guard let best = ranked.max(by: { $0.score < $1.score }), best.score > 0 else { continue }
            free.remove(best.target)
            pairs.append(Pair(source: source, target: best.target, isUnsure: true))
        }
    }

    /// How well two tensors go together; nothing or less where they cannot be the same.
    private func score(_ source: Outline, _ target: Outline) -> Int32 {
        guard source.shape == target.shape else { return Self.forbidden }
        guard source.role == target.role || source.role == nil || target.role == nil else { return Self.forbidden }
        let role: Int32 = source.role != nil && source.role == target.role ? 12 : 4
        return 8 + role + Int32(source.similarity(target) * 8)
    }

    private func isGuess(_ source: Int, _ target: Int) -> Bool {
        sources[source].similarity(targets[target]) == 0 && sources[source].role == nil
    }
}

/// What of a tensor counts when it is compared with others.
private struct Outline {
    let shape: [Int]
    /// `weight`, `bias` …, whatever it is called; nil for another name.
    let role: String?
    /// The words of the key, ascending, without its numbers.
    let words: [Int]

    /// What TensorFlow and others call the parameters of a layer.
    private static let roles = [
        "weight": "weight", "kernel": "weight", "gamma": "weight", "scale": "weight", "w": "weight",
        "depthwise_kernel": "weight", "bias": "bias", "beta": "bias", "b": "bias", "running_mean": "running_mean",
        "moving_mean": "running_mean", "running_var": "running_var", "moving_variance": "running_var",
        "num_batches_tracked": "num_batches_tracked",
    ]

    init(_ tensor: TensorSignature, _ vocabulary: inout Vocabulary) {
        shape = tensor.shape
        let segments = tensor.key.text.split(whereSeparator: { $0 == "." || $0 == "/" })
        role = segments.last.flatMap { Self.roles[String($0)] }
        let words = segments.dropLast().flatMap { $0.split(whereSeparator: { $0 == "_" || $0.isNumber }) }
        self.words = Set(words.map { vocabulary.number(of: String($0).lowercased()) }).sorted()
    }

    /// The share of the words that both have, 0…1.
    func similarity(_ other: Outline) -> Double {
        guard !words.isEmpty, !other.words.isEmpty else { return 0 }
        var (left, right, common) = (0, 0, 0)
        while left < words.count, right < other.words.count {
            if words[left] == other.words[right] {
                common += 1
                left += 1
                right += 1
            } else if words[left] < other.words[right] {
                left += 1
            } else {
                right += 1
            }
        }
        return Double(common) / Double(max(words.count, other.words.count))
    }
}

/// Words as numbers, so that comparing them is cheap.
private struct Vocabulary {
    private var numbers: [String: Int] = [:]

    mutating func number(of word: String) -> Int {
        let number = numbers[word] ?? numbers.count
        numbers[word] = number
        return number
    }
}

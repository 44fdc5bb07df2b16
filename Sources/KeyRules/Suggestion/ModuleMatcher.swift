/// Finds for the modules of one network those of another that are the same, whatever they are called there.
///
/// Modules whose prefixes differ in their numbers only are taken together. Again and again the two such groups that go
/// best together are matched, module by module in the order of their numbers, and what that says of names and of
/// parents counts for the groups that are left.
struct ModuleMatcher {
    struct Match {
        let source: ModuleOutline
        let target: ModuleOutline
        /// Positions in the lists of modules.
        let sourceIndex: Int
        let targetIndex: Int
        /// Nothing speaks for the pair but a shape.
        let isByShape: Bool
    }

    private(set) var matches: [Match] = []

    /// What each likeness of two modules adds to their score, of which equal parameters are 1.
    private enum Bonus {
        static let numbers: Float = 0.3
        /// Added for sorted lists only, and so small that it decides where nothing else does.
        static let ordinals: Float = 0.02
        static let rank: Float = 0.15
        static let parent: Float = 0.3
        static let neighbour: Float = 0.15
    }

    /// Pairs of modules to score in all; what is left over then stays unmatched.
    private static let limit = 60_000_000

    private struct Group {
        /// Positions among the modules, in the order of their numbers.
        var members: [Int]
        let words: [Int]
    }

    private var sources: [Member]
    private var targets: [Member]
    private var sourceGroups: [Group]
    private var targetGroups: [Group]
    /// By signature of a source, then of a target: how well their parameters agree, if they do.
    private let agreement: [[Int: Float]]
    /// By source group: the target groups with which it has parameters that agree, ascending.
    private let rivals: [[Int]]
    /// How often words stood for each other in groups that were matched.
    private var translations: [WordPair: Int] = [:]
    /// The parents of modules that were matched.
    private var parents: Set<WordPair> = []
    /// Source → the target that it was matched with.
    private var partners: [Int?]
    private var work = 0

    /// A module with its texts as numbers.
    private struct Member {
        let outline: ModuleOutline
        /// `outline.numbers`, which are read for every pair.
        let numbers: [Int]
        /// `numbers`, those after the first counted without gaps within the group: layers 1, 3, 5 of a stage are 0, 1, 2.
        var ordinals: [Int] = []
        let signature: Int
        let parent: Int
        /// The module before it; the others of its parent where the list is sorted.
        var neighbours: [Int] = []

        init(_ outline: ModuleOutline, signature: Int, parent: Int) {
            self.outline = outline
            numbers = outline.numbers
            self.signature = signature
            self.parent = parent
        }
    }

    private struct WordPair: Hashable {
        let source: Int
        let target: Int
    }

    /// Matches, and leaves over what has no like.
    init(_ sources: [ModuleOutline], _ targets: [ModuleOutline]) {
        var (words, parents, signatures) = (Numbering<String>(), Numbering<Substring>(), Numbering<ModuleSignature>())
        func members(_ modules: [ModuleOutline]) -> [Member] {
            Self.withNeighbours(
                modules.map { module in
                    Member(
                        module, signature: signatures.number(of: ModuleSignature(module)),
                        parent: parents.number(of: module.parent))
                })
        }
        var (sourceMembers, targetMembers) = (members(sources), members(targets))
        sourceGroups = Self.groups(sourceMembers, &words)
        targetGroups = Self.groups(targetMembers, &words)
        Self.count(&sourceMembers, in: sourceGroups)
        Self.count(&targetMembers, in: targetGroups)
        (self.sources, self.targets) = (sourceMembers, targetMembers)
        agreement = ModuleSignature.agreement(among: signatures.all)
        rivals = Self.rivals(
            sourceGroups.map { group in Set(group.members.map { sourceMembers[$0].signature }) },
            targetGroups.map { group in Set(group.members.map { targetMembers[$0].signature }) }, agreement)
        partners = sources.map { _ in nil }
        while let best = best() { take(best) }
    }

    /// A parent of more modules says nothing of which of them stand beside each other.
    private static let family = 4

    private static func withNeighbours(_ modules: [Member]) -> [Member] {
        let families = Dictionary(grouping: modules.indices, by: { modules[$0].parent })
        return modules.indices.map { index in
            var module = modules[index]
            if let previous = module.outline.previous {
                module.neighbours = [previous]
            } else if let family = families[module.parent], family.count <= Self.family {
                module.neighbours = family.filter { $0 != index }
            }
            return module
        }
    }

    private static func groups(_ modules: [Member], _ words: inout Numbering<String>) -> [Group] {
        var places: [String: Int] = [:]
        var groups: [Group] = []
        for (index, module) in modules.enumerated() {
            let template = module.outline.template
            if let place = places[template] {
                groups[place].members.append(index)
                continue
            }
            places[template] = groups.count
            groups.append(Group(members: [index], words: module.outline.words.map { words.number(of: $0) }.sorted()))
        }
        for index in groups.indices {
            groups[index].members.sort {
                modules[$0].numbers.lexicographicallyPrecedes(modules[$1].numbers)
            }
        }
        return groups
    }

    /// By group of the sources, given what signatures are in each group: the groups of the targets that may match it.
    private static func rivals(
        _ sources: [Set<Int>], _ targets: [Set<Int>], _ agreement: [[Int: Float]]
    ) -> [[Int]] {
        var holders: [Int: [Int]] = [:]
        for (group, signatures) in targets.enumerated() {
            for signature in signatures { holders[signature, default: []].append(group) }
        }
        // Groups of the same signatures share one list.
        var known: [Set<Int>: [Int]] = [:]
        return sources.map { signatures in
            if let groups = known[signatures] { return groups }
            let others = Set(signatures.flatMap { agreement[$0].keys })
            let groups = Set(others.flatMap { holders[$0] ?? [] }).sorted()
            known[signatures] = groups
            return groups
        }
    }

    /// Sets the ordinals: of each number but the first, its place among those that stand after the same numbers in its group.
    private static func count(_ modules: inout [Member], in groups: [Group]) {
        for group in groups {
            var previous: (numbers: [Int], ordinals: [Int]) = ([], [])
            for index in group.members {
                let numbers = modules[index].numbers
                let common = zip(numbers, previous.numbers).prefix { $0 == $1 }.count
                let ordinals = numbers.indices.map { place in
                    switch place {
                    case 0: numbers[0]
                    case ..<common: previous.ordinals[place]
                    case common where place < previous.ordinals.count: previous.ordinals[place] + 1
                    default: 0
                    }
                }
                modules[index].ordinals = ordinals
                previous = (numbers, ordinals)
            }
        }
    }

    /// Two groups and which of their members go together.
    private struct Candidate {
        let source: Int
        let target: Int
        let pairs: [(source: Int, target: Int)]
        let weight: Float
        /// How much the names have in common, 0…1.
        let likeness: Float
        let score: Float
    }

    /// The two groups that go together best.
    private mutating func best() -> Candidate? {
        var best: Candidate?
        for source in sourceGroups.indices where !sourceGroups[source].members.isEmpty {
            for target in rivals[source] where !targetGroups[target].members.isEmpty {
                guard let candidate = candidate(source, target) else { continue }
                if best.map({ (candidate.score, candidate.weight) > ($0.score, $0.weight) }) ?? true {
                    best = candidate
                }
            }
        }
        return best
    }

    private mutating func candidate(_ source: Int, _ target: Int) -> Candidate? {
        guard work <= Self.limit else { return nil }
        let (left, right) = (sourceGroups[source].members, targetGroups[target].members)
        guard mayAgree(left, right) else { return nil }
        work += left.count * right.count
        guard work <= Self.limit else { return nil }
        let (pairs, weight) = inOrder(left, right)
        guard !pairs.isEmpty else { return nil }
        let likeness = likeness(sourceGroups[source].words, targetGroups[target].words)
        return Candidate(
            source: source, target: target, pairs: pairs, weight: weight, likeness: likeness,
            score: 2 * weight / Float(left.count + right.count) + likeness)
    }

    private func mayAgree(_ left: [Int], _ right: [Int]) -> Bool {
        let signatures = Set(right.map { targets[$0].signature })
        return Set(left.map { sources[$0].signature }).contains { source in
            agreement[source].keys.contains(where: signatures.contains)
        }
    }

    /// The pairs of the highest total score that cross nowhere, as a text comparison finds the lines that stayed.
    private func inOrder(_ left: [Int], _ right: [Int]) -> (pairs: [(source: Int, target: Int)], weight: Float) {
        let width = right.count + 1
        var best = [Float](repeating: 0, count: (left.count + 1) * width)
        var scores = [Float](repeating: 0, count: left.count * width)
        for row in left.indices.reversed() {
            for column in right.indices.reversed() {
                let score = score(left[row], right[column])
                scores[row * width + column] = score
                var value = max(best[(row + 1) * width + column], best[row * width + column + 1])
                if score > 0 { value = max(value, best[(row + 1) * width + column + 1] + score) }
                best[row * width + column] = value
            }
        }
        var pairs: [(Int, Int)] = []
        var (row, column) = (0, 0)
        while row < left.count, column < right.count {
            let (place, score) = (row * width + column, scores[row * width + column])
            if score > 0, best[place] == best[place + width + 1] + score {
                pairs.append((left[row], right[column]))
                row += 1
                column += 1
            } else if best[place] == best[place + width] {
                row += 1
            } else {
                column += 1
            }
        }
        return (pairs, best[0])
    }

    /// How well two modules go together; 0 where they cannot be the same.
    private func score(_ source: Int, _ target: Int) -> Float {
        let (left, right) = (sources[source], targets[target])
        guard var score = agreement[left.signature][right.signature] else { return 0 }
        score += Bonus.numbers * Self.likeness(left.numbers, right.numbers)
        if let rank = left.outline.rank, let other = right.outline.rank {
            score += Bonus.rank * (1 - abs(rank - other))
        } else if left.outline.rank == nil {
            score += Bonus.ordinals * Self.likeness(left.ordinals, right.ordinals)
        }
        if parents.contains(WordPair(source: left.parent, target: right.parent)) { score += Bonus.parent }
        if stand(source, target) { score += Bonus.neighbour }
        return score
    }

    /// Whether a neighbour of the source was matched with one of the target.
    private func stand(_ source: Int, _ target: Int) -> Bool {
        let (left, right) = (sources[source], targets[target])
        for partner in left.neighbours.lazy.compactMap({ partners[$0] }) {
            if left.outline.previous != nil, targets[partner].parent == right.parent { return true }
            if right.neighbours.contains(partner) { return true }
            if left.outline.previous == nil, targets[partner].neighbours.contains(target) { return true }
        }
        return false
    }

    /// The share of the numbers that are equal.
    private static func likeness(_ left: [Int], _ right: [Int]) -> Float {
        let count = max(left.count, right.count)
        return count == 0 ? 0 : Float(equal(left, right)) / Float(count)
    }

    /// How many numbers are equal, counted from the left or from the right.
    private static func equal(_ left: [Int], _ right: [Int]) -> Int {
        var (first, last) = (0, 0)
        for index in 0..<min(left.count, right.count) {
            if left[index] == right[index] { first += 1 }
            if left[left.count - 1 - index] == right[right.count - 1 - index] { last += 1 }
        }
        return max(first, last)
    }

    /// The share of the words that both have, or that stood for each other before, 0…1.
    private func likeness(_ left: [Int], _ right: [Int]) -> Float {
        let (common, left, right) = Self.difference(left, right)
        var free = right
        var translated = 0
        for word in left {
            let known = free.indices.filter { translations[WordPair(source: word, target: free[$0])] != nil }
            let usual = known.max {
                translations[WordPair(source: word, target: free[$0]), default: 0]
                    < translations[WordPair(source: word, target: free[$1]), default: 0]
            }
            guard let usual else { continue }
            free.remove(at: usual)
            translated += 1
        }
        let total = max(common + left.count, common + right.count, 1)
        return (Float(common) + 0.9 * Float(translated)) / Float(total)
    }

    /// How many words two ascending lists share, and those that only one of them has.
    private static func difference(_ left: [Int], _ right: [Int]) -> (common: Int, left: [Int], right: [Int]) {
        var (common, onlyLeft, onlyRight) = (0, [Int](), [Int]())
        var (row, column) = (0, 0)
        while row < left.count, column < right.count {
            if left[row] == right[column] {
                common += 1
                row += 1
                column += 1
            } else if left[row] < right[column] {
                onlyLeft.append(left[row])
                row += 1
            } else {
                onlyRight.append(right[column])
                column += 1
            }
        }
        return (common, onlyLeft + left[row...], onlyRight + right[column...])
    }

    private mutating func take(_ candidate: Candidate) {
        let (_, left, right) = Self.difference(
            sourceGroups[candidate.source].words, targetGroups[candidate.target].words)
        for source in left {
            for target in right { translations[WordPair(source: source, target: target), default: 0] += 1 }
        }
        for (source, target) in candidate.pairs {
            partners[source] = target
            parents.insert(WordPair(source: sources[source].parent, target: targets[target].parent))
            let outline = sources[source].outline
            let isByShape = candidate.likeness == 0 && outline.parameters.allSatisfy { $0.role == .other }
            matches.append(
                Match(
                    source: outline, target: targets[target].outline, sourceIndex: source, targetIndex: target,
                    isByShape: isByShape))
        }
        let (taken, made) = (Set(candidate.pairs.map(\.source)), Set(candidate.pairs.map(\.target)))
        sourceGroups[candidate.source].members.removeAll(where: taken.contains)
        targetGroups[candidate.target].members.removeAll(where: made.contains)
    }
}

/// Gives things numbers in the order in which they come.
private struct Numbering<Element: Hashable> {
    private(set) var all: [Element] = []
    private var numbers: [Element: Int] = [:]

    mutating func number(of element: Element) -> Int {
        if let number = numbers[element] { return number }
        numbers[element] = all.count
        all.append(element)
        return all.count - 1
    }
}

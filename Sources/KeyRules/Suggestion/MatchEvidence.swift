/// What speaks for the modules that were matched: shapes, names and numbers, without the order in which they were found.
///
/// A match stands where the modules of its shapes are in one group of names on either side, or where a name decides
/// between the groups, and where the numbers tell which module of a group is which. All else is a guess.
struct MatchEvidence {
    /// Match → whether nothing but order or likelihood speaks for it.
    let isUnsure: [Bool]

    init(_ sources: [ModuleOutline], _ targets: [ModuleOutline], _ matches: [ModuleMatcher.Match]) {
        let flattened = (FlattenedInputs(sources), FlattenedInputs(targets))
        var unsure = Self.decided(Census(sources), Census(targets), matches).map { !$0 }
        for (index, match) in matches.enumerated() {
            let isFlattened =
                flattened.0.modules.contains(match.sourceIndex) || flattened.1.modules.contains(match.targetIndex)
            if isFlattened { unsure[index] = true }
        }
        // A parameter that has no partner may have been folded into the layers beside it.
        let alone = matches.filter { Self.hasRest($0.source, $0.target) }
        let (left, right) = (Set(alone.map(\.source.parent)), Set(alone.map(\.target.parent)))
        for (index, match) in matches.enumerated()
        where left.contains(match.source.parent) || right.contains(match.target.parent) {
            unsure[index] = true
        }
        isUnsure = unsure
    }

    /// Whether a parameter of one has no counterpart in the other, counters of batches apart.
    private static func hasRest(_ source: ModuleOutline, _ target: ModuleOutline) -> Bool {
        func roles(_ module: ModuleOutline) -> Set<ModuleOutline.Role> {
            Set(module.parameters.map(\.role)).subtracting([.batchCount])
        }
        return source.parameters.count + target.parameters.count > 2 && roles(source) != roles(target)
    }

    /// The matches that names and numbers decide.
    private static func decided(_ sources: Census, _ targets: Census, _ matches: [ModuleMatcher.Match]) -> [Bool] {
        var groups: [Pairing: [Int]] = [:]
        for (index, match) in matches.enumerated() {
            let (left, right) = (sources.classes[match.sourceIndex], targets.classes[match.targetIndex])
            guard left == right else { continue }
            groups[
                Pairing(kind: left, source: match.source.template, target: match.target.template), default: []
            ].append(index)
        }
        var isDecided = [Bool](repeating: false, count: matches.count)
        for (pairing, members) in groups {
            let left = sources.members(of: pairing.kind, pairing.source)
            let right = targets.members(of: pairing.kind, pairing.target)
            guard members.count == left.count, members.count == right.count,
                isChosen(pairing, members.count, sources, targets)
            else { continue }
            let numbers = members.map { (matches[$0].source.numbers, matches[$0].target.numbers) }
            guard NumberOrder.isKept(numbers) else { continue }
            for member in members { isDecided[member] = true }
        }
        return isDecided
    }

    private struct Pairing: Hashable {
        let kind: ModuleClass
        let source: String
        let target: String
    }

    /// Whether no other group of as many modules of the same shapes has a name that fits as well: every word that it shares
    /// is shared here, too, and it shares fewer or has more words besides.
    private static func isChosen(_ pairing: Pairing, _ count: Int, _ sources: Census, _ targets: Census) -> Bool {
        let (left, right) = (sources.words(pairing.source), targets.words(pairing.target))
        let (common, rest) = (left.common(right), left.difference(right))
        func isBehind(_ words: WordBag, _ other: WordBag) -> Bool {
            let shared = words.common(other)
            guard shared.isWithin(common) else { return false }
            return shared.count < common.count
                || rest.isWithin(words.difference(other)) && rest.count < words.difference(other).count
        }
        return targets.groups(of: pairing.kind, count).allSatisfy {
            $0 == pairing.target || isBehind(left, targets.words($0))
        }
            && sources.groups(of: pairing.kind, count).allSatisfy {
                $0 == pairing.source || isBehind(right, sources.words($0))
            }
    }
}

/// The parameters of a module, without axes of length 1 and without what it is called.
private struct ModuleClass: Hashable {
    private let parameters: [Parameter]

    private struct Parameter: Hashable {
        /// Nil for an only parameter: a vector may be called a weight in one code base and `gamma` in another.
        let role: ModuleOutline.Role?
        let core: [Int]
    }

    init(_ module: ModuleOutline) {
        let counted = module.parameters.filter { $0.role != .batchCount }
        parameters = counted.sorted { $0.role.rawValue < $1.role.rawValue }.map {
            Parameter(role: counted.count == 1 ? nil : $0.role, core: $0.core)
        }
    }
}

/// Words with how often each is there.
private struct WordBag {
    private let counts: [String: Int]
    let count: Int

    init(_ words: [String]) { self.init(counts: Dictionary(words.map { ($0, 1) }, uniquingKeysWith: +)) }

    private init(counts: [String: Int]) {
        self.counts = counts
        count = counts.values.reduce(0, +)
    }

    func common(_ other: WordBag) -> WordBag {
        WordBag(
            counts: counts.merging(other.counts, uniquingKeysWith: min).filter {
                counts[$0.key] != nil && other.counts[$0.key] != nil
            })
    }

    /// The words that only one of them has.
    func difference(_ other: WordBag) -> WordBag {
        WordBag(counts: counts.merging(other.counts) { abs($0 - $1) }.filter { $0.value > 0 })
    }

    func isWithin(_ other: WordBag) -> Bool { counts.allSatisfy { $0.value <= other.counts[$0.key] ?? 0 } }
}

/// The modules of one network by their shapes and by the group of names that they are in.
private struct Census {
    /// The class of each module.
    let classes: [ModuleClass]
    private var members: [ModuleClass: [String: [Int]]] = [:]
    private var words: [String: WordBag] = [:]

    init(_ modules: [ModuleOutline]) {
        classes = modules.map(ModuleClass.init)
        for (index, module) in modules.enumerated() {
            let template = module.template
            members[classes[index], default: [:]][template, default: []].append(index)
            if words[template] == nil { words[template] = WordBag(module.words) }
        }
    }

    func members(of kind: ModuleClass, _ group: String) -> [Int] { members[kind]?[group] ?? [] }

    /// The groups that have so many modules of a class.
    func groups(of kind: ModuleClass, _ count: Int) -> [String] {
        (members[kind] ?? [:]).filter { $0.value.count == count }.map(\.key)
    }

    func words(_ group: String) -> WordBag { words[group] ?? WordBag([]) }
}

/// Whether the numbers of matched modules say the same on both sides.
private enum NumberOrder {
    /// - Parameter pairs: the numbers of modules of one class in one group of names each.
    static func isKept(_ pairs: [(source: [Int], target: [Int])]) -> Bool {
        if Set(pairs.map(\.source)) == Set(pairs.map(\.target)) { return pairs.allSatisfy { $0.source == $0.target } }
        let sorted = pairs.sorted { $0.source.lexicographicallyPrecedes($1.source) }
        guard zip(sorted, sorted.dropFirst()).allSatisfy({ $0.target.lexicographicallyPrecedes($1.target) }) else {
            return false
        }
        // A key may contain a "#" of its own, so that members of one group have different counts of numbers.
        guard let count = pairs.first?.source.count,
            pairs.allSatisfy({ $0.source.count == count && $0.target.count == count })
        else { return true }
        return (0..<count).allSatisfy { place in
            isAscending(pairs.map { ($0.source[place], $0.target[place]) })
        }
    }

    /// Whether the targets are an ascending function of the sources.
    private static func isAscending(_ pairs: [(Int, Int)]) -> Bool {
        let values = Dictionary(pairs, uniquingKeysWith: { first, second in first == second ? first : Int.min })
        let sorted = values.sorted { $0.key < $1.key }.map(\.value)
        return !sorted.contains(Int.min) && zip(sorted, sorted.dropFirst()).allSatisfy(<=)
    }
}

import TensorCore

/// What can be said against rules before any checkpoint is seen: lines that no key reaches, and pairs of
/// lines that give two keys one target.
struct StaticCheck {
    let rules: [BoundRule]
    let lines: [RuleSet.Line]
    let search: KeySearch
    /// By rule, by side.
    let sources: [[KeyAutomaton]]
    let targets: [[KeyAutomaton]]
    /// What the left sides of each rule begin with.
    private let leadingTexts: LeadingTexts

    init(_ set: RuleSet) {
        rules = set.rules
        lines = set.lines
        search = KeySearch(texts: set.rules.flatMap(Self.texts))
        sources = rules.map { rule in rule.sources.map { KeyAutomaton($0.side, domains: rule.domains) } }
        targets = rules.map { rule in rule.targets.map { KeyAutomaton($0, domains: rule.domains) } }
        leadingTexts = LeadingTexts(rules.map { rule in rule.sources.map { $0.side.leadingLiteral } })
    }

    /// In the order of the lines.
    func run() -> [RuleError] {
        (unreachableLines() + meetingTargets()).sorted { $0.location < $1.location }
    }

    private static func texts(_ rule: BoundRule) -> [KeyText] {
        var texts: [KeyText] = []
        for step in rule.sources.flatMap(\.side.steps) + rule.targets.flatMap(\.steps) {
            switch step {
            case .literal(let literal): texts.append(literal)
            case .capture(_, .lookup(let lookup)): texts += lookup.inverse.keys
            case .capture: break
            }
        }
        for case .words(let words) in rule.domains { texts += words }
        return texts
    }

    /// The lines above `rule` that take all the keys they match on its left side `side` whenever `rule` could, under
    /// `combination`.
    func shadows(of rule: Int, side: Int = 0, in combination: Int) -> [Int] {
        let source = rules[rule].sources[side]
        let rivals = leadingTexts.items(before: rule, near: source.side.leadingLiteral)
        search.budget.spend(max(rivals.count, min(rule, 64)))
        return rivals.filter { earlier in
            rules[earlier].combinations.contains(combination) && takesAlways(earlier, whenever: rule)
                && rules[earlier].sources.contains {
                    $0.input == source.input && Self.mayShareKeys($0.side, source.side)
                }
        }
    }

    /// A line of several tensors takes a key where the others are there too: always, where `rule` needs them itself.
    private func takesAlways(_ earlier: Int, whenever rule: Int) -> Bool {
        !rules[earlier].sources.contains { $0.side.repeatsCapture }
            && rules[earlier].conditions.allSatisfy { $0.isConstant && rules[rule].conditions.contains($0) }
            && (rules[earlier].sources.count == 1
                || rules[earlier].domains == rules[rule].domains
                    && rules[earlier].sources.allSatisfy { source in
                        rules[rule].sources.contains { $0.input == source.input && $0.side.steps == source.side.steps }
                    })
    }

    /// The keys that the rules take on the sides that name `input`.
    func automata(_ rules: [Int], input: String?) -> [KeyAutomaton] {
        rules.flatMap { rule in
            zip(self.rules[rule].sources, sources[rule]).filter { $0.0.input == input }.map(\.1)
        }
    }

    /// False when the texts that the sides begin with rule out a common key.
    static func mayShareKeys(_ left: Side, _ right: Side) -> Bool {
        zip(left.leadingLiteral, right.leadingLiteral).allSatisfy { $0 == $1 }
    }

    /// One combination for each different answer of `shadows`.
    func distinctCombinations(
        _ combinations: CombinationSet, _ sides: [(rule: Int, side: Int)]
    ) -> [(combination: Int, shadows: [[Int]])] {
        var seen: Set<[[Int]]> = []
        var result: [(Int, [[Int]])] = []
        for combination in combinations.members {
            let shadows = sides.map { self.shadows(of: $0.rule, side: $0.side, in: combination) }
            if seen.insert(shadows).inserted { result.append((combination, shadows)) }
        }
        return result
    }

    private func unreachableLines() -> [RuleError] {
        var reachable: Set<Int> = []
        var blockers: [Int: Set<Int>] = [:]
        for (index, rule) in rules.enumerated() where !reachable.contains(rule.line) {
            guard !search.budget.isSpent else {
                reachable.insert(rule.line)
                continue
            }
            // A line of several tensors needs them all: one side that is never reached is enough.
            let sides = rule.sources.indices.map { (rule: index, side: $0) }
            for (_, shadows) in distinctCombinations(rule.combinations, sides) {
                let blocked = zip(sides, shadows).first { side, above in
                    let keys = sources[index][side.side]
                    let rivals = automata(above, input: rule.sources[side.side].input)
                        .filter { search.mayMeet(keys, $0) }
                    return !rivals.isEmpty && search.key(in: [keys], butNotIn: rivals) == .none
                }
                guard let (side, above) = blocked else {
                    reachable.insert(rule.line)
                    break
                }
                let taken = sources[index][side.side]
                blockers[rule.line, default: []].formUnion(
                    above.filter { earlier in
                        automata([earlier], input: rule.sources[side.side].input)
                            .contains { search.key(in: [taken, $0]) != .none }
                    }.map { rules[$0].line })
            }
        }
        let used = Set(rules.map(\.line))
        return used.subtracting(reachable).map { line in
            let above = (blockers[line] ?? []).sorted().map { lines[$0].location }
            return RuleError(location: lines[line].start, reason: .unreachable(by: above))
        }
    }
}

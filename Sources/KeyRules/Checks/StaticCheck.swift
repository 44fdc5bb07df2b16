import TensorCore

/// What can be said against rules before any checkpoint is seen: lines that no key reaches, and pairs of
/// lines that give two keys one target.
struct StaticCheck {
    let rules: [BoundRule]
    let lines: [RuleSet.Line]
    let search: KeySearch
    let sources: [KeyAutomaton]
    let targets: [KeyAutomaton?]

    init(_ set: RuleSet) {
        rules = set.rules
        lines = set.lines
        search = KeySearch(texts: set.rules.flatMap(Self.texts))
        sources = rules.map { KeyAutomaton($0.source, domains: $0.domains) }
        targets = rules.map { rule in rule.target.map { KeyAutomaton($0, domains: rule.domains) } }
    }

    /// In the order of the lines.
    func run() -> [RuleError] {
        (unreachableLines() + meetingTargets()).sorted { $0.location < $1.location }
    }

    private static func texts(_ rule: BoundRule) -> [KeyText] {
        var texts: [KeyText] = []
        for step in rule.source.steps + (rule.target?.steps ?? []) {
            switch step {
            case .literal(let literal): texts.append(literal)
            case .capture(_, .lookup(let lookup)): texts += lookup.inverse.keys
            case .capture: break
            }
        }
        for case .words(let words) in rule.domains { texts += words }
        return texts
    }

    /// The lines above `rule` that take all the keys they match whenever `rule` could, under `combination`.
    func shadows(of rule: Int, in combination: Int) -> [Int] {
        search.budget.spend(rule)
        return (0..<rule).filter { earlier in
            rules[earlier].combinations.contains(combination) && takesAlways(earlier, whenever: rule)
                && Self.mayShareKeys(rules[earlier].source, rules[rule].source)
        }
    }

    private func takesAlways(_ earlier: Int, whenever rule: Int) -> Bool {
        !rules[earlier].source.repeatsCapture
            && rules[earlier].conditions.allSatisfy { $0.isConstant && rules[rule].conditions.contains($0) }
    }

    /// False when the texts that the sides begin with rule out a common key.
    static func mayShareKeys(_ left: Side, _ right: Side) -> Bool {
        zip(left.leadingLiteral, right.leadingLiteral).allSatisfy { $0 == $1 }
    }

    /// One combination for each different answer of `shadows`.
    func distinctCombinations(_ combinations: CombinationSet, _ rules: [Int]) -> [(combination: Int, shadows: [[Int]])]
    {
        var seen: Set<[[Int]]> = []
        var result: [(Int, [[Int]])] = []
        for combination in combinations.members {
            let shadows = rules.map { self.shadows(of: $0, in: combination) }
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
            for (_, shadows) in distinctCombinations(rule.combinations, [index]) {
                let above = shadows[0]
                if above.isEmpty || search.key(in: [sources[index]], butNotIn: above.map { sources[$0] }) != .none {
                    reachable.insert(rule.line)
                    break
                }
                blockers[rule.line, default: []].formUnion(
                    above.filter { search.key(in: [sources[index], sources[$0]]) != .none }.map { rules[$0].line })
            }
        }
        let used = Set(rules.map(\.line))
        return used.subtracting(reachable).map { line in
            let above = (blockers[line] ?? []).sorted().map { lines[$0].location }
            return RuleError(location: lines[line].location, reason: .unreachable(by: above))
        }
    }
}

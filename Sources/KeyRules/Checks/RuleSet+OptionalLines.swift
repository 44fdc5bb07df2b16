extension RuleSet {
    /// Finds for each model the lines whose targets all lie in its optional groups.
    func markingOptionalLines(_ check: StaticCheck) -> RuleSet {
        var result = self
        for (index, model) in models.enumerated() where !model.optional.isEmpty {
            let groups = model.optional.map { KeyAutomaton($0.side, domains: $0.domains) }
            let texts = model.optional.flatMap { $0.side.steps }
                .compactMap { if case .literal(let text) = $0 { text } else { nil } }
            let search = KeySearch(texts: [check.search.alphabet[...]] + texts)
            var inside: Set<Int> = []
            var outside: Set<Int> = []
            for (position, rule) in rules.enumerated() where rule.combinations.intersects(model.combinations) {
                guard !rule.targets.isEmpty else { continue }
                let isInside = zip(rule.targets, check.targets[position]).allSatisfy { target, automaton in
                    model.optional.contains { StaticCheck.mayShareKeys($0.side, target) }
                        && search.key(in: [automaton], butNotIn: groups) == .none
                }
                if isInside { inside.insert(rule.line) } else { outside.insert(rule.line) }
            }
            result.models[index].optionalLines = inside.subtracting(outside)
        }
        return result
    }
}

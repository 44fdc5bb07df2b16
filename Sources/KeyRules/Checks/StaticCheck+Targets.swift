import TensorCore

extension StaticCheck {
    /// Witnesses to look at before a pair of rules is left undecided.
    private static let attempts = 64

    /// Pairs of lines of which some two keys, each really taken by its line, get one target.
    func meetingTargets() -> [RuleError] {
        var errors: [RuleError] = []
        var reported: Set<[Int]> = []
        for later in rules.indices {
            search.budget.spend(later)
            guard !search.budget.isSpent else { break }
            guard let laterTarget = rules[later].target else { continue }
            for earlier in 0..<later {
                let pair = [rules[earlier].line, rules[later].line]
                guard let earlierTarget = rules[earlier].target, !reported.contains(pair),
                    Self.mayShareKeys(earlierTarget, laterTarget), canBothHold(earlier, later),
                    let meeting = meeting(earlier, later)
                else { continue }
                reported.insert(pair)
                errors.append(
                    RuleError(
                        location: rules[later].location,
                        reason: .targetsMeet(
                            other: rules[earlier].location, target: Key(meeting.target.string),
                            source: Key(meeting.sources[1].string), otherSource: Key(meeting.sources[0].string))))
            }
        }
        return errors
    }

    private func canBothHold(_ left: Int, _ right: Int) -> Bool {
        rules[left].combinations.intersects(rules[right].combinations)
            && !rules[left].conditions.contains { condition in
                rules[right].conditions.contains { condition.excludes($0) }
            }
    }

    private struct Meeting {
        let target: KeyText
        let sources: [KeyText]
    }

    private func meeting(_ left: Int, _ right: Int) -> Meeting? {
        guard let leftTarget = targets[left], let rightTarget = targets[right],
            case .found = search.key(in: [leftTarget, rightTarget])
        else { return nil }
        let shared = rules[left].combinations.intersection(rules[right].combinations)
        for (_, shadows) in distinctCombinations(shared, [left, right]) {
            if let meeting = meeting([left, right], [leftTarget, rightTarget], shadows) { return meeting }
        }
        return nil
    }

    /// Goes through the common targets: one whose source keys are both taken by their own rule is a meeting.
    /// Where a line above takes a source key, the targets of all such keys around it are set aside.
    private func meeting(_ pair: [Int], _ targets: [KeyAutomaton], _ shadows: [[Int]]) -> Meeting? {
        var aside: [KeyAutomaton] = []
        for _ in 0..<Self.attempts {
            guard case .found(let target) = search.key(in: targets, butNotIn: aside) else { return nil }
            var sources: [KeyText] = []
            for (index, above) in zip(pair, shadows) {
                let rule = rules[index]
                var values = [KeyText?](repeating: nil, count: rule.captures.count)
                guard let side = rule.target, side.match(target, domains: rule.domains, values: &values),
                    let source = rule.source.key(values)
                else { return nil }
                if above.contains(where: { matches($0, source) }) {
                    aside.append(KeyAutomaton(side, domains: widened(index, values, above)))
                    break
                }
                sources.append(source)
            }
            if sources.count == pair.count {
                return sources[0] == sources[1] ? nil : Meeting(target: target, sources: sources)
            }
        }
        return nil
    }

    private func matches(_ rule: Int, _ source: KeyText) -> Bool {
        var values = [KeyText?](repeating: nil, count: rules[rule].captures.count)
        return rules[rule].source.match(source, domains: rules[rule].domains, values: &values)
    }

    /// The widest domains around `values` in which every source key is taken by the rules `above`.
    private func widened(_ index: Int, _ values: [KeyText?], _ above: [Int]) -> [CaptureDomain] {
        let rule = rules[index]
        var domains = zip(values, rule.domains).map { value, domain in
            value.map { CaptureDomain.words([$0]) } ?? domain
        }
        for capture in domains.indices {
            let narrow = domains[capture]
            let wider = [rule.domains[capture], rule.domains[capture].intersection(.number)].compactMap { $0 }
            for domain in wider {
                domains[capture] = domain
                let all = KeyAutomaton(rule.source, domains: domains)
                if search.key(in: [all], butNotIn: above.map { sources[$0] }) == .none { break }
                domains[capture] = narrow
            }
        }
        return domains
    }
}

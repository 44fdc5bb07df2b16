import TensorCore

extension StaticCheck {
    /// Witnesses to look at before a pair of rules is left undecided.
    private static let attempts = 64

    /// A right side.
    struct Place: Hashable {
        let rule: Int
        let side: Int
    }

    /// The keys that a rule makes one target of, and the captures that they share.
    struct Reading {
        let rule: Int
        let sources: [SourceKey]
        let values: [KeyText?]
    }

    struct SourceKey: Hashable {
        let input: String?
        let key: KeyText
    }

    /// Pairs of lines of which some two keys, each really taken by its line, get one target; and lines that give one
    /// target twice.
    ///
    /// A line that leaves keys as they are, `{k..} -> {k..}`, may follow one that makes such a key of several and runs
    /// forward only, as `weight_norm` does: a checkpoint that has both is refused when it is planned.
    func meetingTargets() -> [RuleError] {
        var errors: [RuleError] = []
        var reported: Set<[Int]> = []
        let combinations = rules.map(\.combinations)
        let places = rules.indices.flatMap { rule in rules[rule].targets.indices.map { Place(rule: rule, side: $0) } }
        let leadingTexts = LeadingTexts(places.map { [side($0).leadingLiteral] })
        for (index, laterPlace) in places.enumerated() {
            let later = laterPlace.rule
            let rivals = leadingTexts.items(before: index, near: side(laterPlace).leadingLiteral)
            search.budget.spend(min(rivals.count, later))
            guard !search.budget.isSpent else { break }
            for earlierPlace in rivals.map({ places[$0] }) {
                let earlier = earlierPlace.rule
                guard combinations[earlier].intersects(combinations[later]),
                    !(rules[earlier].joinsForGood && rules[later].keepsKey)
                else { continue }
                let pair = [rules[earlier].line, rules[later].line]
                guard !reported.contains(pair), !excludeEachOther(earlierPlace, laterPlace),
                    let meeting = meeting(earlierPlace, laterPlace)
                else { continue }
                reported.insert(pair)
                errors.append(
                    RuleError(
                        location: lines[rules[later].line].start,
                        reason: .targetsMeet(
                            other: rules[earlier].location, target: Key(meeting.target.string),
                            source: Key(meeting.sources[1].string),
                            otherSource: Key(meeting.sources[0].string))))
            }
        }
        return errors
    }

    func side(_ place: Place) -> Side { rules[place.rule].targets[place.side] }

    private struct Meeting {
        let target: KeyText
        let sources: [KeyText]
    }

    private func meeting(_ left: Place, _ right: Place) -> Meeting? {
        let places = [left, right]
        let automata = places.map { targets[$0.rule][$0.side] }
        guard search.mayMeet(automata[0], automata[1]), case .found = search.key(in: automata) else { return nil }
        let shared = rules[left.rule].combinations.intersection(rules[right.rule].combinations)
        for (_, shadows) in distinctCombinations(shared, places.map { ($0.rule, 0) }) {
            if let meeting = meeting(places, automata, shadows) { return meeting }
        }
        return nil
    }

    /// Goes through the common targets: one whose source keys are both taken by their own rule is a meeting.
    /// Where a line above takes a source key, the targets of all such keys around it are set aside.
    private func meeting(_ places: [Place], _ targets: [KeyAutomaton], _ shadows: [[Int]]) -> Meeting? {
        var aside: [KeyAutomaton] = []
        for _ in 0..<Self.attempts {
            guard case .found(let target) = search.key(in: targets, butNotIn: aside) else { return nil }
            var readings: [Reading] = []
            for (place, above) in zip(places, shadows) {
                guard let reading = reading(target, place) else { return nil }
                if above.contains(where: { matches($0, reading.sources[0]) }) {
                    aside.append(KeyAutomaton(side(place), domains: widened(reading, above)))
                    break
                }
                readings.append(reading)
            }
            guard readings.count == places.count else { continue }
            if excludeEachOther(readings[0], readings[1]) {
                let exact = readings[0].values.map { $0.map { CaptureDomain.words([$0]) } ?? .segment }
                aside.append(KeyAutomaton(side(places[0]), domains: exact))
                continue
            }
            let isOneRule = places[0].rule == places[1].rule
            let isShared = !isOneRule && !Set(readings[0].sources).isDisjoint(with: readings[1].sources)
            return isShared ? nil : Meeting(target: target, sources: readings.map { $0.sources[0].key })
        }
        return nil
    }

    /// What `place` makes a target of.
    private func reading(_ target: KeyText, _ place: Place) -> Reading? {
        let rule = rules[place.rule]
        var values = [KeyText?](repeating: nil, count: rule.captures.count)
        guard side(place).match(target, domains: rule.domains, values: &values) else { return nil }
        if let members = rule.computation.members, values[members.capture] == nil {
            values[members.capture] = members.text(at: 0)
        }
        let sources = rule.sources.compactMap { source in
            source.side.key(values).map { SourceKey(input: source.input, key: $0) }
        }
        guard sources.count == rule.sources.count else { return nil }
        return Reading(rule: place.rule, sources: sources, values: values)
    }

    private func matches(_ rule: Int, _ source: SourceKey) -> Bool {
        rules[rule].sources.contains { side in
            var values = [KeyText?](repeating: nil, count: rules[rule].captures.count)
            return side.input == source.input
                && side.side.match(source.key, domains: rules[rule].domains, values: &values)
        }
    }

    /// The widest domains around the captures in which every first source key is taken by the rules `above`.
    private func widened(_ reading: Reading, _ above: [Int]) -> [CaptureDomain] {
        let rule = rules[reading.rule]
        var domains = zip(reading.values, rule.domains).map { value, domain in
            value.map { CaptureDomain.words([$0]) } ?? domain
        }
        for capture in domains.indices {
            let narrow = domains[capture]
            let wider = [rule.domains[capture], rule.domains[capture].intersection(.number)].compactMap { $0 }
            for domain in wider {
                domains[capture] = domain
                let all = KeyAutomaton(rule.sources[0].side, domains: domains)
                let taken = automata(above, input: rule.sources[0].input)
                if search.key(in: [all], butNotIn: taken) == .none { break }
                domains[capture] = narrow
            }
        }
        return domains
    }
}

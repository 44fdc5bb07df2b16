import TensorCore

extension Planner {
    /// A rule that takes a key by one of its sides, and the parameter values under which it does.
    struct Taking: Hashable {
        let rule: Int
        let side: Int
        let combinations: CombinationSet
    }

    /// The rules that take `key` in the request's direction, no two under the same parameter values.
    /// - Parameter input: the one that the key is of.
    func takings(of key: KeyText, input: Int) -> TensorTakings {
        switch request.direction {
        case .forward: forwardTakings(of: key, input: input)
        case .reverse: reverseTakings(of: key)
        }
    }

    /// The rules that take a key, most often one, each with the captures.
    struct TensorTakings {
        private(set) var first: (taking: Taking, values: [KeyText?])?
        private(set) var others: [(taking: Taking, values: [KeyText?])] = []

        mutating func append(_ taking: Taking, _ values: [KeyText?]) {
            if first == nil { first = (taking, values) } else { others.append((taking, values)) }
        }

        var all: [Taking] { first.map { [$0.taking] + others.map(\.taking) } ?? [] }
    }

    /// The first rule in file order that matches takes the key.
    private func forwardTakings(of key: KeyText, input: Int) -> TensorTakings {
        var result = TensorTakings()
        var open = allowed
        for index in sourceIndex.candidates(for: key) {
            let place = sourceSides[index]
            let rule = set.rules[place.rule]
            guard place.input == input, rule.combinations.intersects(open),
                let values = match(rule.sources[place.side].side, of: rule, key), holds(rule, values),
                missingCompanion(rule, values) == nil
            else { continue }
            let taken = open.intersection(rule.combinations)
            result.append(Taking(rule: place.rule, side: place.side, combinations: taken), values)
            open.subtract(taken)
            if open.isEmpty { break }
        }
        return result
    }

    /// A rule takes a target key backward where, forward, it takes the source keys that come of it.
    private func reverseTakings(of key: KeyText) -> TensorTakings {
        var result = TensorTakings()
        var open = allowed
        for index in targetIndex.candidates(for: key) {
            let place = targetSides[index]
            let rule = set.rules[place.rule]
            guard rule.combinations.intersects(open), obstacle(rule) == nil,
                let values = match(rule.targets[place.side], of: rule, key), holds(rule, values),
                missingCompanion(rule, values) == nil, readsAlike(rule, firstMember(rule, values))
            else { continue }
            var taken = open.intersection(rule.combinations)
            for source in rule.sources { taken.subtract(shadow(of: source, rule, place.rule, values, taken)) }
            guard !taken.isEmpty else { continue }
            result.append(Taking(rule: place.rule, side: place.side, combinations: taken), values)
            open.subtract(taken)
            if open.isEmpty { break }
        }
        return result
    }

    /// Whether the captures are what the rule reads, forward, in the source keys that they spell: `{a}_{b}` spells `x_y_z` for
    /// `x_y` and `z`, too, but reads `x` and `y_z`.
    private func readsAlike(_ rule: BoundRule, _ values: [KeyText?]) -> Bool {
        rule.sources.allSatisfy { source in
            guard let key = source.side.key(values), let read = match(source.side, of: rule, key) else { return false }
            return zip(read, values).allSatisfy { $0 == nil || $0 == $1 }
        }
    }

    /// The combinations in which a rule above would take, forward, a source key that `rule` goes back to.
    func shadow(
        of source: BoundRule.Source, _ rule: BoundRule, _ index: Int, _ values: [KeyText?],
        _ combinations: CombinationSet
    ) -> CombinationSet {
        var shadow = CombinationSet(empty: set.space.count)
        guard let key = source.side.key(firstMember(rule, values)) else { return combinations }
        for candidate in sourceIndex.candidates(for: key) {
            let place = sourceSides[candidate]
            guard place.rule < index else { break }
            let earlier = set.rules[place.rule]
            guard earlier.sources[place.side].input == source.input, earlier.combinations.intersects(combinations),
                let values = match(earlier.sources[place.side].side, of: earlier, key), holds(earlier, values),
                earlier.sources.count == 1 || makesPresentTargets(earlier, values)
            else { continue }
            shadow.formUnion(earlier.combinations)
        }
        return shadow
    }

    /// Whether the checkpoint, which is converted, holds what the rule makes.
    private func makesPresentTargets(_ rule: BoundRule, _ values: [KeyText?]) -> Bool {
        rule.targets.allSatisfy { isPresent($0, firstMember(rule, values), of: rule) }
    }

    /// The captures with the first member in place of those that a `stack` or `unstack` counts.
    func firstMember(_ rule: BoundRule, _ values: [KeyText?]) -> [KeyText?] {
        guard let members = rule.computation.members, values[members.capture] == nil else { return values }
        var values = values
        values[members.capture] = members.text(at: 0)
        return values
    }

    func match(_ side: Side, of rule: BoundRule, _ key: KeyText) -> [KeyText?]? {
        var values = [KeyText?](repeating: nil, count: rule.domains.count)
        return side.match(key, domains: rule.domains, values: &values) ? values : nil
    }

    /// A key that the line needs beside the one that gave `values`, and that its input lacks.
    func missingCompanion(_ rule: BoundRule, _ values: [KeyText?]) -> Key? {
        switch request.direction {
        case .forward:
            guard rule.sources.count > 1 else { return nil }
            for source in rule.sources {
                guard let input = inputs.position(of: source.input), let key = source.side.key(values) else { continue }
                let name = Key(key.string)
                if !presentKeys[input].contains(name) { return inputs.name(of: name, input: input) }
            }
        case .reverse:
            guard rule.targets.count > 1 else { return nil }
            for target in rule.targets {
                guard let key = target.key(values) else { continue }
                if !presentKeys[0].contains(Key(key.string)) { return Key(key.string) }
            }
        }
        return nil
    }

    /// Whether the companion keys that a rule asks for are as it wants them.
    private func holds(_ rule: BoundRule, _ values: [KeyText?]) -> Bool {
        rule.conditions.allSatisfy { condition in
            let side = request.direction == .forward ? condition.forward : condition.reverse
            guard let side else { return isProbe }
            return isPresent(side, values, of: rule) == condition.isPresent
        }
    }

    /// Whether the carrier has the key, or one like it where captures are unknown.
    private func isPresent(_ side: Side, _ values: [KeyText?], of rule: BoundRule) -> Bool {
        if let key = side.key(values) { return presentKeys[0].contains(Key(key.string)) }
        return openSides.answer(side, of: rule, values) {
            request.tensors.contains { tensor in
                var values = values
                return side.match(KeyText(tensor.key.text), domains: rule.domains, values: &values)
            }
        }
    }

    /// What keeps a rule from running in the request's direction; nil if it can.
    func obstacle(_ rule: BoundRule) -> String? {
        guard request.direction == .reverse else { return nil }
        if isProbe { return rule.targets.isEmpty ? rule.computation.obstacle : nil }
        return rule.computation.obstacle
    }
}

import TensorCore

extension Planner {
    /// A rule that takes a key, and the parameter values under which it does.
    struct Taking: Hashable {
        let rule: Int
        let combinations: CombinationSet
    }

    /// The rules that take `key` in the request's direction, no two under the same parameter values.
    func takings(of key: KeyText) -> [(taking: Taking, values: [KeyText?])] {
        switch request.direction {
        case .forward: forwardTakings(of: key)
        case .reverse: reverseTakings(of: key)
        }
    }

    /// The first rule in file order that matches takes the key.
    private func forwardTakings(of key: KeyText) -> [(taking: Taking, values: [KeyText?])] {
        var result: [(taking: Taking, values: [KeyText?])] = []
        var open = allowed
        for index in sourceIndex.candidates(for: key) where set.rules[index].combinations.intersects(open) {
            guard let values = match(set.rules[index].source, of: index, key), holds(index, values) else { continue }
            let taken = open.intersection(set.rules[index].combinations)
            result.append((Taking(rule: index, combinations: taken), values))
            open.subtract(taken)
            if open.isEmpty { break }
        }
        return result
    }

    /// A rule takes a target key backward where, forward, it takes the source key that comes of it.
    func reverseTakings(of key: KeyText) -> [(taking: Taking, values: [KeyText?])] {
        var result: [(taking: Taking, values: [KeyText?])] = []
        var open = allowed
        for index in targetIndex.candidates(for: key) where set.rules[index].combinations.intersects(open) {
            let rule = set.rules[index]
            guard let target = rule.target, let values = match(target, of: index, key), holds(index, values),
                let source = rule.source.key(values)
            else { continue }
            var taken = open.intersection(rule.combinations)
            for earlier in sourceIndex.candidates(for: source) where earlier < index {
                guard set.rules[earlier].combinations.intersects(taken),
                    let values = match(set.rules[earlier].source, of: earlier, source), holds(earlier, values)
                else { continue }
                taken.subtract(set.rules[earlier].combinations)
            }
            guard !taken.isEmpty else { continue }
            result.append((Taking(rule: index, combinations: taken), values))
            open.subtract(taken)
            if open.isEmpty { break }
        }
        return result
    }

    private func match(_ side: Side, of rule: Int, _ key: KeyText) -> [KeyText?]? {
        var values = [KeyText?](repeating: nil, count: set.rules[rule].domains.count)
        return side.match(key, domains: set.rules[rule].domains, values: &values) ? values : nil
    }

    /// Whether the companion keys that a rule asks for are as it wants them.
    private func holds(_ rule: Int, _ values: [KeyText?]) -> Bool {
        set.rules[rule].conditions.allSatisfy { condition in
            let side = request.direction == .forward ? condition.forward : condition.reverse
            guard let side else { return false }
            return isPresent(side, values, set.rules[rule].domains) == condition.isPresent
        }
    }

    private func isPresent(_ side: Side, _ values: [KeyText?], _ domains: [CaptureDomain]) -> Bool {
        if let key = side.key(values) { return presentKeys.contains(Key(key.string)) }
        return request.tensors.contains { tensor in
            var values = values
            return side.match(KeyText(tensor.key.text), domains: domains, values: &values)
        }
    }

    /// What keeps a rule from running in the request's direction; nil if it can.
    func obstacle(_ rule: BoundRule) -> String? {
        guard request.direction == .reverse else { return nil }
        if rule.target == nil { return "what it drops does not come back" }
        if rule.conditions.contains(where: { $0.reverse == nil }) {
            return "its 'has' condition names no '~' key to look for"
        }
        return nil
    }
}

import TensorCore

extension Planner {
    /// What makes a whole checkpoint unfit for the rules: it is already converted, the keys of a wrapped model are in
    /// it, or all its keys are strange to them.
    func mistakenInput(_ census: Census) -> Finding? {
        let (combination, unmatched) = leastUnmatched(census)
        guard unmatched * 2 > tensors.count else { return nil }
        // Asked with one input only: that rules take no key of a second one does not mean that the first is converted.
        if request.named.isEmpty, let rule = fits(direction: request.direction.opposite, sparing: unmatched) {
            let message =
                request.direction == .forward
                ? "the checkpoint is already converted: its keys are those of the right sides; --reverse goes back"
                : "the checkpoint is not converted: its keys are those of the left sides; leave out --reverse"
            return Finding(.error, .alreadyConverted, key: request.tensors.first?.key, rule: rule, message)
        }
        let strays = tensors.indices.filter { census.taking(of: $0, in: combination) == nil }
        guard let first = strays.first.map({ tensors[$0].key }) else { return nil }
        for prefix in Self.prefixes(first) where strays.allSatisfy({ hasPrefix($0, prefix) }) {
            guard let rule = fits(prefix: prefix, sparing: unmatched) else { continue }
            let message =
                "\(strays.count) of \(tensors.count) keys match once the wrapper prefix '\(prefix)' is gone"
                + " (--strip-prefix \(prefix)): '\(first)' is '\(first.text.dropFirst(prefix.count))' to this line"
            return Finding(.error, .wrapperPrefix, key: first, rule: rule, message)
        }
        return strays.count == tensors.count && tensors.count > 1 ? foreignCheckpoint(combination) : nil
    }

    private func foreignCheckpoint(_ combination: Int) -> Finding {
        let (first, name) = (tensors[0].key, name(of: 0))
        let nearest = nearestRule(to: first, in: combination)
        return Finding(
            .error, .foreignCheckpoint, key: name, rule: nearest?.rule.location,
            "the rules take none of the \(tensors.count) keys; the first is '\(name)'"
                + (nearest.map { ", to which '\($0.side.text)' is nearest" } ?? ""))
    }

    private func hasPrefix(_ tensor: Int, _ prefix: String) -> Bool {
        tensors[tensor].key.text.utf8.starts(with: prefix.utf8)
    }

    /// The first one, two and three segments of a key, each with its separator.
    private static func prefixes(_ key: Key) -> [String] {
        var ends: [String.Index] = []
        for index in key.text.utf8.indices where Separator.contains(key.text.utf8[index]) {
            ends.append(key.text.utf8.index(after: index))
            if ends.count == 3 { break }
        }
        return ends.map { String(key.text[..<$0]) }
    }

    /// The combination that leaves the fewest keys unmatched.
    private func leastUnmatched(_ census: Census) -> (combination: Int, count: Int) {
        let none = set.lines.map { _ in CombinationSet(empty: set.space.count) }
        let counts = allowed.members.map { ($0, leftover($0, census, none, none).keys) }
        return counts.min { $0.1 < $1.1 } ?? (0, tensors.count)
    }

    /// Whether the rules take nearly all keys in another reading of the checkpoint.
    /// - Returns: the line that takes the first key.
    private func fits(
        direction: Direction? = nil, prefix: String = "", sparing unmatched: Int
    ) -> RuleLocation? {
        var other = request
        other.direction = direction ?? request.direction
        if !prefix.isEmpty {
            func unwrapped(_ tensor: TensorSignature) -> TensorSignature {
                guard tensor.key.text.utf8.starts(with: prefix.utf8) else { return tensor }
                let key = Key(String(tensor.key.text.dropFirst(prefix.count)))
                return TensorSignature(key: key, dtype: tensor.dtype, shape: tensor.shape)
            }
            other.tensors = request.tensors.map(unwrapped)
            for index in other.named.indices {
                other.named[index].tensors = request.named[index].tensors.map(unwrapped)
            }
        }
        let planner = Planner(set, other, isProbe: true)
        let census = planner.census()
        let (combination, rest) = planner.leastUnmatched(census)
        guard rest * 10 <= unmatched else { return nil }
        let rules = planner.tensors.indices.lazy.compactMap { census.taking(of: $0, in: combination)?.rule }
        return rules.first.map { set.rules[$0].location }
    }

    /// The rule whose pattern is nearest to a key that no rule takes; nil if none resembles it.
    func nearestRule(to key: Key, in combination: Int) -> (rule: BoundRule, side: Side)? {
        let text = KeyText(key.text)
        guard text.count <= Side.longestKey else { return nil }
        var best: (rule: BoundRule, side: Side, distance: Int)?
        for rule in set.rules where rule.combinations.contains(combination) {
            for side in rule.inputSides(request.direction) {
                let distance = PatternDistance(side.side, domains: rule.domains).distance(to: text)
                if distance < best?.distance ?? Int.max { best = (rule, side.side, distance) }
            }
        }
        let segments = text.count { Separator.contains($0) } + 1
        guard let best, best.distance < 4 * segments else { return nil }
        return (best.rule, best.side)
    }
}

extension Direction {
    var opposite: Direction { self == .forward ? .reverse : .forward }
}

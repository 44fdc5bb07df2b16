extension StaticCheck {
    /// Whether no checkpoint lets both lines make one target, whatever their captures stand for: one of them runs only
    /// without a key that the other one reads or asks for.
    func excludeEachOther(_ left: Place, _ right: Place) -> Bool {
        let names = Self.renaming(side(left), side(right)) ?? [:]
        let back = Dictionary(names.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return forbids(left.rule, right.rule, names) || forbids(right.rule, left.rule, back)
    }

    /// Whether rule `index` runs only without a key that `other` needs, where the captures of `index` that `names` holds
    /// are captures of `other`.
    private func forbids(_ index: Int, _ other: Int, _ names: [Int: Int]) -> Bool {
        rules[index].conditions.contains { condition in
            guard !condition.isPresent, let unwanted = condition.forward.steps(renamed: names) else { return false }
            return neededSides(other).contains { $0.steps == unwanted }
        }
    }

    /// The same for one pair of source keys: the line of `left` runs only without a key that `right` needs, or the
    /// other way round.
    func excludeEachOther(_ left: Reading, _ right: Reading) -> Bool { forbids(left, right) || forbids(right, left) }

    private func forbids(_ reading: Reading, _ other: Reading) -> Bool {
        let needed = neededSides(other.rule).compactMap { $0.key(other.values) }
        return rules[reading.rule].conditions.contains { condition in
            !condition.isPresent
                && needed.contains { key in
                    var values = reading.values
                    return condition.forward.match(key, domains: rules[reading.rule].domains, values: &values)
                }
        }
    }

    /// The sides whose keys the checkpoint must hold for a rule to run.
    private func neededSides(_ rule: Int) -> [Side] {
        rules[rule].sources.filter { $0.input == nil }.map(\.side)
            + rules[rule].conditions.filter(\.isPresent).map(\.forward)
    }

    /// The captures of `left` as those of `right`, if both sides spell the same but for the names.
    private static func renaming(_ left: Side, _ right: Side) -> [Int: Int]? {
        guard left.steps.count == right.steps.count else { return nil }
        var names: [Int: Int] = [:]
        for steps in zip(left.steps, right.steps) {
            switch steps {
            case (.literal(let one), .literal(let other)):
                guard one == other else { return nil }
            case (.capture(let one, let view), .capture(let other, let otherView)):
                guard view == otherView, names.updateValue(other, forKey: one).map({ $0 == other }) ?? true else {
                    return nil
                }
            default: return nil
            }
        }
        return names
    }
}

extension Side {
    /// Its steps with other positions of the captures; nil if one has no new position.
    fileprivate func steps(renamed names: [Int: Int]) -> [Step]? {
        var renamed: [Step] = []
        for step in steps {
            switch step {
            case .literal: renamed.append(step)
            case .capture(let index, let view):
                guard let name = names[index] else { return nil }
                renamed.append(.capture(name, view))
            }
        }
        return renamed
    }
}

import TensorCore

/// What the rules make of a checkpoint under one combination of parameter values.
struct PlanDraft {
    private(set) var entries: [ConversionPlan.Entry] = []
    private(set) var dropped: [ConversionPlan.Drop] = []
    /// Positions of the tensors that no rule takes.
    private(set) var unmatched: [Int] = []
    /// Positions of the tensors that a rule takes, and the rule.
    private(set) var taken: [(tensor: Int, rule: RuleLocation)] = []
    private(set) var sharedTargets: [(first: Int, second: ConversionPlan.Entry)] = []
    /// Tensors that their line's operations do not fit, and why.
    private(set) var misfits: [(key: Key, rule: RuleLocation, reason: String, isIncomplete: Bool)] = []
    /// Each `make` line with the keys that it makes.
    private(set) var made: [(rule: RuleLocation, keys: [Key])] = []
    /// By `make` line: the keys it leaves to the checkpoint, which holds others of their kind.
    private(set) var incomplete: [(rule: RuleLocation, keys: [Key], present: Int)] = []
    /// What the converted side may lack without mention: what no rule has a source for and, backward, what `make` makes.
    private(set) var lackingSides: [BoundModel.OptionalSide] = []

    var faults: Int {
        unmatched.count + sharedTargets.count + misfits.count + incomplete.reduce(0) { $0 + $1.keys.count }
    }

    init(_ planner: Planner, _ census: Planner.Census, _ combination: Int) {
        let request = planner.request
        let constants = planner.set.constants.filter { $0.combinations.contains(combination) }
        let absences = planner.set.absences.filter { $0.combinations.contains(combination) }
        var positions: [Key: Int] = [:]
        positions.reserveCapacity(planner.tensors.count)
        entries.reserveCapacity(planner.tensors.count)
        taken.reserveCapacity(planner.tensors.count)
        let groups = TensorGroups(planner, census, combination)
        for (index, tensor) in planner.tensors.enumerated() {
            guard let (ruleIndex, _, values) = census.taking(of: index, in: combination) else {
                let isAllowed = census.classes[census.tensors[index].keyClass].isAllowed
                leave(index, planner.name(of: index), isAllowed: isAllowed, planner, constants, absences)
                continue
            }
            let rule = planner.set.rules[ruleIndex]
            taken.append((index, rule.location))
            if case .drop(let reason) = rule.result {
                dropped.append(
                    ConversionPlan.Drop(key: planner.name(of: index), rule: rule.location, reason: reason))
            } else if rule.isRename {
                let side = request.direction == .forward ? rule.targets[0] : rule.sources[0].side
                guard let text = side.key(values) else {
                    unmatched.append(index)
                    continue
                }
                add(
                    ConversionPlan.Entry(
                        target: Key(text.string), sources: [planner.name(of: index)], tensors: [index],
                        rule: rule.location, captures: (rule.captures, values), computation: nil,
                        dtype: tensor.dtype, shape: tensor.shape),
                    &positions)
            } else if let group = groups.beginning(at: index) {
                do throws(TensorGroup.Misfit) {
                    for entry in try group.entries(planner) { add(entry, &positions) }
                } catch {
                    misfits.append((planner.name(of: index), rule.location, error.reason, error.isIncomplete))
                }
            }
        }
        switch request.direction {
        case .forward: for constant in constants { make(constant, &positions) }
        case .reverse:
            lackingSides =
                absences.map(\.keys)
                + constants.map { BoundModel.OptionalSide(side: $0.target, domains: $0.domains) }
        }
    }

    private mutating func add(_ entry: ConversionPlan.Entry, _ positions: inout [Key: Int]) {
        if let first = positions[entry.target] {
            sharedTargets.append((first, entry))
        } else {
            positions[entry.target] = entries.count
            entries.append(entry)
        }
    }

    /// Accounts for a tensor that no rule takes.
    private mutating func leave(
        _ index: Int, _ key: Key, isAllowed: Bool, _ planner: Planner, _ constants: [BoundConstants],
        _ absences: [BoundAbsence]
    ) {
        if planner.request.direction == .reverse,
            let maker = constants.first(where: { constant in
                BoundModel.OptionalSide(side: constant.target, domains: constant.domains)
                    .matches(key)
            })
        {
            dropped.append(
                ConversionPlan.Drop(
                    key: key, rule: maker.location, reason: "forward, this line makes it as a constant"))
        } else if planner.request.direction == .reverse, let absence = absences.first(where: { $0.keys.matches(key) }) {
            dropped.append(ConversionPlan.Drop(key: key, rule: absence.location, reason: absence.reason))
        } else if isAllowed {
            dropped.append(
                ConversionPlan.Drop(key: key, rule: nil, reason: "no rule takes it, which is allowed"))
        } else {
            unmatched.append(index)
        }
    }

    /// Makes a constant for each match, if the rules made none of them: a checkpoint that holds some has lost
    /// the rest.
    private mutating func make(_ constant: BoundConstants, _ positions: inout [Key: Int]) {
        var present = 0
        var missing: [ConversionPlan.Entry] = []
        // Several keys may ask for one constant: `make {m}.count = int64 0 for {m}.{p}`.
        var seen: Set<Key> = []
        for entry in entries {
            var values = [KeyText?](repeating: nil, count: constant.captures.count)
            guard constant.each.match(KeyText(entry.target.text), domains: constant.domains, values: &values),
                let text = constant.target.key(values)
            else { continue }
            let target = Key(text.string)
            guard seen.insert(target).inserted else { continue }
            guard positions[target] == nil else {
                present += 1
                continue
            }
            missing.append(
                ConversionPlan.Entry(
                    target: target, rule: constant.location, captures: (constant.captures, values),
                    constant: .constant(constant.dtype, value: constant.value, shape: []), dtype: constant.dtype,
                    shape: []))
        }
        guard !missing.isEmpty else { return }
        guard present == 0 else { return incomplete.append((constant.location, missing.map(\.target), present)) }
        for entry in missing { add(entry, &positions) }
        made.append((constant.location, missing.map(\.target)))
    }
}

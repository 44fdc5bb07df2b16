import TensorCore

extension Planner {
    /// Keys that the same rules take under the same parameter values.
    struct KeyClass {
        let takings: [Taking]
        /// Whether they may stay unmatched: the user allows it or, backward, a `make` line accounts for them.
        let isAllowed: Bool
        var count = 0
    }

    /// Which rules could take which keys, under all allowed parameter values at once.
    struct Census {
        var classes: [KeyClass] = []
        /// By tensor: its class, and the captures of the first taking and of the others.
        var tensors: [(keyClass: Int, values: [KeyText?], others: [[KeyText?]])] = []

        /// The rule that takes `tensor`, by which of its sides, and its captures.
        func taking(of tensor: Int, in combination: Int) -> (rule: Int, side: Int, values: [KeyText?])? {
            let (keyClass, values, others) = tensors[tensor]
            let takings = classes[keyClass].takings
            guard let index = takings.firstIndex(where: { $0.combinations.contains(combination) }) else { return nil }
            return (takings[index].rule, takings[index].side, index == 0 ? values : others[index - 1])
        }

        /// Class → the rule that takes its keys, or −1.
        func choice(in combination: Int) -> [Int] {
            classes.map { $0.takings.first { $0.combinations.contains(combination) }?.rule ?? -1 }
        }
    }

    func census() -> Census {
        struct Signature: Hashable {
            let takings: [Taking]
            let isAllowed: Bool
        }
        var census = Census()
        var positions: [Signature: Int] = [:]
        // By rule: the class of the last key that it alone takes, which is that of most such keys.
        var usual = [Int](repeating: -1, count: set.rules.count)
        census.tensors.reserveCapacity(tensors.count)
        for (index, tensor) in tensors.enumerated() {
            let found = takings(of: KeyText(tensor.key.text), input: inputs.position(ofTensor: index))
            let isAllowed =
                request.allowUnmatched.contains { $0.matches(tensor.key) || $0.matches(name(of: index)) }
                || request.direction == .reverse && found.first == nil && isConstant(tensor.key)
            let only = !isAllowed && found.others.isEmpty ? found.first?.taking : nil
            var position = only.map { usual[$0.rule] } ?? -1
            if position < 0 || census.classes[position].takings[0] != only {
                let signature = Signature(takings: found.all, isAllowed: isAllowed)
                position = positions[signature, default: census.classes.count]
                if position == census.classes.count {
                    positions[signature] = position
                    census.classes.append(KeyClass(takings: signature.takings, isAllowed: isAllowed))
                }
                if let only { usual[only.rule] = position }
            }
            census.classes[position].count += 1
            census.tensors.append((position, found.first?.values ?? [], found.others.map(\.values)))
        }
        return census
    }

    /// Whether a `make` line makes `key`, whatever the parameter values.
    private func isConstant(_ key: Key) -> Bool {
        set.constants.contains { constant in
            BoundModel.OptionalSide(side: constant.target, domains: constant.domains).matches(key)
                && allowed.intersection(constant.combinations) == allowed
        }
    }

    /// Line → the parameter values under which it must match a key.
    func required() -> [CombinationSet] {
        var required = set.lines.map { _ in CombinationSet(empty: set.space.count) }
        for rule in set.rules where !set.lines[rule.line].isOptional && obstacle(rule) == nil {
            required[rule.line].formUnion(rule.combinations)
        }
        for model in set.models {
            for line in model.optionalLines { required[line].subtract(model.combinations) }
        }
        return required.map { $0.intersection(allowed) }
    }

    /// Line → the parameter values under which it takes a key.
    func used(_ census: Census) -> [CombinationSet] {
        var used = set.lines.map { _ in CombinationSet(empty: set.space.count) }
        for taking in census.classes.flatMap(\.takings) {
            used[set.rules[taking.rule].line].formUnion(taking.combinations)
        }
        return used
    }

    /// What a combination of parameter values leaves over: keys that no rule takes, lines that take no key.
    func leftover(
        _ combination: Int, _ census: Census, _ required: [CombinationSet], _ used: [CombinationSet]
    ) -> (keys: Int, lines: [Int]) {
        var keys = 0
        for keyClass in census.classes
        where !keyClass.isAllowed && !keyClass.takings.contains(where: { $0.combinations.contains(combination) }) {
            keys += keyClass.count
        }
        let lines = required.indices.filter {
            required[$0].contains(combination) && !used[$0].contains(combination)
        }
        return (keys, lines)
    }

    /// The combinations under which every key is mapped and every line used.
    func feasible(_ census: Census, _ required: [CombinationSet], _ used: [CombinationSet]) -> CombinationSet {
        var feasible = allowed
        for keyClass in census.classes where !keyClass.isAllowed {
            var mapped = CombinationSet(empty: set.space.count)
            for taking in keyClass.takings { mapped.formUnion(taking.combinations) }
            feasible.formIntersection(mapped)
        }
        for line in required.indices {
            var unused = required[line]
            unused.subtract(used[line])
            feasible.subtract(unused)
        }
        return feasible
    }
}

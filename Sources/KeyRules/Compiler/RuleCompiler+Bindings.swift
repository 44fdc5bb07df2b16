extension RuleCompiler {
    /// What the names in some sides mean under a set of parameter values.
    struct Binding {
        var combinations: CombinationSet
        /// The value of each parameter that occurs as `$name`.
        var values: [String: String]
        var lookups: [String: Lookup]
    }

    /// A capture, and the use of it that contradicts others.
    struct Contradiction: Error {
        let name: String
        let location: RuleLocation
    }

    /// Divides `combinations` by what the sides read: their parameters and the tables that hold. Where a
    /// table has no line for some values, the sides match nothing, and these values are left out.
    mutating func bindings(
        _ sides: [SidePattern], _ combinations: CombinationSet, at location: RuleLocation
    ) -> [Binding] {
        var parameters: [Int] = []
        var names: [String] = []
        for element in sides.flatMap(\.elements) {
            switch element {
            case .parameter(let name):
                guard let index = set.space.index(of: name), !parameters.contains(index) else { continue }
                parameters.append(index)
                mentionedParameters.insert(index)
            case .capture(let use):
                guard case .lookup(let name) = use.view, !names.contains(name) else { continue }
                guard tables[name] != nil else {
                    report(use.location, .unknownTable(name))
                    return []
                }
                names.append(name)
            case .literal: break
            }
        }
        if parameters.isEmpty, names.isEmpty {
            return combinations.isEmpty ? [] : [Binding(combinations: combinations, values: [:], lookups: [:])]
        }
        guard spend(set.space.count, at: location) else { return [] }
        var bindings: [Binding] = []
        var positions: [[Int]: Int] = [:]
        for combination in combinations.members {
            let lines = names.map { name in
                tables[name]?.firstIndex { $0.combinations.contains(combination) }
            }
            guard !lines.contains(nil) else { continue }
            let signature =
                parameters.map { set.space.valueIndex(of: $0, in: combination) } + lines.compactMap { $0 }
            if let position = positions[signature] {
                bindings[position].combinations.insert(combination)
                continue
            }
            // A set has a bit for each combination.
            guard spend(set.space.count / 64 + 1, at: location) else { return [] }
            positions[signature] = bindings.count
            var binding = Binding(
                combinations: CombinationSet(empty: set.space.count), values: [:], lookups: [:])
            binding.combinations.insert(combination)
            for parameter in parameters {
                let name = set.space.parameters[parameter].name
                binding.values[name] = set.space.value(of: parameter, in: combination)
            }
            for (name, line) in zip(names, lines) {
                if let line { binding.lookups[name] = tables[name]?[line].lookup }
            }
            bindings.append(binding)
        }
        return bindings
    }

    /// The captures of some sides, each with what all its occurrences together allow.
    /// - Parameter member: the capture that a `stack` or `unstack` counts.
    func captures(
        _ sides: [SidePattern], _ binding: Binding, after known: [BoundRule.Capture] = [], member: String? = nil
    ) throws(Contradiction) -> [BoundRule.Capture] {
        var names: [String] = []
        var domains: [String: CaptureDomain] = [:]
        for use in sides.flatMap(\.captures) where !known.contains(where: { $0.name == use.name }) {
            if !names.contains(use.name) { names.append(use.name) }
            for domain in [use.domain, implied(use.view, binding)].compactMap({ $0 }) {
                guard let rest = (domains[use.name] ?? .path).intersection(domain) else {
                    throw Contradiction(name: use.name, location: use.location)
                }
                domains[use.name] = rest
            }
        }
        // What counts members counts in numbers, unless it says otherwise.
        if let member, names.contains(member), domains[member] == nil { domains[member] = .number }
        return known + names.map { BoundRule.Capture(name: $0, domain: domains[$0] ?? .segment) }
    }

    /// The values that can be spelled so.
    private func implied(_ view: SidePattern.CaptureUse.View, _ binding: Binding) -> CaptureDomain? {
        switch view {
        case .value: nil
        case .offset(let offset): .integer(max(0, -offset)...(offset > 0 ? Int.max - offset : Int.max))
        case .lookup(let name): binding.lookups[name].map { .words(Set($0.forward.keys)) }
        }
    }

    func side(_ pattern: SidePattern, _ captures: [BoundRule.Capture], _ binding: Binding) -> Side {
        var steps: [Side.Step] = []
        for element in pattern.elements {
            switch element {
            case .literal(let text): Self.append(text, to: &steps)
            case .parameter(let name): Self.append(binding.values[name] ?? "", to: &steps)
            case .capture(let use):
                guard let index = captures.firstIndex(where: { $0.name == use.name }) else { continue }
                let view: CaptureView
                switch use.view {
                case .value: view = .value
                case .offset(let offset): view = .offset(offset)
                case .lookup(let name): view = binding.lookups[name].map { .lookup($0) } ?? .value
                }
                steps.append(.capture(index, view))
            }
        }
        return Side(text: pattern.text, steps: steps)
    }

    private static func append(_ text: String, to steps: inout [Side.Step]) {
        guard !text.isEmpty else { return }
        if case .literal(let bytes)? = steps.last {
            steps[steps.count - 1] = .literal((Array(bytes) + Array(text.utf8))[...])
        } else {
            steps.append(.literal(KeyText(text)))
        }
    }
}

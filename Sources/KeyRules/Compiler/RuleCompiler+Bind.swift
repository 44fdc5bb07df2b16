import TensorCore

extension RuleCompiler {
    /// Adds the rule once for each set of parameter values under which it reads differently.
    mutating func bind(_ draft: Draft) {
        guard set.rules.count <= Self.ruleLimit else { return }
        let sides = [draft.source] + (draft.target.map { [$0] } ?? [])
        let companions = draft.conditions.flatMap { [$0.forward] + ($0.reverse.map { [$0] } ?? []) }
        guard checkCaptures(sides, draft) else { return }
        for binding in bindings(sides + companions, draft.combinations, draft.location) {
            let shared = captures(sides, binding)
            guard case .success(let captures) = shared else {
                if case .failure(let error) = shared { report(draft.location, .contradictoryCapture(error.name)) }
                return
            }
            guard case .success(let all) = self.captures(companions, binding, after: captures) else {
                return report(draft.location, .contradictoryCapture("in a condition"))
            }
            let result: BoundRule.Result =
                if let target = draft.target {
                    .target(side(target, all, binding))
                } else {
                    .drop(reason: draft.dropReason ?? "")
                }
            let presences = draft.conditions.map {
                Presence(
                    isPresent: $0.isPresent, forward: side($0.forward, all, binding),
                    reverse: $0.reverse.map { side($0, all, binding) })
            }
            set.rules.append(
                BoundRule(
                    line: draft.line, location: draft.location, combinations: binding.combinations, captures: all,
                    source: side(draft.source, all, binding), result: result,
                    conditions: presences))
            guard set.rules.count <= Self.ruleLimit else {
                return report(
                    draft.location, .tooMany("expanded rules", count: set.rules.count, limit: Self.ruleLimit))
            }
        }
    }

    mutating func compileConstants(
        _ statement: Statement, _ target: SidePattern, dtype: String, value: String, each: SidePattern
    ) {
        let location = statement.location
        guard let element = DType(rawValue: dtype) else {
            return report(location, .syntax("'\(dtype)' is no dtype"))
        }
        guard Self.isValue(value, of: element) else {
            return report(location, .syntax("'\(value)' is no value of \(dtype)"))
        }
        let known = Set(each.captures.map(\.name))
        if let stray = target.captures.first(where: { !known.contains($0.name) }) {
            return report(location, .oneSidedCapture(stray.name))
        }
        let line = addLine(statement, isOptional: true)
        for binding in bindings([target, each], set.space.all, location) {
            switch captures([target, each], binding) {
            case .failure(let error): return report(location, .contradictoryCapture(error.name))
            case .success(let captures):
                set.constants.append(
                    BoundConstants(
                        line: line, location: location, combinations: binding.combinations, captures: captures,
                        domains: captures.map(\.domain), target: side(target, captures, binding),
                        each: side(each, captures, binding), dtype: element,
                        value: value))
            }
        }
    }

    private static func isValue(_ text: String, of dtype: DType) -> Bool {
        if dtype == .bool { return text == "true" || text == "false" }
        if dtype.isFloatingPoint { return Double(text) != nil }
        return dtype.isInteger && Int(text) != nil
    }

    mutating func compileModel(
        _ location: RuleLocation, _ name: String, _ selection: Statement.Selection, _ optional: [SidePattern]
    ) {
        let combinations = combinations(selection, location)
        if let other = set.models.first(where: { $0.combinations.intersects(combinations) }) {
            return report(location, .overlappingTables("model", other: other.location))
        }
        let parser = SideParser(
            file: location.file, line: location.line, parameters: set.space.parameters.map(\.name))
        let pattern: SidePattern
        do {
            pattern = try parser.parse(name, column: 1)
        } catch {
            return errors.append(error)
        }
        guard pattern.captures.isEmpty else { return report(location, .syntax("a model name has no captures")) }
        for binding in bindings([pattern] + optional, combinations, location) {
            guard case .success(let captures) = captures(optional, binding) else {
                return report(location, .contradictoryCapture("in an optional group"))
            }
            let name = side(pattern, [], binding).leadingLiteral.string
            let sides = optional.map {
                BoundModel.OptionalSide(side: side($0, captures, binding), domains: captures.map(\.domain))
            }
            set.models.append(
                BoundModel(name: name, location: location, combinations: binding.combinations, optional: sides))
        }
    }

    private mutating func checkCaptures(_ sides: [SidePattern], _ draft: Draft) -> Bool {
        let paths = Set(
            sides.flatMap(\.captures).filter { $0.domain == .path }.map(\.name))
        for side in sides {
            if let ambiguity = side.ambiguity(paths: paths) {
                report(draft.location, .syntax(ambiguity))
                return false
            }
        }
        guard let target = draft.target else { return true }
        let left = draft.source.captures.map(\.name)
        let right = target.captures.map(\.name)
        let oneSided = left.filter { !right.contains($0) } + right.filter { !left.contains($0) }
        if let name = oneSided.first {
            report(draft.location, .oneSidedCapture(name))
            return false
        }
        return true
    }
}

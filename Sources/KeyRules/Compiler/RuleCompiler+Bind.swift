import TensorCore
import TensorOperations

extension RuleCompiler {
    /// Adds the rule once for each set of parameter values under which it reads differently.
    mutating func bind(_ draft: Draft) {
        guard set.rules.count <= Self.ruleLimit else { return }
        let sources = draft.sources.compactMap(\.side)
        let companions = draft.conditions.flatMap { [$0.forward] + ($0.reverse.map { [$0] } ?? []) }
        guard !sources.isEmpty else {
            return report(set.lines[draft.line].start, .syntax("'zeros' takes its shape from a tensor beside it"))
        }
        guard checkSides(sources, draft) else { return }
        let sides = sources + draft.targets
        for binding in bindings(
            sides + companions + draft.operations, draft.combinations, at: set.lines[draft.line].start)
        {
            guard let operations = operations(draft, binding) else { return }
            let member = Self.memberCapture(operations)
            guard checkCaptures(sources, draft, operations) else { return }
            let all: [BoundRule.Capture]
            do throws(Contradiction) {
                let shared = try captures(sides, binding, member: member)
                all = try captures(companions, binding, after: shared)
            } catch {
                return report(error)
            }
            guard let computation = computation(draft, operations, all) else { return }
            let result: BoundRule.Result =
                if let reason = draft.dropReason {
                    .drop(reason: reason)
                } else {
                    .targets(draft.targets.map { side($0, all, binding) })
                }
            let presences = draft.conditions.map {
                Presence(
                    isPresent: $0.isPresent, forward: side($0.forward, all, binding),
                    reverse: $0.reverse.map { side($0, all, binding) })
            }
            let bound = draft.sources.compactMap { source -> BoundRule.Source? in
                switch source {
                case .side(let pattern): BoundRule.Source(input: nil, side: side(pattern, all, binding))
                case .input(let name, let pattern): BoundRule.Source(input: name, side: side(pattern, all, binding))
                case .zeros: nil
                }
            }
            set.rules.append(
                BoundRule(
                    line: draft.line, location: draft.location, combinations: binding.combinations, captures: all,
                    sources: bound, result: result, conditions: presences, computation: computation))
            guard set.rules.count <= Self.ruleLimit else {
                return report(
                    set.lines[draft.line].start,
                    .tooMany("expanded rules", count: set.rules.count, limit: Self.ruleLimit))
            }
        }
    }

    mutating func compileConstants(
        _ statement: Statement, _ target: SidePattern, dtype: LineReader.Word, value: LineReader.Word, each: SidePattern
    ) {
        let location = statement.location
        guard let element = DType(rawValue: dtype.text) else {
            return report(location.at(dtype.column), .syntax("'\(dtype.text)' is not a dtype"))
        }
        guard (try? TensorConstant(element, value.text, shape: [])) != nil else {
            return report(location.at(value.column), .syntax("'\(value.text)' is not a value of \(dtype.text)"))
        }
        let known = Set(each.captures.map(\.name))
        if let stray = target.captures.first(where: { !known.contains($0.name) }) {
            return report(stray.location, .oneSidedCapture(stray.name))
        }
        let line = addLine(statement, isOptional: true)
        for binding in bindings([target, each], set.space.all, at: statement.start) {
            do throws(Contradiction) {
                let captures = try captures([target, each], binding)
                set.constants.append(
                    BoundConstants(
                        line: line, location: location, combinations: binding.combinations, captures: captures,
                        domains: captures.map(\.domain), target: side(target, captures, binding),
                        each: side(each, captures, binding), dtype: element, value: value.text))
            } catch {
                return report(error)
            }
        }
    }

    mutating func compileAbsence(
        _ statement: Statement, _ pattern: SidePattern, _ selection: Statement.Selection, _ reason: String
    ) {
        let location = statement.location
        for binding in bindings([pattern], combinations(selection, location), at: statement.start) {
            do throws(Contradiction) {
                let captures = try captures([pattern], binding)
                let keys = BoundModel.OptionalSide(
                    side: side(pattern, captures, binding), domains: captures.map(\.domain))
                set.absences.append(
                    BoundAbsence(location: location, combinations: binding.combinations, keys: keys, reason: reason))
            } catch {
                return report(error)
            }
        }
    }

    mutating func compileCaveat(_ statement: Statement, _ conditions: [Statement.Condition], _ text: String) {
        let location = statement.location
        let (selection, presences) = Self.parts(conditions)
        let sides = presences.flatMap { [$0.forward] + ($0.reverse.map { [$0] } ?? []) }
        for binding in bindings(sides, combinations(selection, location), at: statement.start) {
            let captures: [BoundRule.Capture]
            do throws(Contradiction) { captures = try self.captures(sides, binding) } catch { return report(error) }
            let domains = captures.map(\.domain)
            func keys(_ pattern: SidePattern) -> BoundModel.OptionalSide {
                BoundModel.OptionalSide(side: side(pattern, captures, binding), domains: domains)
            }
            set.caveats.append(
                BoundCaveat(
                    location: location, combinations: binding.combinations,
                    conditions: presences.map {
                        BoundCaveat.Condition(
                            isPresent: $0.isPresent, forward: keys($0.forward), reverse: $0.reverse.map(keys))
                    }, text: text))
        }
    }

    mutating func compileCodebase(
        _ statement: Statement, _ name: LineReader.Word, _ selection: Statement.Selection, _ isDefault: Bool
    ) {
        let values = Dictionary(selection.map { ($0.parameter, $0.values) }) { first, _ in first }
        let codebase = RuleFile.Codebase(
            name: name.text, selection: values, isDefault: isDefault, location: statement.location)
        _ = combinations(selection, statement.location)
        if let other = set.codebases.first(where: { $0.name == codebase.name && $0.selection == values }) {
            return report(statement.start, .declaredTwice(name.text, first: other.location))
        }
        guard set.codebases.count < Self.codebaseLimit else {
            return report(
                statement.start,
                .tooMany("code bases", count: set.codebases.count + 1, limit: Self.codebaseLimit))
        }
        set.codebases.append(codebase)
    }

    mutating func compileModel(
        _ statement: Statement, _ name: LineReader.Word, _ selection: Statement.Selection, _ optional: [SidePattern]
    ) {
        let location = statement.location
        let combinations = combinations(selection, location)
        if let other = set.models.first(where: { $0.combinations.intersects(combinations) }) {
            return report(statement.start, .overlappingTables("model", other: other.location))
        }
        let parser = SideParser(
            file: location.file, line: location.line, parameters: set.space.parameters.map(\.name))
        let pattern: SidePattern
        do {
            pattern = try parser.parse(name.text, column: name.column)
        } catch {
            return errors.append(error)
        }
        guard pattern.captures.isEmpty else { return report(pattern.location, .syntax("a model name has no captures")) }
        for binding in bindings([pattern] + optional, combinations, at: statement.start) {
            let captures: [BoundRule.Capture]
            do throws(Contradiction) { captures = try self.captures(optional, binding) } catch { return report(error) }
            let name = side(pattern, [], binding).leadingLiteral.string
            let sides = optional.map {
                BoundModel.OptionalSide(side: side($0, captures, binding), domains: captures.map(\.domain))
            }
            set.models.append(
                BoundModel(name: name, location: location, combinations: binding.combinations, optional: sides))
        }
    }

    private mutating func report(_ contradiction: Contradiction) {
        report(contradiction.location, .contradictoryCapture(contradiction.name))
    }
}

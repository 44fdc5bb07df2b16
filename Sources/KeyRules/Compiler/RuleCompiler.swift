import TensorCore

/// Resolves the statements of a rule file: parameters, tables, prefixes. Reports all that doesn't fit.
struct RuleCompiler {
    /// Rules after expansion.
    static let ruleLimit = 20_000
    /// Pairs of all `runs` lines.
    private static let runLimit = 100_000
    /// More than the world has code bases.
    static let codebaseLimit = 1000
    /// Combinations of parameter values that are looked at, over all lines.
    private static let workLimit = 1 << 22

    struct Table {
        let combinations: CombinationSet
        let lookup: Lookup
        let location: RuleLocation
    }

    /// A rule with the prefixes around it, its parameters and tables still names.
    struct Draft {
        var line: Int
        var location: RuleLocation
        var sources: [Statement.Source]
        var targets: [SidePattern]
        var zeroResults: [Int] = []
        var operations: [SidePattern]
        var dropReason: String?
        var combinations: CombinationSet
        var conditions: [Presences]
    }

    /// `has side ~ side`, as written.
    typealias Presences = (isPresent: Bool, forward: SidePattern, reverse: SidePattern?)

    var set: RuleSet
    var tables: [String: [Table]] = [:]
    var errors: [RuleError] = []
    var mentionedParameters: Set<Int> = []
    private(set) var title = ""
    private(set) var roots: [String] = []
    private var scopes: [PrefixScope] = []
    /// What `combinations` found before: many lines have one condition.
    private var selections: [[ParameterCondition]: CombinationSet] = [:]
    private var runCount = 0
    /// Rules with the prefixes around them.
    private var draftCount = 0
    /// Combinations that were looked at.
    private var work = 0
    /// The positions of each parameter's values, by the value.
    private let positions: [[String: Int]]

    init(_ parser: StatementParser) {
        let (statements, file) = (parser.statements, parser.file)
        let (parameters, parameterErrors) = Self.parameters(statements)
        errors = parameterErrors
        positions = parameters.map { parameter in
            Dictionary(uniqueKeysWithValues: parameter.values.enumerated().map { ($1, $0) })
        }
        var product = 1
        if let space = ParameterSpace(parameters, product: &product) {
            set = RuleSet(space: space)
        } else {
            let location = parameters.first.map { Self.start(of: $0, statements) } ?? RuleLocation(file: file, line: 1)
            let reason = RuleError.Reason.tooMany(
                "combinations of parameter values", count: product, limit: ParameterSpace.limit)
            errors.append(RuleError(location: location, reason: reason))
            set = RuleSet(space: ParameterSpace.none)
            return
        }
        for statement in statements { declare(statement) }
        for statement in statements { compile(statement) }
        for scope in scopes { report(scope.location, .syntax("'under' without 'end'")) }
        // Lines that could not be read may be the ones that would be missed here.
        if errors.isEmpty, parser.errors.isEmpty {
            for (index, parameter) in set.space.parameters.enumerated() where !mentionedParameters.contains(index) {
                report(Self.start(of: parameter, statements), .unusedParameter(parameter.name))
            }
            if set.lines.isEmpty {
                let last = statements.last?.start ?? RuleLocation(file: file, line: 1, column: 1)
                report(last, .syntax("the file has no rule"))
            }
        }
    }

    mutating func report(_ location: RuleLocation, _ reason: RuleError.Reason) {
        errors.append(RuleError(location: location, reason: reason))
    }

    /// Where the line of a parameter begins.
    private static func start(of parameter: RuleFile.Parameter, _ statements: [Statement]) -> RuleLocation {
        statements.first { $0.location == parameter.location }?.start ?? parameter.location
    }

    private static func parameters(_ statements: [Statement]) -> ([RuleFile.Parameter], [RuleError]) {
        var parameters: [RuleFile.Parameter] = []
        var errors: [RuleError] = []
        for statement in statements {
            guard case .parameter(let name, let values) = statement.kind else { continue }
            if let first = parameters.first(where: { $0.name == name }) {
                errors.append(
                    RuleError(location: statement.start, reason: .declaredTwice(name, first: first.location)))
            } else {
                parameters.append(RuleFile.Parameter(name: name, values: values, location: statement.location))
            }
        }
        return (parameters, errors)
    }

    private mutating func declare(_ statement: Statement) {
        switch statement.kind {
        case .rules(let text): title = text
        case .root(let keys): roots += keys
        case .table(let name, let selection, let left, let right):
            guard left.count == right.count else {
                return report(statement.start, .tableLength(left: left.count, right: right.count))
            }
            declare(name, zip(left, right).map { (KeyText($0), KeyText($1)) }, selection, statement.start)
        case .runs(let name, let selection, let first, let group, let lengths):
            let limit = Self.runLimit
            guard first <= limit, group <= limit, lengths.allSatisfy({ $0 <= limit }),
                lengths.count <= limit, lengths.reduce(0, +) <= limit
            else { return report(statement.start, .syntax("the numbers of runs go up to \(limit)")) }
            runCount += lengths.reduce(0, +)
            guard runCount <= limit else {
                return report(statement.start, .tooMany("numbers in all runs", count: runCount, limit: limit))
            }
            declare(name, Lookup.runs(from: first, group: group, lengths: lengths), selection, statement.start)
        default: break
        }
    }

    private mutating func declare(
        _ name: String, _ pairs: [(KeyText, KeyText)], _ selection: Statement.Selection, _ location: RuleLocation
    ) {
        let lookup: Lookup
        do {
            lookup = try Lookup(pairs)
        } catch {
            return report(location, .notOneToOne(table: name, text: error.text))
        }
        let combinations = combinations(selection, location)
        if let other = tables[name]?.first(where: { $0.combinations.intersects(combinations) }) {
            return report(location, .overlappingTables(name, other: other.location))
        }
        tables[name, default: []].append(Table(combinations: combinations, lookup: lookup, location: location))
    }

    /// The combinations that a selection or condition holds for; an unknown name or value is reported.
    mutating func combinations(_ selection: Statement.Selection, _ location: RuleLocation) -> CombinationSet {
        var conditions: [ParameterCondition] = []
        for (name, values, column) in selection {
            guard let parameter = set.space.index(of: name) else {
                report(location.at(column), .unknownParameter(name))
                continue
            }
            mentionedParameters.insert(parameter)
            var indices: Set<Int> = []
            for value in values {
                if let index = positions[parameter][value] {
                    indices.insert(index)
                } else {
                    let known = set.space.parameters[parameter].values
                    report(location.at(column), .unknownValue(parameter: name, value: value, known: known))
                }
            }
            conditions.append(ParameterCondition(parameter: parameter, values: indices))
        }
        if let known = selections[conditions] { return known }
        guard spend(set.space.count, at: location) else { return CombinationSet(empty: set.space.count) }
        let combinations = set.space.combinations(where: conditions)
        selections[conditions] = combinations
        return combinations
    }

    /// Counts combinations that are about to be looked at; false, reported once, where they are too many.
    mutating func spend(_ count: Int, at location: RuleLocation) -> Bool {
        guard work <= Self.workLimit else { return false }
        work += count
        guard work > Self.workLimit else { return true }
        report(
            location, .tooMany("combinations of parameter values over all lines", count: work, limit: Self.workLimit))
        return false
    }

    private mutating func compile(_ statement: Statement) {
        switch statement.kind {
        case .rules, .root, .parameter, .table, .runs: break
        case .under(let source, let target):
            scopes.append(PrefixScope(source, target, at: statement.start))
        case .or(let source, let target):
            guard let scope = scopes.last, scope.acceptsAlternatives else {
                return report(statement.start, .syntax("'or' follows 'under' or 'or'"))
            }
            scopes[scopes.count - 1].alternatives.append((source, target))
        case .end:
            if scopes.popLast() == nil { report(statement.start, .syntax("'end' without 'under'")) }
        case .rule(let rule):
            expand(rule, statement.location, addLine(statement, isOptional: rule.isOptional))
        case .drop(let drop):
            let rule = Statement.Rule(
                isOptional: drop.isOptional, sources: [drop.source], targets: [], conditions: drop.conditions,
                operations: [])
            expand(
                rule, statement.location, addLine(statement, isOptional: drop.isOptional), dropReason: drop.reason)
        case .make(let side, let dtype, let value, let each):
            compileConstants(statement, side, dtype: dtype, value: value, each: each)
        case .absent(let side, let selection, let reason):
            compileAbsence(statement, side, selection, reason)
        case .caveat(let conditions, let text):
            compileCaveat(statement, conditions, text)
        case .codebase(let name, let selection, let isDefault):
            compileCodebase(statement, name, selection, isDefault)
        case .model(let name, let selection, let optional):
            compileModel(statement, name, selection, optional)
        }
        guard !scopes.isEmpty else { return }
        switch statement.kind {
        case .under, .or, .end: break
        case .rule, .drop: scopes[scopes.count - 1].acceptsAlternatives = false
        default: report(statement.start, .syntax("only rules may stand between 'under' and 'end'"))
        }
    }

    mutating func addLine(_ statement: Statement, isOptional: Bool) -> Int {
        set.lines.append(
            RuleSet.Line(
                location: statement.location, start: statement.start, text: statement.text, isOptional: isOptional))
        return set.lines.count - 1
    }

    /// What a condition says of parameters, and of keys.
    static func parts(
        _ conditions: [Statement.Condition]
    ) -> (selection: Statement.Selection, presences: [Presences]) {
        var selection: Statement.Selection = []
        var presences: [Presences] = []
        for condition in conditions {
            switch condition {
            case .parameter(let name, let values, let column): selection.append((name, values, column))
            case .presence(let isPresent, let forward, let reverse):
                presences.append((isPresent, forward, reverse))
            }
        }
        return (selection, presences)
    }

    /// Puts the prefixes around a rule before its sides, in every combination of their alternatives.
    private mutating func expand(
        _ rule: Statement.Rule, _ location: RuleLocation, _ line: Int, dropReason: String? = nil
    ) {
        let (selection, presences) = Self.parts(rule.conditions)
        let count = scopes.reduce(1) { product, scope in
            let (next, overflow) = product.multipliedReportingOverflow(by: scope.alternatives.count)
            return overflow ? Int.max : next
        }
        guard count <= Self.ruleLimit else {
            return report(
                set.lines[line].start, .tooMany("alternatives around a rule", count: count, limit: Self.ruleLimit))
        }
        draftCount += count
        guard draftCount <= Self.ruleLimit else {
            return report(
                set.lines[line].start,
                .tooMany("rules with the prefixes around them", count: draftCount, limit: Self.ruleLimit))
        }
        let combinations = combinations(selection, location)
        let errorCount = errors.count
        // What is wrong with a rule is so inside of every prefix.
        for prefix in PrefixScope.prefixes(scopes, at: location) where errors.count == errorCount {
            bind(
                Draft(
                    line: line, location: location, sources: rule.sources.map { $0.following(prefix.source) },
                    targets: rule.targets.map { prefix.target.followed(by: $0) }, zeroResults: rule.zeroResults,
                    operations: rule.operations,
                    dropReason: dropReason, combinations: combinations, conditions: presences))
        }
    }
}

/// An open `under` with its alternatives.
struct PrefixScope {
    typealias Pair = (source: SidePattern, target: SidePattern)

    let location: RuleLocation
    var alternatives: [Pair]
    /// No rule stands inside yet.
    var acceptsAlternatives = true

    init(_ source: SidePattern, _ target: SidePattern, at location: RuleLocation) {
        self.location = location
        alternatives = [(source, target)]
    }

    /// What the scopes put before the sides of a rule at `location`, outermost first.
    static func prefixes(_ scopes: [PrefixScope], at location: RuleLocation) -> [Pair] {
        let empty = SidePattern(text: "", elements: [], location: location)
        return scopes.reduce([(empty, empty)]) { outer, scope in
            outer.flatMap { prefix in
                scope.alternatives.map {
                    (prefix.source.followed(by: $0.source), prefix.target.followed(by: $0.target))
                }
            }
        }
    }
}

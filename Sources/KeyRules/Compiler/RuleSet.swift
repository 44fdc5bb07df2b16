import TensorCore

/// What a rule file says once parameters, tables and prefixes are resolved.
struct RuleSet: Sendable {
    var space: ParameterSpace
    /// In file order: every line that takes keys.
    var lines: [Line] = []
    /// In file order. A line stands here once for each set of parameter values under which it reads
    /// differently, and for each alternative of the `under` lines around it.
    var rules: [BoundRule] = []
    var constants: [BoundConstants] = []
    var models: [BoundModel] = []

    struct Line: Sendable {
        let location: RuleLocation
        /// As written, without comment.
        let text: String
        /// Marked with `?`.
        let isOptional: Bool
    }
}

/// A rule under given parameter values.
final class BoundRule: Sendable {
    enum Result: Sendable {
        case target(Side)
        case drop(reason: String)
    }

    /// Position in `RuleSet.lines`.
    let line: Int
    let location: RuleLocation
    /// The parameter values under which it reads so.
    let combinations: CombinationSet
    /// Those of the sides first, then those that only conditions have.
    let captures: [Capture]
    /// What each capture may stand for.
    let domains: [CaptureDomain]
    let source: Side
    let result: Result
    let conditions: [Presence]

    struct Capture: Hashable, Sendable {
        let name: String
        let domain: CaptureDomain
    }

    init(
        line: Int, location: RuleLocation, combinations: CombinationSet, captures: [Capture], source: Side,
        result: Result, conditions: [Presence]
    ) {
        self.line = line
        self.location = location
        self.combinations = combinations
        self.captures = captures
        self.domains = captures.map(\.domain)
        self.source = source
        self.result = result
        self.conditions = conditions
    }

    var target: Side? { if case .target(let side) = result { side } else { nil } }
}

/// `has side ~ side`: whether a companion key is in the checkpoint.
struct Presence: Hashable, Sendable {
    let isPresent: Bool
    let forward: Side
    /// What to look for when the rule runs backward; without it the rule cannot.
    let reverse: Side?

    /// Whether it says the same of every key that its rule matches.
    var isConstant: Bool { forward.captures.isEmpty }

    func excludes(_ other: Presence) -> Bool {
        isConstant && other.isConstant && isPresent != other.isPresent && forward.steps == other.forward.steps
    }
}

/// `make side = dtype value for side` under given parameter values.
struct BoundConstants: Sendable {
    let line: Int
    let location: RuleLocation
    let combinations: CombinationSet
    let captures: [BoundRule.Capture]
    let domains: [CaptureDomain]
    let target: Side
    let each: Side
    let dtype: DType
    let value: String
}

/// `model NAME optional …` under given parameter values.
struct BoundModel: Sendable {
    let name: String
    let location: RuleLocation
    let combinations: CombinationSet
    let optional: [OptionalSide]
    /// The lines whose targets all lie in the optional groups: they may match nothing.
    var optionalLines: Set<Int> = []

    struct OptionalSide: Sendable {
        let side: Side
        let domains: [CaptureDomain]

        func matches(_ key: Key) -> Bool {
            var values = [KeyText?](repeating: nil, count: domains.count)
            return side.match(KeyText(key.text), domains: domains, values: &values)
        }
    }
}

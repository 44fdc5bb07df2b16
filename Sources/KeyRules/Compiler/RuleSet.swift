import TensorCore

/// What a rule file says once parameters, tables and prefixes are resolved.
struct RuleSet: Sendable {
    var space: ParameterSpace
    /// Every line that takes keys, in file order.
    var lines: [Line] = []
    /// In file order. A line stands here once for each set of parameter values under which it reads
    /// differently, and for each alternative of the `under` lines around it.
    var rules: [BoundRule] = []
    var constants: [BoundConstants] = []
    var absences: [BoundAbsence] = []
    var caveats: [BoundCaveat] = []
    var models: [BoundModel] = []
    /// The code bases that the file names, in file order.
    var codebases: [RuleFile.Codebase] = []

    /// The names of the inputs that lines read, in file order.
    var inputNames: [String] {
        var names: [String] = []
        for name in rules.lazy.flatMap(\.sources).compactMap(\.input) where !names.contains(name) { names.append(name) }
        return names
    }

    struct Line: Sendable {
        let location: RuleLocation
        /// Where its first word begins.
        let start: RuleLocation
        /// The line as written, without its comment.
        let text: String
        /// Marked with `?`.
        let isOptional: Bool
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

/// `absent side because reason` under given parameter values.
struct BoundAbsence: Sendable {
    let location: RuleLocation
    let combinations: CombinationSet
    let keys: BoundModel.OptionalSide
    let reason: String
}

/// `caveat when … text` under given parameter values.
struct BoundCaveat: Sendable {
    let location: RuleLocation
    let combinations: CombinationSet
    let conditions: [Condition]
    let text: String

    /// `has side ~ side`: keys of the checkpoint, forward and backward; captures stand for anything.
    struct Condition: Sendable {
        let isPresent: Bool
        let forward: BoundModel.OptionalSide
        /// Without it, the caveat is not known to hold backward.
        let reverse: BoundModel.OptionalSide?
    }
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

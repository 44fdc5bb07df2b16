/// Every combination of parameter values, numbered: the last parameter's value changes first.
struct ParameterSpace: Sendable {
    static let limit = 65_536
    static let parameterLimit = 256

    let parameters: [RuleFile.Parameter]
    /// The product of the parameters' value counts, 1 without parameters.
    let count: Int

    /// - Returns: nil, with the product, when there are more combinations than `limit`.
    init?(_ parameters: [RuleFile.Parameter], product: inout Int) {
        self.parameters = parameters
        var count = 1
        for parameter in parameters {
            let (next, overflow) = count.multipliedReportingOverflow(by: parameter.values.count)
            count = overflow ? Int.max : next
            if overflow { break }
        }
        product = count
        guard count <= Self.limit else { return nil }
        self.count = count
    }

    /// The space of a file without parameters: one combination.
    static let none = ParameterSpace()

    private init() {
        parameters = []
        count = 1
    }

    var all: CombinationSet { CombinationSet(all: count) }

    func index(of parameter: String) -> Int? { parameters.firstIndex { $0.name == parameter } }

    func valueIndex(of parameter: Int, in combination: Int) -> Int {
        var rest = combination
        for later in parameters.indices.reversed() {
            let base = parameters[later].values.count
            if later == parameter { return rest % base }
            rest /= base
        }
        return 0
    }

    func value(of parameter: Int, in combination: Int) -> String {
        parameters[parameter].values[valueIndex(of: parameter, in: combination)]
    }

    /// The combinations in which each condition holds.
    func combinations(where conditions: [ParameterCondition]) -> CombinationSet {
        guard !conditions.isEmpty else { return all }
        var result = CombinationSet(empty: count)
        for combination in 0..<count
        where conditions.allSatisfy({ $0.values.contains(valueIndex(of: $0.parameter, in: combination)) }) {
            result.insert(combination)
        }
        return result
    }

    /// `depth=16 bn=no`
    func describe(_ combination: Int) -> String {
        parameters.indices.map { "\(parameters[$0].name)=\(value(of: $0, in: combination))" }
            .joined(separator: " ")
    }
}

/// `PARAM=value|value`, by position.
struct ParameterCondition: Hashable, Sendable {
    let parameter: Int
    let values: Set<Int>
}

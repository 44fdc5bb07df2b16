import TensorCore

/// What is wrong with a rule file before any checkpoint is seen.
public struct RuleError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where the mistake is.
    public let location: RuleLocation
    package let reason: Reason

    /// `vgg.rules:4: …`
    public var description: String { "\(location): \(reason)" }

    /// What the line does wrong.
    package enum Reason: Equatable, Sendable {
        /// The text does not follow the grammar: what is expected here.
        case syntax(String)
        case unknownParameter(String)
        case unknownValue(parameter: String, value: String, known: [String])
        case unknownTable(String)
        case declaredTwice(String, first: RuleLocation)
        case unusedParameter(String)
        /// The capture stands on one side of the rule only, so it could not run in the other direction.
        case oneSidedCapture(String)
        /// Two annotations of one capture that no text satisfies.
        case contradictoryCapture(String)
        case tableLength(left: Int, right: Int)
        /// A table with `text` twice on one side.
        case notOneToOne(table: String, text: String)
        /// Two tables of one name that hold for the same parameter values.
        case overlappingTables(String, other: RuleLocation)
        /// More combinations of parameter values, or rules after expansion, than the limit.
        case tooMany(String, count: Int, limit: Int)
        /// Every key that the line matches is taken by the lines above it.
        case unreachable(by: [RuleLocation])
        /// This line and `other` give two different source keys the same target.
        case targetsMeet(other: RuleLocation, target: Key, source: Key, otherSource: Key)
    }
}

/// Everything that is wrong with a rule file, in the order of its lines; never empty.
public struct RuleErrors: Error, Equatable, Sendable, CustomStringConvertible {
    /// All mistakes, in the order of the lines.
    public let errors: [RuleError]

    /// One line an error.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}

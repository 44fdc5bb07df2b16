import TensorCore

/// What keeps a model from being executed, other than an error of its `ParameterSource`.
package enum EngineError: Error, Equatable, Sendable, CustomStringConvertible {
    case inputShape(expected: [Int], found: [Int])
    /// The source handed out a buffer that is not as long as the parameter.
    case parameterCount(Key, expected: Int, found: Int)
    /// No module of the graph has this path.
    case unknownModule(String)
    case threads(Int)
    /// The CPU lacks the instructions that were asked for.
    case instructionSet(InstructionSet)

    package var description: String {
        switch self {
        case .inputShape(let expected, let found): "the model takes an input of shape \(expected), not \(found)"
        case .parameterCount(let key, let expected, let found): "'\(key)' needs \(expected) elements, found \(found)"
        case .unknownModule(let path): "the model has no module '\(path)'"
        case .threads(let count): "needs at least one thread, not \(count)"
        case .instructionSet(let set): "this CPU does not run \(set) instructions"
        }
    }
}

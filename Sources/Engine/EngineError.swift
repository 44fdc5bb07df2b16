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
    /// The model's values take more memory at once than the machine has.
    case memory(bytes: Int, available: Int)

    package var description: String {
        switch self {
        case .inputShape(let expected, let found): "the model takes an input of shape \(expected), not \(found)"
        case .parameterCount(let key, let expected, let found): "'\(key)' needs \(expected) elements, found \(found)"
        case .unknownModule(let path): "the model has no module '\(path)'"
        case .threads(let count): "needs at least one thread, not \(count)"
        case .instructionSet(let set): "this CPU does not run \(set) instructions"
        case .memory(let bytes, let available):
            "the values of the model take \(bytes >> 20) MB of memory at once, the machine has \(available >> 20) MB"
        }
    }
}

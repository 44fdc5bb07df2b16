import TensorCore

/// A model definition that does not fit together.
package enum GraphError: Error, Equatable, Sendable, CustomStringConvertible {
    case declaredTwice(Key)
    case shape(module: String, ShapeError)
    /// Hyper-parameters that no model of this kind can have.
    case configuration(module: String, String)
    case unknownModule(String)

    package var description: String {
        switch self {
        case .declaredTwice(let key): "'\(key)' is declared twice"
        case .shape(let module, let error): "\(module): \(error)"
        case .configuration(let module, let problem): "\(module): \(problem)"
        case .unknownModule(let path): "the model has no module '\(path)'"
        }
    }
}

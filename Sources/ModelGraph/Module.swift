/// A part of a model: constructing it declares its parameters, calling it records its operations.
public protocol Module {
    /// Records the module's operations on `input` and returns its output.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value
}

/// `torch.nn.Sequential`: each module takes the output of the one before.
public struct Sequential: Module {
    private let scope: Scope
    private let modules: [any Module]

    /// - Parameter modules: constructed in child scopes of `scope`.
    public init(_ scope: Scope, _ modules: [any Module]) {
        self.scope = scope
        self.modules = modules
    }

    public func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        var value = input
        for module in modules { value = try module(value) }
        return scope.output(value)
    }
}

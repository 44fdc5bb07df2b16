/// `torch.nn.ReLU`, `GELU` and the like as a module of its own.
public struct ActivationLayer: Module {
    private let scope: Scope
    private let activation: Activation

    public init(_ scope: Scope, _ activation: Activation) {
        self.scope = scope
        self.activation = activation
    }

    /// Any shape → the same shape.
    public func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        scope.output(try scope.activate(activation, input))
    }
}

/// `torch.nn.Identity`, and in evaluation `Dropout` and `DropPath`: gives what it gets.
public struct Identity: Module {
    private let scope: Scope

    public init(_ scope: Scope) { self.scope = scope }

    public func callAsFunction(_ input: Value) -> Value { scope.unchanged(input) }
}

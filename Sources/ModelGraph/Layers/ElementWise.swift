/// `torch.nn.ReLU`, `GELU` and the like as a module of its own.
package struct ActivationLayer: Module {
    private let scope: Scope
    private let activation: Activation

    package init(_ scope: Scope, _ activation: Activation) {
        self.scope = scope
        self.activation = activation
    }

    /// Any shape → the same shape.
    package func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        scope.output(try scope.activate(activation, input))
    }
}

/// `torch.nn.Identity`, and in evaluation `Dropout` and `DropPath`: gives what it gets.
package struct Identity: Module {
    private let scope: Scope

    package init(_ scope: Scope) { self.scope = scope }

    package func callAsFunction(_ input: Value) -> Value { scope.unchanged(input) }
}

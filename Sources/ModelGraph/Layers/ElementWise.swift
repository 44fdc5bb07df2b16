/// `torch.nn.ReLU`, `ReLU6` or `Sigmoid` as a module of its own.
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

/// Steps of a module's own forward pass, which have no path of their own.
extension Scope {
    /// Any shape → the same shape.
    public func activate(_ activation: Activation, _ input: Value) throws(GraphError) -> Value {
        try record(.activation(activation), input)
    }

    /// The sum of two values of equal shape.
    public func add(_ left: Value, _ right: Value) throws(GraphError) -> Value {
        try record(.add, left, right)
    }

    /// `[N, C, H, W]` times a value of the same shape or of shape `[N, C, 1, 1]`.
    public func multiply(_ left: Value, by right: Value) throws(GraphError) -> Value {
        try record(.multiply, left, right)
    }

    /// `[N, …]` → `[N, product of the rest]`.
    public func flatten(_ input: Value) throws(GraphError) -> Value {
        try record(.flatten, input)
    }
}

/// `torch.nn.Linear`.
public struct Linear: Module {
    private let scope: Scope
    private let weights: [Int]

    /// Declares `weight` `[outputs, inputs]` and, with `bias`, `bias` `[outputs]`.
    public init(_ scope: Scope, _ inputs: Int, _ outputs: Int, bias: Bool = true) throws(GraphError) {
        self.scope = scope
        var weights = [try scope.declare("weight", [outputs, inputs])]
        if bias { weights.append(try scope.declare("bias", [outputs])) }
        self.weights = weights
    }

    /// `[…, inputs]` → `[…, outputs]`.
    public func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        scope.output(try scope.record(.linear, input, weights: weights))
    }
}

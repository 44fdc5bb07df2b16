/// `torch.nn.BatchNorm2d` in evaluation mode: the running statistics normalise.
public struct BatchNorm2d: Module {
    private let scope: Scope
    private let epsilon: Double
    private let weights: [Int]

    /// Declares `weight`, `bias`, `running_mean`, `running_var`, each `[channels]`, and `num_batches_tracked`.
    public init(_ scope: Scope, _ channels: Int, epsilon: Double = 1e-5) throws(GraphError) {
        self.scope = scope
        self.epsilon = epsilon
        weights = [
            try scope.declare("weight", [channels]),
            try scope.declare("bias", [channels]),
            try scope.declare("running_mean", [channels], role: .buffer),
            try scope.declare("running_var", [channels], role: .buffer),
        ]
        _ = try scope.declare("num_batches_tracked", [], dtype: .int64, role: .buffer)
    }

    /// `[N, channels, H, W]` → the same shape.
    public func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        scope.output(try scope.record(.batchNorm2d(epsilon: epsilon), input, weights: weights))
    }
}

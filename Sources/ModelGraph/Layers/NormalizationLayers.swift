/// `torch.nn.BatchNorm2d` or `BatchNorm1d` in evaluation mode: the running statistics normalise.
package struct BatchNorm: Module {
    private let scope: Scope
    private let epsilon: Double
    private let weights: [Int]

    /// Declares `weight`, `bias` (if `affine`), `running_mean`, `running_var`, each `[channels]`, and
    /// `num_batches_tracked`.
    package init(_ scope: Scope, _ channels: Int, epsilon: Double = 1e-5, affine: Bool = true) throws(GraphError) {
        self.scope = scope
        self.epsilon = epsilon
        var weights: [Int] = []
        if affine { for name in ["weight", "bias"] { weights.append(try scope.declare(name, [channels])) } }
        for name in ["running_mean", "running_var"] {
            weights.append(try scope.declare(name, [channels], role: .buffer))
        }
        self.weights = weights
        _ = try scope.declare("num_batches_tracked", [], dtype: .int64, role: .buffer)
    }

    /// `[N, channels, …]` → the same shape.
    package func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        scope.output(try scope.record(.batchNorm(.init(epsilon: epsilon)), input, weights: weights))
    }
}

/// `torch.nn.LayerNorm` over the last axis.
package struct LayerNorm: Module {
    private let scope: Scope
    private let operation: Operation.LayerNorm
    private let weights: [Int]

    /// Declares `weight` and `bias`, each `[channels]`, if `affine`.
    /// - Parameter isWrittenOut: see `Operation.LayerNorm`.
    package init(
        _ scope: Scope, _ channels: Int, epsilon: Double = 1e-5, affine: Bool = true, isWrittenOut: Bool = false
    ) throws(GraphError) {
        self.scope = scope
        operation = Operation.LayerNorm(epsilon: epsilon, isWrittenOut: isWrittenOut)
        weights = affine ? [try scope.declare("weight", [channels]), try scope.declare("bias", [channels])] : []
    }

    /// `[…, channels]` → the same shape.
    package func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        scope.output(try apply(input))
    }

    /// `[N, channels, H, W]`, normalised over the channels as MMPreTrain's `LayerNorm2d` does: permuted to channels
    /// last and back.
    package func onFeatureMap(_ input: Value) throws(GraphError) -> Value {
        let last = try scope.permute(input, [0, 2, 3, 1])
        return scope.output(try scope.permute(try apply(last), [0, 3, 1, 2]))
    }

    /// The same of a value whose module has an output of its own.
    package func apply(_ input: Value) throws(GraphError) -> Value {
        try scope.record(.layerNorm(operation), input, weights: weights)
    }
}

/// `torch.nn.GroupNorm`.
package struct GroupNorm: Module {
    private let scope: Scope
    private let operation: Operation.GroupNorm
    private let weights: [Int]

    /// Declares `weight` and `bias`, each `[channels]`.
    package init(_ scope: Scope, groups: Int, _ channels: Int, epsilon: Double = 1e-5) throws(GraphError) {
        self.scope = scope
        operation = Operation.GroupNorm(groups: groups, epsilon: epsilon)
        weights = [try scope.declare("weight", [channels]), try scope.declare("bias", [channels])]
    }

    /// `[N, channels, …]` → the same shape.
    package func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        scope.output(try scope.record(.groupNorm(operation), input, weights: weights))
    }
}

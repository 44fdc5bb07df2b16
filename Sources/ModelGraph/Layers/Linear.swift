/// `torch.nn.Linear`, and in a scope with adapters MMPreTrain's `LoRALinear`.
package struct Linear: Module {
    /// A low-rank product beside the layer.
    private struct LowRank {
        let scale: Double
        /// `lora_down.weight` `[rank, inputs]` and `lora_up.weight` `[outputs, rank]`.
        let down, up: Int
    }

    private let scope: Scope
    private let weights: [Int]
    private let lowRank: LowRank?

    /// Declares `weight` `[outputs, inputs]` and, with `bias`, `bias` `[outputs]`; of an adapted layer `lora_down.weight`,
    /// `lora_up.weight`, and the others in `original_layer`.
    package init(_ scope: Scope, _ inputs: Int, _ outputs: Int, bias: Bool = true) throws(GraphError) {
        self.scope = scope
        var place = scope
        if let adapter = scope.adapters?.adapter(at: scope.path) {
            lowRank = LowRank(
                scale: adapter.scale, down: try scope("lora_down").declare("weight", [adapter.rank, inputs]),
                up: try scope("lora_up").declare("weight", [outputs, adapter.rank]))
            place = scope("original_layer")
        } else {
            lowRank = nil
        }
        var weights = [try place.declare("weight", [outputs, inputs])]
        if bias { weights.append(try place.declare("bias", [outputs])) }
        self.weights = weights
    }

    /// `[…, inputs]` → `[…, outputs]`.
    package func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        guard let lowRank else { return try apply(weights, in: scope, to: input) }
        let value = try apply(weights, in: scope("original_layer"), to: input)
        let dropped = Identity(scope("lora_dropout"))(input)
        let inner = try apply([lowRank.down], in: scope("lora_down"), to: dropped)
        let product = try apply([lowRank.up], in: scope("lora_up"), to: inner)
        return scope.output(try scope.add(value, try scope.scale(product, by: lowRank.scale)))
    }

    private func apply(_ weights: [Int], in scope: Scope, to input: Value) throws(GraphError) -> Value {
        scope.output(try scope.record(.linear, input, weights: weights))
    }
}

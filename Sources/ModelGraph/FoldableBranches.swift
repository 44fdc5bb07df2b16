/// A part of a training graph in whose place the deploy form of the model has one layer.
///
/// The model's definition states it where it records the part; `BranchFolding` works out the layer's weights.
public struct FoldableBranches: Sendable, Hashable {
    /// Dotted path of the layer in the deploy graph, e.g. `backbone.stem.branch_reparam`.
    public let module: String
    /// What the part reads.
    public let input: Value
    /// What the part computes, an affine function of `input`.
    public let output: Value
}

extension Scope {
    /// States that the child `name` of this module in the deploy form of the model computes `output` from `input`,
    /// and returns `output`.
    @discardableResult
    public func foldable(_ output: Value, from input: Value, into name: String) -> Value {
        builder.mark(FoldableBranches(module: self(name).path, input: input, output: output))
        return output
    }
}

/// A part of a training graph in whose place the deploy form of the model has one layer.
///
/// The model's definition states it where it records the part; `BranchFolding` works out the layer's weights.
package struct FoldableBranches: Sendable, Hashable {
    /// Dotted path of the layer in the deploy graph, e.g. `backbone.stem.branch_reparam`.
    package let module: String
    /// What the part reads.
    package let input: Value
    /// What the part computes, an affine function of `input`.
    package let output: Value
}

extension Scope {
    /// States that the child `name` of this module in the deploy form of the model computes `output` from `input`,
    /// and returns `output`.
    @discardableResult
    package func foldable(_ output: Value, from input: Value, into name: String) -> Value {
        builder.mark(FoldableBranches(module: self(name).path, input: input, output: output))
        return output
    }
}

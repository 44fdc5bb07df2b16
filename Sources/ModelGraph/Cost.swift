/// What one run of a model costs, counted as MMPreTrain's `get_flops.py` counts it.
///
/// The conventions are those of `mmengine.analysis` (`jit_handles.py`, `complexity_analysis.py` of mmengine 0.10):
/// - a multiply-add is one FLOP; additions of a bias are not counted
/// - convolution: output positions × kernel elements; linear: input elements × output features
/// - batch-norm in evaluation: 2 per element; adaptive average-pooling: 1 per input element
/// - non-linearities, additions, multiplications and other poolings are free
/// - activations are the output elements of convolutions and linear layers, and of nothing else
/// - parameters are all that `parameters()` gives, frozen ones too, but no buffers
///
/// `get_flops.py` runs `extract_feat`, so its totals are those of the graph that ends at the neck, except its
/// parameters, which are the whole model's.
package struct Cost: Sendable, Hashable {
    package var parameters = 0
    /// Multiply-adds. Every figure stays at `Int.max` where it would pass it.
    package var flops = 0
    /// Elements.
    package var activations = 0

    package init(parameters: Int = 0, flops: Int = 0, activations: Int = 0) {
        self.parameters = parameters
        self.flops = flops
        self.activations = activations
    }

    static func += (total: inout Cost, part: Cost) {
        total.parameters = total.parameters.addingSaturated(part.parameters)
        total.flops = total.flops.addingSaturated(part.flops)
        total.activations = total.activations.addingSaturated(part.activations)
    }
}

import ModelGraph

/// A convolution without bias, `conv`, and the normalisation `norm` after it: one branch of a block that is folded for
/// deployment.
struct ConvNorm: Module {
    private let layers: Sequential

    init(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
        dilation: Int = 1, groups: Int = 1, norm: NormLayer
    ) throws(GraphError) {
        layers = Sequential(
            scope,
            [
                try Conv2d(
                    scope("conv"), inputs, outputs, kernel: kernel, stride: stride, padding: padding,
                    dilation: dilation, groups: groups, bias: false),
                try norm.layer(scope("norm"), outputs),
            ])
    }

    /// `[N, inputs, H, W]` → `[N, outputs, H', W']`.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value { try layers(input) }
}

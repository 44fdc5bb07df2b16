import ModelGraph

/// `mmcv.cnn.ConvModule`: a convolution `conv`, then batch-norm `bn` and an activation `activate` where asked for.
struct ConvModule: Module {
    private let scope: Scope
    private let conv: Conv2d
    private let norm: BatchNorm2d?
    private let activate: ActivationLayer?

    /// - Parameter bias: by default, the convolution has a bias when no batch-norm follows.
    init(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, groups: Int = 1,
        bias: Bool? = nil, norm: Bool = true, activation: Activation? = .relu
    ) throws(GraphError) {
        self.scope = scope
        conv = try Conv2d(
            scope("conv"), inputs, outputs, kernel: kernel, stride: stride, padding: padding, groups: groups,
            bias: bias ?? !norm)
        self.norm = norm ? try BatchNorm2d(scope("bn"), outputs) : nil
        activate = activation.map { ActivationLayer(scope("activate"), $0) }
    }

    /// `[N, inputs, H, W]` → `[N, outputs, H', W']`.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        var value = try conv(input)
        if let norm { value = try norm(value) }
        if let activate { value = try activate(value) }
        return scope.output(value)
    }
}

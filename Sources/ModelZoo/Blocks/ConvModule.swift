import ModelGraph

/// `mmcv.cnn.ConvModule`: a convolution `conv`, then a normalisation (`bn`, `ln` or `gn`) and an activation `activate`
/// where asked for.
struct ConvModule: Module {
    private let scope: Scope
    private let conv: any Module
    private let norm: (any Module)?
    private let activate: ActivationLayer?
    private let normalizesLast: Bool

    /// - Parameters:
    ///   - isAdaptive: zeros depend on the size of the map, and `padding` is ignored.
    ///   - normalizesLast: the norm comes after the activation.
    ///   - bias: by default, the convolution has a bias when no normalisation follows.
    init(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
        dilation: Int = 1, groups: Int = 1, isAdaptive: Bool = false, bias: Bool? = nil,
        norm: NormLayer? = .batchNorm(epsilon: 1e-5), activation: Activation? = .relu, normalizesLast: Bool = false
    ) throws(GraphError) {
        try self.init(
            scope, inputs, outputs, kernel: .square(kernel),
            Conv2dGeometry(
                stride: .square(stride), padding: .square(padding), dilation: .square(dilation), groups: groups),
            isAdaptive: isAdaptive, bias: bias, norm: norm, activation: activation, normalizesLast: normalizesLast)
    }

    init(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, kernel: Extent2d, _ geometry: Conv2dGeometry,
        isAdaptive: Bool = false, bias: Bool? = nil, norm: NormLayer? = .batchNorm(epsilon: 1e-5),
        activation: Activation? = .relu, normalizesLast: Bool = false
    ) throws(GraphError) {
        self.scope = scope
        self.normalizesLast = normalizesLast
        let bias = bias ?? (norm == nil)
        conv =
            isAdaptive
            ? try AdaptiveConv2d(scope("conv"), inputs, outputs, kernel: kernel, geometry, bias: bias)
            : try Conv2d(scope("conv"), inputs, outputs, kernel: kernel, geometry, bias: bias)
        self.norm = if let norm { try norm.layer(scope(norm.abbreviation), outputs) } else { nil }
        activate = activation.map { ActivationLayer(scope("activate"), $0) }
    }

    /// `[N, inputs, H, W]` → `[N, outputs, H', W']`.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value { scope.output(try layers(input)) }

    /// The same for a module that does more before it gives its output.
    func layers(_ input: Value) throws(GraphError) -> Value {
        var value = try conv(input)
        if let norm, !normalizesLast { value = try norm(value) }
        if let activate { value = try activate(value) }
        if let norm, normalizesLast { value = try norm(value) }
        return value
    }
}

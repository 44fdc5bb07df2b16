import ModelGraph

/// 1×1 expansion, depthwise convolution, squeeze-and-excitation and 1×1 projection, with the shortcut where the shape
/// allows.
///
/// Source: `mmpretrain/models/utils/inverted_residual.py` of MMPreTrain 1.2.
struct InvertedResidual: Module {
    struct Configuration: Sendable {
        var inputs: Int
        var outputs: Int
        /// Channels of the depthwise convolution; none expands where they equal `inputs`.
        var hidden: Int
        var kernel = 3
        var stride = 1
        var squeeze: SELayer.Configuration?
        var isAdaptive = false
        var norm: NormLayer?
        var activation: Activation?
        /// Whether an `EdgeResidual` may have a shortcut.
        var allowsShortcut = true
    }

    private let scope: Scope
    private let expand: ConvModule?
    private let depthwise, linear: ConvModule
    private let squeeze: SELayer?
    private let addsInput: Bool

    init(_ scope: Scope, _ configuration: Configuration) throws(GraphError) {
        self.scope = scope
        let (hidden, adaptive, norm) = (configuration.hidden, configuration.isAdaptive, configuration.norm)
        addsInput = configuration.stride == 1 && configuration.inputs == configuration.outputs
        expand =
            hidden == configuration.inputs
            ? nil
            : try ConvModule(
                scope("expand_conv"), configuration.inputs, hidden, kernel: 1, isAdaptive: adaptive, norm: norm,
                activation: configuration.activation)
        depthwise = try ConvModule(
            scope("depthwise_conv"), hidden, hidden, kernel: configuration.kernel, stride: configuration.stride,
            padding: configuration.kernel / 2, groups: hidden, isAdaptive: adaptive, norm: norm,
            activation: configuration.activation)
        squeeze = if let squeeze = configuration.squeeze { try SELayer(scope("se"), hidden, squeeze) } else { nil }
        linear = try ConvModule(
            scope("linear_conv"), hidden, configuration.outputs, kernel: 1, isAdaptive: adaptive, norm: norm,
            activation: nil)
    }

    /// `[N, inputs, H, W]` → `[N, outputs, H', W']`.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        var value = try depthwise(try expand?(input) ?? input)
        if let squeeze { value = try squeeze(value) }
        value = try linear(value)
        return scope.output(addsInput ? try scope.add(input, Identity(scope("drop_path"))(value)) : value)
    }
}

/// A dense convolution that expands, squeeze-and-excitation and 1×1 projection, with the shortcut where the shape
/// allows.
///
/// Source: `EdgeResidual` in `mmpretrain/models/backbones/efficientnet.py` of MMPreTrain 1.2.
struct EdgeResidual: Module {
    private let scope: Scope
    private let conv1, conv2: ConvModule
    private let squeeze: SELayer?
    private let addsInput: Bool

    init(_ scope: Scope, _ configuration: InvertedResidual.Configuration) throws(GraphError) {
        self.scope = scope
        addsInput =
            configuration.stride == 1 && configuration.inputs == configuration.outputs
            && configuration.allowsShortcut
        conv1 = try ConvModule(
            scope("conv1"), configuration.inputs, configuration.hidden, kernel: configuration.kernel,
            stride: configuration.stride, padding: configuration.kernel / 2, isAdaptive: configuration.isAdaptive,
            norm: configuration.norm, activation: configuration.activation)
        squeeze =
            if let squeeze = configuration.squeeze { try SELayer(scope("se"), configuration.hidden, squeeze) } else {
                nil
            }
        conv2 = try ConvModule(
            scope("conv2"), configuration.hidden, configuration.outputs, kernel: 1, norm: configuration.norm,
            activation: nil)
    }

    /// `[N, inputs, H, W]` → `[N, outputs, H', W']`.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        var value = try conv1(input)
        if let squeeze { value = try squeeze(value) }
        value = try conv2(value)
        return scope.output(addsInput ? try scope.add(input, Identity(scope("drop_path"))(value)) : value)
    }
}

import ModelGraph

/// A depthwise convolution, a norm, and two pointwise layers beside the shortcut.
///
/// Source: `ConvNeXtBlock` in `mmpretrain/models/backbones/convnext.py` of MMPreTrain 1.2.
struct ConvNeXtBlock: Module {
    struct Configuration: Sendable {
        /// The kernel of the depthwise convolution.
        var kernel = 7
        var epsilon: Double
        var activation: Activation
        /// The pointwise convolutions are linear layers over channels last.
        var isLinear: Bool
        var respondsGlobally = false
        /// Whether there is a learnt scale `gamma`.
        var scales: Bool
    }

    private let scope: Scope
    private let isLinear: Bool
    private let gamma: Int?
    private let depthwise: Conv2d
    private let norm: LayerNorm
    private let pointwise1, pointwise2: any Module
    private let act: ActivationLayer
    private let response: GlobalResponseNorm?

    init(_ scope: Scope, _ channels: Int, _ settings: Configuration) throws(GraphError) {
        self.scope = scope
        isLinear = settings.isLinear
        let hidden = 4 * channels
        gamma = settings.scales ? try scope.declare("gamma", [channels]) : nil
        depthwise = try Conv2d(
            scope("depthwise_conv"), channels, channels, kernel: settings.kernel,
            padding: settings.kernel / 2, groups: channels)
        norm = try LayerNorm(scope("norm"), channels, epsilon: settings.epsilon)
        func pointwise(_ scope: Scope, _ inputs: Int, _ outputs: Int) throws(GraphError) -> any Module {
            settings.isLinear
                ? try Linear(scope, inputs, outputs) : try Conv2d(scope, inputs, outputs, kernel: 1)
        }
        pointwise1 = try pointwise(scope("pointwise_conv1"), channels, hidden)
        act = ActivationLayer(scope("act"), settings.activation)
        pointwise2 = try pointwise(scope("pointwise_conv2"), hidden, channels)
        response =
            settings.respondsGlobally
            ? try GlobalResponseNorm(scope("grn"), hidden, isChannelsLast: settings.isLinear) : nil
    }

    /// `[N, channels, H, W]` → the same shape.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        var value = try depthwise(input)
        value = isLinear ? try norm(try scope.permute(value, [0, 2, 3, 1])) : try norm.onFeatureMap(value)
        value = try act(try pointwise1(value))
        if let response { value = try response(value) }
        value = try pointwise2(value)
        if isLinear { value = try scope.permute(value, [0, 3, 1, 2]) }
        if let gamma {
            let gamma = try scope.value(ofParameter: gamma)
            value = try scope.multiply(value, by: try scope.reshape(gamma, [1, -1, 1, 1]))
        }
        return scope.output(try scope.add(input, Identity(scope("drop_path"))(value)))
    }
}

import ModelConfig
import ModelGraph

/// Squeeze-and-excitation: scales each channel by a gate computed from the means of all channels.
///
/// Source: `mmpretrain/models/utils/se_layer.py` of MMPreTrain 1.2.
struct SELayer: Module {
    /// An `se_cfg`.
    struct Configuration: Sendable, Hashable {
        /// Divides the channels to give those between the two convolutions.
        var ratio = 16
        /// What these are a multiple of.
        var divisor = 8
        /// The channels between the two convolutions, in place of what `ratio` gives.
        var squeezedChannels: Int?
        var activation = Activation.relu
        var gate = Activation.sigmoid
    }

    private let scope: Scope
    private let pool: AdaptiveAvgPool2d
    private let conv1, conv2: ConvModule

    init(_ scope: Scope, _ channels: Int, _ configuration: Configuration = Configuration()) throws(GraphError) {
        self.scope = scope
        let squeezed =
            configuration.squeezedChannels
            ?? makeDivisible(Double(channels / configuration.ratio), by: configuration.divisor)
        pool = AdaptiveAvgPool2d(scope("global_avgpool"), 1)
        conv1 = try ConvModule(
            scope("conv1"), channels, squeezed, kernel: 1, norm: nil, activation: configuration.activation)
        conv2 = try ConvModule(
            scope("conv2"), squeezed, channels, kernel: 1, norm: nil, activation: configuration.gate)
    }

    /// `[N, channels, H, W]` → the same shape.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        scope.output(try scope.multiply(input, by: try gate(input)))
    }

    /// `[N, channels, H, W]` → `[N, channels, 1, 1]`: what upstream gives with `return_weight`.
    func weights(_ input: Value) throws(GraphError) -> Value { scope.output(try gate(input)) }

    private func gate(_ input: Value) throws(GraphError) -> Value { try conv2(try conv1(try pool(input))) }
}

extension ConfigReader {
    /// An `se_cfg`; nil for `None`.
    mutating func squeeze(
        _ key: String, default fallback: SELayer.Configuration? = nil
    ) throws(ArgumentError) -> SELayer.Configuration? {
        guard let value = value(key) else { return fallback }
        if value == .none { return nil }
        return try dictionary(key) { reader throws(ArgumentError) in
            var squeeze = SELayer.Configuration()
            squeeze.ratio = try reader.positive("ratio", default: squeeze.ratio)
            squeeze.divisor = try reader.positive("divisor", default: squeeze.divisor)
            squeeze.squeezedChannels = try reader.optionalInt("squeeze_channels")
            if let (activation, gate) = try reader.activationPair("act_cfg") {
                (squeeze.activation, squeeze.gate) = (activation, gate)
            }
            try reader.unsupported("bias", unless: .string("auto"))
            return squeeze
        }
    }
}

import ModelGraph

/// Squeeze-and-excitation: scales each channel by a gate computed from the means of all channels.
///
/// Source: `mmpretrain/models/utils/se_layer.py` of MMPreTrain 1.2.
struct SELayer: Module {
    private let scope: Scope
    private let pool: AdaptiveAvgPool2d
    private let conv1, conv2: ConvModule

    /// - Parameters:
    ///   - ratio: divides `channels` to give those between the two convolutions.
    ///   - divisor: what these are a multiple of.
    init(_ scope: Scope, _ channels: Int, ratio: Int, divisor: Int = 8) throws(GraphError) {
        guard ratio > 0 else { throw .configuration(module: scope.path, "squeezes by a factor of \(ratio)") }
        self.scope = scope
        let squeezed = makeDivisible(Double(channels / ratio), by: divisor)
        pool = AdaptiveAvgPool2d(scope("global_avgpool"), 1)
        conv1 = try ConvModule(scope("conv1"), channels, squeezed, kernel: 1, norm: false)
        conv2 = try ConvModule(scope("conv2"), squeezed, channels, kernel: 1, norm: false, activation: .sigmoid)
    }

    /// `[N, channels, H, W]` → the same shape.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        let gate = try conv2(try conv1(try pool(input)))
        return scope.output(try scope.multiply(input, by: gate))
    }
}

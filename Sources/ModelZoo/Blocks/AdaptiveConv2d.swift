import ModelConfig
import ModelGraph

/// mmcv's `Conv2dAdaptivePadding`: a convolution whose zeros depend on the size of the map, as TensorFlow's "same".
///
/// Source: `mmcv/cnn/bricks/conv2d_adaptive_padding.py` of mmcv 2.2.
struct AdaptiveConv2d: Module {
    private let scope: Scope
    private let conv: Conv2d
    private let kernel: Extent2d
    private let geometry: Conv2dGeometry

    /// - Parameter geometry: its padding is ignored.
    init(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, kernel: Extent2d, _ geometry: Conv2dGeometry, bias: Bool
    ) throws(GraphError) {
        self.scope = scope
        self.kernel = kernel
        self.geometry = geometry
        var unpadded = geometry
        unpadded.padding = .square(0)
        conv = try Conv2d(scope, inputs, outputs, kernel: kernel, unpadded, bias: bias)
    }

    /// `[N, inputs, H, W]` → `[N, outputs, ⌈H / stride⌉, ⌈W / stride⌉]`.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        let pads = AdaptivePadding.Mode.same.pads(
            scope.grid(of: input), kernel: kernel, stride: geometry.stride, dilation: geometry.dilation)
        let (left, top) = (pads.width / 2, pads.height / 2)
        return try conv(
            try scope.pad(input, left: left, right: pads.width - left, top: top, bottom: pads.height - top))
    }
}

extension ConfigReader {
    /// A `conv_cfg` that says whether zeros depend on the size of the map.
    mutating func adaptiveConvolutions(_ key: String = "conv_cfg", default fallback: Bool) throws(ArgumentError) -> Bool
    {
        switch value(key) {
        case nil: return fallback
        case .some(.none): return false
        default: break
        }
        return try dictionary(key) { reader throws(ArgumentError) in
            switch try reader.typeName {
            case "Conv2dAdaptivePadding": return true
            case "Conv", "Conv2d": return false
            case let name: throw reader.notBuiltIn("type", "the convolution '\(name)' is not built in")
            }
        }
    }
}

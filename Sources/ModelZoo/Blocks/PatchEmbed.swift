import ModelConfig
import ModelGraph

/// mmcv's `PatchEmbed`: a convolution `projection` whose positions become tokens, then perhaps a norm.
///
/// Source: `mmcv/cnn/bricks/transformer.py` of mmcv 2.2.
struct PatchEmbed {
    struct Configuration: Sendable, Hashable {
        var kernel: Extent2d
        var stride: Extent2d
        var padding = AdaptivePadding.Mode.corner
        var dilation = Extent2d.square(1)
        var bias = true
        var norm: NormLayer?
    }

    private let scope: Scope
    private let configuration: Configuration
    private let projection: Conv2d
    private let norm: (any Module)?
    private let padding: AdaptivePadding?

    init(_ scope: Scope, _ inputs: Int, _ outputs: Int, _ configuration: Configuration) throws(GraphError) {
        self.scope = scope
        self.configuration = configuration
        padding = AdaptivePadding(
            scope("adaptive_padding"), configuration.padding, kernel: configuration.kernel,
            stride: configuration.stride, dilation: configuration.dilation)
        projection = try Conv2d(
            scope("projection"), inputs, outputs, kernel: configuration.kernel,
            Conv2dGeometry(
                stride: configuration.stride, padding: configuration.padding.fixed, dilation: configuration.dilation),
            bias: configuration.bias)
        norm = if let norm = configuration.norm { try norm.layer(scope("norm"), outputs) } else { nil }
    }

    /// `[N, inputs, H, W]` → `[N, h·w, outputs]`, and h and w.
    func callAsFunction(_ input: Value) throws(GraphError) -> (tokens: Value, grid: Extent2d) {
        let map = try projection(try padding?(input) ?? input)
        var tokens = try scope.tokens(of: map)
        if let norm { tokens = try norm(tokens) }
        scope.output([tokens])
        return (tokens, scope.grid(of: map))
    }

    /// The h and w of the tokens of an image.
    /// - Throws: `GraphError.shape` for an image smaller than a patch.
    func grid(of image: Extent2d) throws(GraphError) -> Extent2d {
        try configuration.grid(of: image, module: scope.path)
    }
}

extension PatchEmbed.Configuration {
    func grid(of image: Extent2d, module: String) throws(GraphError) -> Extent2d {
        let pads = padding.pads(image, kernel: kernel, stride: stride, dilation: dilation)
        let geometry = Conv2dGeometry(stride: stride, padding: padding.fixed, dilation: dilation)
        let shape: [Int]
        do {
            shape = try Operation.conv2d(.init(geometry)).outputShape(
                inputs: [[1, 1, image.height + pads.height, image.width + pads.width]],
                weights: [[1, 1, kernel.height, kernel.width]])
        } catch { throw .shape(module: module, error) }
        return Extent2d(height: shape[2], width: shape[3])
    }
}

/// mmcv's `AdaptivePadding`: zeros so that every pixel is in a window.
struct AdaptivePadding: Module {
    enum Mode: Sendable, Hashable {
        /// To the right and below.
        case corner
        /// On both sides, the odd one to the right and below.
        case same
        /// The convolution's own padding; no module of this kind.
        case fixed(Extent2d)

        /// Padding of the convolution itself.
        var fixed: Extent2d { if case .fixed(let padding) = self { padding } else { .square(0) } }

        /// Zeros that an image needs in all.
        func pads(_ image: Extent2d, kernel: Extent2d, stride: Extent2d, dilation: Extent2d) -> Extent2d {
            if case .fixed = self { return .square(0) }
            func pad(_ extent: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
                guard stride > 0, extent > 0 else { return 0 }
                return max(0, (extent + stride - 1) / stride * stride - stride + (kernel - 1) * dilation + 1 - extent)
            }
            return Extent2d(
                height: pad(image.height, kernel.height, stride.height, dilation.height),
                width: pad(image.width, kernel.width, stride.width, dilation.width))
        }
    }

    private let scope: Scope
    private let mode: Mode
    private let kernel, stride, dilation: Extent2d

    /// nil for `Mode.fixed`.
    init?(_ scope: Scope, _ mode: Mode, kernel: Extent2d, stride: Extent2d, dilation: Extent2d) {
        if case .fixed = mode { return nil }
        self.scope = scope
        self.mode = mode
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
    }

    /// `[N, C, H, W]` → `[N, C, H', W']`.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        let pads = mode.pads(scope.grid(of: input), kernel: kernel, stride: stride, dilation: dilation)
        let (left, top) = mode == .same ? (pads.width / 2, pads.height / 2) : (0, 0)
        return scope.output(
            try scope.pad(input, left: left, right: pads.width - left, top: top, bottom: pads.height - top))
    }
}

extension ConfigReader {
    /// What a `patch_cfg` changes of `PatchEmbed`'s arguments.
    mutating func patches(_ defaults: PatchEmbed.Configuration) throws(ArgumentError) -> PatchEmbed.Configuration {
        var patches = defaults
        patches.kernel = try optionalExtent("kernel_size") ?? patches.kernel
        patches.stride = try optionalExtent("stride") ?? patches.stride
        patches.dilation = try optionalExtent("dilation") ?? patches.dilation
        switch value("padding") {
        case nil: break
        case .string("corner"): patches.padding = .corner
        case .string("same"): patches.padding = .same
        default: patches.padding = try optionalExtent("padding").map { .fixed($0) } ?? patches.padding
        }
        patches.bias = try bool("bias", default: patches.bias)
        patches.norm = try norm("norm_cfg", default: patches.norm)
        try unsupported("conv_type", unless: .string("Conv2d"))
        return patches
    }

    /// A height and a width; nil if it is not given.
    mutating func optionalExtent(_ key: String) throws(ArgumentError) -> Extent2d? {
        guard value(key) != nil else { return nil }
        return try squareOrExtent(key)
    }

    /// A height and a width, 0 or more: an integer for both, a list of two, or of one for both.
    mutating func squareOrExtent(_ key: String, default fallback: Int? = nil) throws(ArgumentError) -> Extent2d {
        var count = 2
        switch value(key) {
        case .list(let sides), .tuple(let sides): if sides.count == 1 { count = 1 }
        default: break
        }
        let sides = try ints(key, default: fallback.map { [$0, $0] }, count: count)
        let extent = Extent2d(height: sides[0], width: sides[count - 1])
        guard extent.height >= 0, extent.width >= 0, max(extent.height, extent.width) < 1 << 20 else {
            throw error(key, "'\(key)' is not an extent: \(extent.height) × \(extent.width)")
        }
        return extent
    }
}

/// What a node of a graph computes, as the PyTorch module of the same name does in evaluation mode.
///
/// Feature maps are `[N, C, H, W]`, float32. Weights are given to a node in the order stated here.
public enum Operation: Sendable, Hashable {
    /// The graph's input.
    case input
    /// Weights: kernel `[out, in / groups, kh, kw]`, then bias `[out]` if there is one.
    case conv2d(Conv2dGeometry)
    /// y = (x − mean) / √(variance + epsilon) · weight + bias, per channel.
    /// Weights: weight, bias, running mean, running variance, each `[C]`.
    case batchNorm2d(epsilon: Double)
    case activation(Activation)
    /// Element-wise sum of two inputs of equal shape.
    case add
    /// Element-wise product; the second input may be `[N, C, 1, 1]`, which is then spread over H × W.
    case multiply
    /// Padding counts as −∞.
    case maxPool2d(Pool2dGeometry)
    /// `countIncludePad` as in `torch.nn.AvgPool2d`: whether padding counts in the divisor.
    case averagePool2d(Pool2dGeometry, countIncludePad: Bool)
    /// `torch.nn.AdaptiveAvgPool2d`: output cell i averages input rows ⌊i·H/h⌋ ..< ⌈(i+1)·H/h⌉.
    case adaptiveAveragePool2d(height: Int, width: Int)
    /// `[N, …]` → `[N, product of the rest]`.
    case flatten
    /// y = x·Wᵀ + b over the last axis. Weights: W `[out, in]`, then b `[out]` if there is one.
    case linear
}

/// Geometry of a 2-D convolution: extents are (height, width) in elements.
public struct Conv2dGeometry: Sendable, Hashable {
    public var stride: Extent2d
    public var padding: Extent2d
    public var dilation: Extent2d
    public var groups: Int

    public init(
        stride: Extent2d = .square(1), padding: Extent2d = .square(0), dilation: Extent2d = .square(1), groups: Int = 1
    ) {
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.groups = groups
    }
}

/// Geometry of a 2-D pooling window.
public struct Pool2dGeometry: Sendable, Hashable {
    public var kernel: Extent2d
    public var stride: Extent2d
    public var padding: Extent2d
    /// Round the output extent up; a window must still start inside the input or its left padding.
    public var ceilMode: Bool

    public init(kernel: Extent2d, stride: Extent2d, padding: Extent2d = .square(0), ceilMode: Bool = false) {
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.ceilMode = ceilMode
    }
}

/// A (height, width) pair.
public struct Extent2d: Sendable, Hashable {
    public var height: Int
    public var width: Int

    public init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }

    /// The same extent both ways.
    public static func square(_ extent: Int) -> Extent2d { Extent2d(height: extent, width: extent) }
}

/// An element-wise non-linearity.
public enum Activation: String, Sendable, Hashable, CaseIterable {
    /// max(x, 0)
    case relu
    /// min(max(x, 0), 6)
    case relu6
    /// 1 / (1 + e⁻ˣ)
    case sigmoid
}

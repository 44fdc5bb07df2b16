/// Geometry of a 2-D pooling window. As an operation: the maximum, in which padding counts as −∞.
public struct Pool2dGeometry: OperationDefinition {
    public static let name = "max_pool2d"
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

    public func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
        let input = try operands.featureMap()
        for (kernel, stride, padding) in [
            (kernel.height, stride.height, padding.height), (kernel.width, stride.width, padding.width),
        ] {
            guard padding <= kernel / 2 else {
                throw .geometry(window: kernel, stride: stride, padding: padding, dilation: 1)
            }
        }
        let height = try windowCount(
            input[2], kernel: kernel.height, stride: stride.height, padding: padding.height, ceilMode: ceilMode)
        let width = try windowCount(
            input[3], kernel: kernel.width, stride: stride.width, padding: padding.width, ceilMode: ceilMode)
        return [input[0], input[1], height, width]
    }
}

extension Operation {
    /// The mean of each window; `countIncludePad` as in `torch.nn.AvgPool2d`: whether padding counts in the divisor.
    public struct AveragePool2d: OperationDefinition {
        public static let name = "avg_pool2d"
        public var geometry: Pool2dGeometry
        public var countIncludePad: Bool

        public init(_ geometry: Pool2dGeometry, countIncludePad: Bool) {
            self.geometry = geometry
            self.countIncludePad = countIncludePad
        }

        public func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            try geometry.outputShape(operands)
        }
    }

    /// `torch.nn.AdaptiveAvgPool2d`: output cell i averages input rows ⌊i·H/h⌋ ..< ⌈(i+1)·H/h⌉.
    public struct AdaptiveAveragePool2d: OperationDefinition {
        public static let name = "adaptive_avg_pool2d"
        public var output: Extent2d

        public init(_ output: Extent2d) { self.output = output }

        public func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.featureMap()
            return [input[0], input[1], output.height, output.width]
        }

        public func cost(_ operands: Operands, output: [Int]) -> OperationCost {
            OperationCost(flops: operands.inputs[0].productSaturated)
        }
    }

    /// One number for all elements along `axes`, which stay as extents of 1.
    public struct Reduce: OperationDefinition {
        public static let name = "reduce"
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            case sum, mean, max
            /// √Σ x²
            case norm
        }
        public var kind: Kind
        /// Ascending.
        public var axes: [Int]

        public init(_ kind: Kind, axes: [Int]) {
            self.kind = kind
            self.axes = axes.sorted()
        }

        public func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            var shape = try operands.single()
            for axis in axes {
                try requireAxis(axis, of: shape)
                shape[axis] = 1
            }
            return shape
        }
    }

    /// `torch.nn.functional.interpolate` of `[N, C, H, W]` to a size.
    public struct Resize: OperationDefinition {
        public static let name = "interpolate"
        public enum Mode: String, Sendable, Hashable, CaseIterable { case nearest, bilinear, bicubic }
        public var mode: Mode
        public var output: Extent2d
        public var alignCorners: Bool
        /// Output over input extents where the caller gave these in place of a size: PyTorch then steps by their
        /// inverse.
        public var scale: ScaleFactor?
        /// PyTorch's `linear` of `[N, C, L]`, seen as maps of one row: mmengine does not count it.
        public var isOneDimensional = false
        /// In what precision positions and weights are worked out. PyTorch does so in the type of the elements: where the
        /// extents are not in a simple ratio, a float32 model resizes by other weights than one in double precision.
        public var precision = Precision.float64

        public enum Precision: String, Sendable, Hashable, CaseIterable { case float32, float64 }

        public struct ScaleFactor: Sendable, Hashable {
            public var height: Double
            public var width: Double
            public init(height: Double, width: Double) {
                self.height = height
                self.width = width
            }
        }

        public init(_ mode: Mode, to output: Extent2d, alignCorners: Bool = false, scale: ScaleFactor? = nil) {
            self.mode = mode
            self.output = output
            self.alignCorners = alignCorners
            self.scale = scale
        }

        public func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.featureMap()
            return [input[0], input[1], output.height, output.width]
        }

        public func cost(_ operands: Operands, output: [Int]) -> OperationCost {
            let factor =
                switch mode {
                case .nearest: 1
                case .bilinear: isOneDimensional ? 0 : 4
                case .bicubic: 0
                }
            return OperationCost(flops: output.productSaturated.multipliedSaturated(factor))
        }
    }
}

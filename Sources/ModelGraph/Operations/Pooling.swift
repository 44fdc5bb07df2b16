/// Geometry of a 2-D pooling window. As an operation: the maximum, in which padding counts as −∞.
package struct Pool2dGeometry: OperationDefinition {
    package static let name = "max_pool2d"
    package var kernel: Extent2d
    package var stride: Extent2d
    package var padding: Extent2d
    /// Round the output extent up; a window must still start inside the input or its left padding.
    package var ceilMode: Bool

    package init(kernel: Extent2d, stride: Extent2d, padding: Extent2d = .square(0), ceilMode: Bool = false) {
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.ceilMode = ceilMode
    }

    package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
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
    package struct AveragePool2d: OperationDefinition {
        package static let name = "avg_pool2d"
        package var geometry: Pool2dGeometry
        package var countIncludePad: Bool

        package init(_ geometry: Pool2dGeometry, countIncludePad: Bool) {
            self.geometry = geometry
            self.countIncludePad = countIncludePad
        }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            try geometry.outputShape(operands)
        }
    }

    /// `torch.nn.AdaptiveAvgPool2d`: output cell i averages input rows ⌊i·H/h⌋ ..< ⌈(i+1)·H/h⌉.
    package struct AdaptiveAveragePool2d: OperationDefinition {
        package static let name = "adaptive_avg_pool2d"
        package var output: Extent2d

        package init(_ output: Extent2d) { self.output = output }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.featureMap()
            return [input[0], input[1], output.height, output.width]
        }

        package func cost(_ operands: Operands, output: [Int]) -> OperationCost {
            OperationCost(flops: operands.inputs[0].productSaturated)
        }
    }

    /// One number for all elements along `axes`, which stay as extents of 1.
    package struct Reduce: OperationDefinition {
        package static let name = "reduce"
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            case sum, mean, max
            /// √Σ x²
            case norm
        }
        package var kind: Kind
        /// Ascending.
        package var axes: [Int]

        package init(_ kind: Kind, axes: [Int]) {
            self.kind = kind
            self.axes = axes.sorted()
        }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            var shape = try operands.single()
            for axis in axes {
                try requireAxis(axis, of: shape)
                shape[axis] = 1
            }
            return shape
        }
    }

    /// `torch.nn.functional.interpolate` of `[N, C, H, W]` to a size.
    package struct Resize: OperationDefinition {
        package static let name = "interpolate"
        package enum Mode: String, Sendable, Hashable, CaseIterable { case nearest, bilinear, bicubic }
        package var mode: Mode
        package var output: Extent2d
        package var alignCorners: Bool
        /// Output over input extents where the caller gave these in place of a size: PyTorch then steps by their
        /// inverse.
        package var scale: ScaleFactor?
        /// PyTorch's `linear` of `[N, C, L]`, seen as maps of one row: mmengine does not count it.
        package var isOneDimensional = false
        /// In what precision positions and weights are worked out. PyTorch does so in the type of the elements: where the
        /// extents are not in a simple ratio, a float32 model resizes by other weights than one in double precision.
        package var precision = Precision.float64

        package enum Precision: String, Sendable, Hashable, CaseIterable { case float32, float64 }

        package struct ScaleFactor: Sendable, Hashable {
            package var height: Double
            package var width: Double
            package init(height: Double, width: Double) {
                self.height = height
                self.width = width
            }
        }

        package init(_ mode: Mode, to output: Extent2d, alignCorners: Bool = false, scale: ScaleFactor? = nil) {
            self.mode = mode
            self.output = output
            self.alignCorners = alignCorners
            self.scale = scale
        }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.featureMap()
            return [input[0], input[1], output.height, output.width]
        }

        package func cost(_ operands: Operands, output: [Int]) -> OperationCost {
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

extension Operation {
    /// 2-D convolution of `[N, C, H, W]`.
    /// Weights: kernel `[out, in / groups, kh, kw]`, then bias `[out]` if there is one.
    package struct Conv2d: OperationDefinition {
        package static let name = "conv2d"
        package var geometry: Conv2dGeometry
        /// PyTorch was told `padding='same'`: the padding in `geometry` is what that comes to. mmengine does not count
        /// such a convolution.
        package var isSamePadded: Bool

        package init(_ geometry: Conv2dGeometry, isSamePadded: Bool = false) {
            self.geometry = geometry
            self.isSamePadded = isSamePadded
        }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.featureMap()
            try operands.require(inputs: 1, weights: 1, 2)
            let output = try geometry.outputShape(input: input, kernel: operands.weights[0])
            if operands.weights.count == 2, operands.weights[1] != [output[1]] {
                throw .unequal([output[1]], operands.weights[1])
            }
            return output
        }

        package func cost(_ operands: Operands, output: [Int]) -> OperationCost {
            if isSamePadded { return OperationCost() }
            let outputs = output.productSaturated
            let kernel = operands.weights[0].dropFirst().productSaturated
            return OperationCost(flops: outputs.multipliedSaturated(kernel), activations: outputs)
        }
    }
}

/// Geometry of a 2-D convolution: extents are (height, width) in elements.
package struct Conv2dGeometry: Sendable, Hashable {
    package var stride: Extent2d
    package var padding: Extent2d
    package var dilation: Extent2d
    package var groups: Int

    package init(
        stride: Extent2d = .square(1), padding: Extent2d = .square(0), dilation: Extent2d = .square(1), groups: Int = 1
    ) {
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.groups = groups
    }

    func outputShape(input: [Int], kernel: [Int]) throws(ShapeError) -> [Int] {
        guard kernel.count == 4 else { throw .rank(expected: 4, found: kernel) }
        guard groups > 0, input[1] % groups == 0, kernel[0] % groups == 0 else {
            throw .groups(groups, channels: input[1])
        }
        guard input[1] / groups == kernel[1] else {
            throw .channels(expected: kernel[1] * groups, found: input[1])
        }
        let height = try windowCount(
            input[2], kernel: kernel[2], stride: stride.height, padding: padding.height, dilation: dilation.height)
        let width = try windowCount(
            input[3], kernel: kernel[3], stride: stride.width, padding: padding.width, dilation: dilation.width)
        return [input[0], kernel[0], height, width]
    }
}

/// A (height, width) pair.
package struct Extent2d: Sendable, Hashable {
    package var height: Int
    package var width: Int

    package init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }

    /// The same extent both ways.
    package static func square(_ extent: Int) -> Extent2d { Extent2d(height: extent, width: extent) }
}

/// The number of windows along one axis. With `ceilMode`, a last window may reach past the padding, but one that
/// would start in the right padding is left out, as in PyTorch (`aten/src/ATen/native/Pool.h`).
package func windowCount(
    _ input: Int, kernel: Int, stride: Int, padding: Int, dilation: Int = 1, ceilMode: Bool = false
) throws(ShapeError) -> Int {
    let extents = 1...(1 << 31)
    guard extents ~= kernel, extents ~= stride, extents ~= dilation, 0...(1 << 31) ~= padding else {
        throw .geometry(window: kernel, stride: stride, padding: padding, dilation: dilation)
    }
    let window = dilation * (kernel - 1) + 1
    let room = input + 2 * padding - window + (ceilMode ? stride - 1 : 0)
    guard room >= 0 else { throw .window(window, input: input + 2 * padding) }
    let count = room / stride + 1
    return ceilMode && (count - 1) * stride >= input + padding ? count - 1 : count
}

import ModelGraph

@testable import Engine

extension OperationCase {
    /// Convolutions of one value whose results are added, with the number of convolutions that a plan makes of them.
    static let countedBranches: [(convolutions: Int, operation: OperationCase)] = [
        (
            1,
            OperationCase("3 × 3, 1 × 1 and identity, as in RepVGG", [2, 20, 9, 7]) { scope, x in
                let sum = try scope.add(
                    ConvNorm(scope("a"), 20, 20, 3)(x), ConvNorm(scope("b"), 20, 20, 1)(x))
                return try scope.activate(.relu, scope.add(sum, BatchNorm(scope("c"), 20)(x)))
            }
        ),
        (
            2,
            OperationCase("several branches, depthwise and pointwise, as in MobileOne", [1, 19, 15, 14]) { scope, x in
                let stem = try scope.activate(.relu, x)
                var y = try BatchNorm(scope("id1"), 19)(stem)
                y = try scope.add(y, ConvNorm(scope("scale"), 19, 19, 1, groups: 19)(stem))
                for branch in 0..<3 { y = try scope.add(y, ConvNorm(scope("d\(branch)"), 19, 19, 3, groups: 19)(stem)) }
                let middle = try scope.activate(.relu, y)
                var z = try BatchNorm(scope("id2"), 19)(middle)
                for branch in 0..<4 { z = try scope.add(z, ConvNorm(scope("p\(branch)"), 19, 19, 1)(middle)) }
                return try scope.activate(.relu, z)
            }
        ),
        (
            1,
            OperationCase("branches of a stem with a stride", [2, 3, 21, 18]) { scope, x in
                try scope.add(
                    ConvNorm(scope("a"), 3, 21, 1, stride: 2)(x), ConvNorm(scope("b"), 3, 21, 3, stride: 2)(x))
            }
        ),
        (
            1,
            OperationCase("branches of groups, one without", [1, 24, 7, 9]) { scope, x in
                let sum = try scope.add(ConvNorm(scope("a"), 24, 24, 3, groups: 2)(x), BatchNorm(scope("b"), 24)(x))
                let narrow = try scope.add(
                    sum, Conv2d(scope("c"), 24, 24, kernel: 1, groups: 6)(x))
                return try scope.add(narrow, Conv2d(scope("d"), 24, 24, kernel: 3, padding: 1, groups: 24)(x))
            }
        ),
        (
            1,
            OperationCase("a large kernel with small and dilated ones, as in UniRepLKNet", [1, 18, 15, 17]) {
                scope, x in
                var y = try ConvNorm(scope("a"), 18, 18, 13, groups: 18)(x)
                for (kernel, dilation) in [(5, 1), (7, 2), (3, 3), (3, 5)] {
                    let conv = try Conv2d(
                        scope("c\(kernel)\(dilation)"), 18, 18, kernel: kernel, padding: kernel / 2 * dilation,
                        dilation: dilation, groups: 18, bias: false)
                    y = try scope.add(y, BatchNorm(scope("n\(kernel)\(dilation)"), 18)(conv(x)))
                }
                return y
            }
        ),
        (
            1,
            OperationCase("a scaled difference of branches, as in FastViT", [2, 18, 9, 8]) { scope, x in
                let stem = try scope.activate(.relu, x)
                var mixed = try scope.add(
                    ConvNorm(scope("a"), 18, 18, 1, groups: 18)(stem), ConvNorm(scope("b"), 18, 18, 3, groups: 18)(stem)
                )
                mixed = try scope.add(mixed, BatchNorm(scope("c"), 18)(stem))
                mixed = try scope.subtract(mixed, BatchNorm(scope("norm"), 18)(stem))
                let scale = try scope.value(ofParameter: scope.declare("scale", [18, 1, 1]))
                return try scope.add(stem, scope.multiply(scale, by: mixed))
            }
        ),
        (
            1,
            OperationCase("3 × 3, 1 × 3 and 3 × 1, less the input", [1, 20, 8, 9]) { scope, x in
                let stem = try scope.activate(.relu, x)
                var y = try Conv2d(scope("a"), 20, 20, kernel: 3, padding: 1)(stem)
                for (name, height, width) in [("b", 1, 3), ("c", 3, 1)] {
                    let geometry = Conv2dGeometry(padding: Extent2d(height: height / 2, width: width / 2))
                    let conv = try Conv2d(
                        scope(name), 20, 20, kernel: Extent2d(height: height, width: width), geometry)
                    y = try scope.add(y, scope.scale(conv(stem), by: 0.5, adding: 0.25))
                }
                return try scope.subtract(y, stem)
            }
        ),
        (
            2,
            OperationCase("branches of two values", [1, 20, 8, 9]) { scope, x in
                let y = try scope.activate(.relu, x)
                let left = try scope.add(ConvNorm(scope("a"), 20, 20, 1)(x), ConvNorm(scope("b"), 20, 20, 3)(y))
                let right = try scope.add(ConvNorm(scope("c"), 20, 20, 3)(x), ConvNorm(scope("d"), 20, 20, 1)(y))
                return try scope.subtract(scope.add(left, right), scope.activate(.sigmoid, y))
            }
        ),
        (
            2,
            OperationCase("an activation between", [1, 20, 8, 9]) { scope, x in
                let branch = try scope.activate(.relu, ConvNorm(scope("a"), 20, 20, 1)(x))
                return try scope.add(ConvNorm(scope("b"), 20, 20, 3)(x), branch)
            }
        ),
        (
            2,
            OperationCase("a normalisation in front, which the padding is not part of", [1, 20, 8, 9]) { scope, x in
                let branch = try Conv2d(scope("a"), 20, 20, kernel: 3, padding: 1)(BatchNorm(scope("n"), 20)(x))
                return try scope.add(Conv2d(scope("b"), 20, 20, kernel: 3, padding: 1)(x), branch)
            }
        ),
        (
            2,
            OperationCase("another stride", [1, 20, 1, 1]) { scope, x in
                try scope.add(
                    Conv2d(scope("a"), 20, 20, kernel: 3, padding: 1)(x),
                    Conv2d(scope("b"), 20, 20, kernel: 1, stride: 2)(x))
            }
        ),
        (
            2,
            OperationCase("windows that lie beside each other", [1, 20, 8, 9]) { scope, x in
                let padded = try scope.pad(x, left: 2, right: 0, top: 1, bottom: 1)
                return try scope.add(
                    Conv2d(scope("a"), 20, 20, kernel: 3, padding: 1)(x), Conv2d(scope("b"), 20, 20, kernel: 3)(padded))
            }
        ),
        (
            2,
            OperationCase("a dilation between the taps", [1, 20, 8, 9]) { scope, x in
                try scope.add(
                    Conv2d(scope("a"), 20, 20, kernel: 5, padding: 6, dilation: 3)(x),
                    Conv2d(scope("b"), 20, 20, kernel: 3, padding: 2, dilation: 2)(x))
            }
        ),
        (
            2,
            OperationCase("a pointwise and a depthwise convolution", [1, 20, 8, 9]) { scope, x in
                try scope.add(
                    Conv2d(scope("a"), 20, 20, kernel: 1)(x),
                    Conv2d(scope("b"), 20, 20, kernel: 3, padding: 1, groups: 20)(x))
            }
        ),
        (
            2,
            OperationCase("a branch that others read", [1, 20, 8, 9]) { scope, x in
                let branch = try ConvNorm(scope("a"), 20, 20, 1)(x)
                let sum = try scope.add(ConvNorm(scope("b"), 20, 20, 3)(x), branch)
                return try scope.multiply(sum, by: scope.activate(.sigmoid, branch))
            }
        ),
        (
            1,
            OperationCase("a convolution and its input", [1, 20, 8, 9]) { scope, x in
                try scope.add(x, ConvNorm(scope("a"), 20, 20, 3)(x))
            }
        ),
    ]

    static let branches = countedBranches.map(\.operation)
}

/// A convolution that keeps the size, but for the stride, with its normalisation.
private struct ConvNorm {
    private let conv: Conv2d
    private let norm: BatchNorm

    init(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, _ kernel: Int, stride: Int = 1, groups: Int = 1
    ) throws {
        conv = try Conv2d(
            scope("conv"), inputs, outputs, kernel: kernel, stride: stride, padding: kernel / 2, groups: groups,
            bias: false)
        norm = try BatchNorm(scope("bn"), outputs)
    }

    func callAsFunction(_ input: Value) throws -> Value { try norm(conv(input)) }
}

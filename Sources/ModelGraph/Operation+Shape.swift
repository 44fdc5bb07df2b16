/// Operands that an operation does not accept.
public enum ShapeError: Error, Equatable, Sendable, CustomStringConvertible {
    case rank(expected: Int, found: [Int])
    case channels(expected: Int, found: Int)
    case groups(Int, channels: Int)
    case unequal([Int], [Int])
    /// The window (with its dilation) is larger than the padded input.
    case window(Int, input: Int)
    case operands(expected: String, found: Int)

    public var description: String {
        switch self {
        case .rank(let expected, let found): "needs \(expected) dimensions, found shape \(found)"
        case .channels(let expected, let found): "needs \(expected) channels, found \(found)"
        case .groups(let groups, let channels): "\(channels) channels do not divide into \(groups) groups"
        case .unequal(let left, let right): "shapes \(left) and \(right) do not match"
        case .window(let window, let input): "a window of \(window) does not fit into an input of \(input)"
        case .operands(let expected, let found): "needs \(expected) operands, found \(found)"
        }
    }
}

extension Operation {
    /// The shape that the operation gives for operands of these shapes.
    /// - Parameters:
    ///   - inputs: shapes of the inputs, `[N, C, H, W]` for feature maps.
    ///   - weights: shapes of the weights, in the order that the case states.
    /// - Throws: `ShapeError` when the operands do not fit the operation or each other.
    public func outputShape(inputs: [[Int]], weights: [[Int]]) throws(ShapeError) -> [Int] {
        switch self {
        case .input:
            throw .operands(expected: "no", found: inputs.count)
        case .conv2d(let geometry):
            try require(inputs, 1)
            try require(weights, 1...2)
            return try geometry.outputShape(input: inputs[0], kernel: weights[0])
        case .batchNorm2d:
            try require(inputs, 1)
            try require(weights, 4...4)
            let channels = try featureMap(inputs[0])[1]
            for weight in weights where weight != [channels] { throw .unequal([channels], weight) }
            return inputs[0]
        case .activation:
            try require(inputs, 1)
            return inputs[0]
        case .add:
            try require(inputs, 2)
            guard inputs[0] == inputs[1] else { throw .unequal(inputs[0], inputs[1]) }
            return inputs[0]
        case .multiply:
            try require(inputs, 2)
            let (left, right) = (inputs[0], inputs[1])
            guard left == right || (left.count == 4 && right == [left[0], left[1], 1, 1]) else {
                throw .unequal(left, right)
            }
            return left
        case .maxPool2d(let geometry), .averagePool2d(let geometry, _):
            try require(inputs, 1)
            return try geometry.outputShape(input: featureMap(inputs[0]))
        case .adaptiveAveragePool2d(let height, let width):
            try require(inputs, 1)
            let input = try featureMap(inputs[0])
            return [input[0], input[1], height, width]
        case .flatten:
            try require(inputs, 1)
            guard let batch = inputs[0].first else { throw .rank(expected: 1, found: inputs[0]) }
            return [batch, inputs[0].dropFirst().reduce(1, *)]
        case .linear:
            try require(inputs, 1)
            try require(weights, 1...2)
            guard weights[0].count == 2 else { throw .rank(expected: 2, found: weights[0]) }
            guard let features = inputs[0].last else { throw .rank(expected: 1, found: inputs[0]) }
            guard features == weights[0][1] else { throw .channels(expected: weights[0][1], found: features) }
            if weights.count == 2, weights[1] != [weights[0][0]] { throw .unequal([weights[0][0]], weights[1]) }
            return inputs[0].dropLast() + [weights[0][0]]
        }
    }
}

extension Conv2dGeometry {
    func outputShape(input: [Int], kernel: [Int]) throws(ShapeError) -> [Int] {
        let input = try featureMap(input)
        guard kernel.count == 4 else { throw .rank(expected: 4, found: kernel) }
        guard groups > 0, input[1] % groups == 0, kernel[0] % groups == 0 else {
            throw .groups(groups, channels: input[1])
        }
        guard input[1] / groups == kernel[1] else {
            throw .channels(expected: kernel[1] * groups, found: input[1])
        }
        let height = try windows(
            input[2], kernel: kernel[2], stride: stride.height, padding: padding.height, dilation: dilation.height)
        let width = try windows(
            input[3], kernel: kernel[3], stride: stride.width, padding: padding.width, dilation: dilation.width)
        return [input[0], kernel[0], height, width]
    }
}

extension Pool2dGeometry {
    func outputShape(input: [Int]) throws(ShapeError) -> [Int] {
        let height = try windows(
            input[2], kernel: kernel.height, stride: stride.height, padding: padding.height, ceilMode: ceilMode)
        let width = try windows(
            input[3], kernel: kernel.width, stride: stride.width, padding: padding.width, ceilMode: ceilMode)
        return [input[0], input[1], height, width]
    }
}

/// The number of windows along one axis. With `ceilMode`, a last window that would start in the right padding
/// is left out, as in PyTorch (`aten/src/ATen/native/Pool.h`).
private func windows(
    _ input: Int, kernel: Int, stride: Int, padding: Int, dilation: Int = 1, ceilMode: Bool = false
) throws(ShapeError) -> Int {
    let window = dilation * (kernel - 1) + 1
    let room = input + 2 * padding - window
    guard room >= 0, stride > 0 else { throw .window(window, input: input + 2 * padding) }
    guard ceilMode else { return room / stride + 1 }
    let count = (room + stride - 1) / stride + 1
    return (count - 1) * stride >= input + padding ? count - 1 : count
}

private func featureMap(_ shape: [Int]) throws(ShapeError) -> [Int] {
    guard shape.count == 4 else { throw .rank(expected: 4, found: shape) }
    return shape
}

private func require(_ operands: [[Int]], _ count: Int) throws(ShapeError) {
    guard operands.count == count else { throw .operands(expected: "\(count)", found: operands.count) }
}

private func require(_ operands: [[Int]], _ counts: ClosedRange<Int>) throws(ShapeError) {
    guard counts.contains(operands.count) else {
        throw .operands(expected: "\(counts.lowerBound) to \(counts.upperBound)", found: operands.count)
    }
}

extension Operation {
    /// The shape that the operation gives for operands of these shapes.
    /// - Parameters:
    ///   - inputs: shapes of the inputs, `[N, C, H, W]` for feature maps.
    ///   - weights: shapes of the weights, in the order that the case states.
    /// - Throws: `ShapeError` when the operands do not fit the operation or each other.
    public func outputShape(inputs: [[Int]], weights: [[Int]]) throws(ShapeError) -> [Int] {
        for shape in inputs + weights { try requireSize(shape) }
        let output = try fittingShape(inputs: inputs, weights: weights)
        try requireSize(output)
        return output
    }

    private func fittingShape(inputs: [[Int]], weights: [[Int]]) throws(ShapeError) -> [Int] {
        switch self {
        case .input:
            throw .operands(expected: "no", found: inputs.count)
        case .conv2d(let geometry):
            try require(inputs, 1)
            try require(weights, 1...2)
            let output = try geometry.outputShape(input: inputs[0], kernel: weights[0])
            if weights.count == 2, weights[1] != [output[1]] { throw .unequal([output[1]], weights[1]) }
            return output
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
        for (kernel, padding) in [(kernel.height, padding.height), (kernel.width, padding.width)] {
            guard padding <= kernel / 2 else {
                throw .geometry(window: kernel, stride: stride.height, padding: padding, dilation: 1)
            }
        }
        let height = try windows(
            input[2], kernel: kernel.height, stride: stride.height, padding: padding.height, ceilMode: ceilMode)
        let width = try windows(
            input[3], kernel: kernel.width, stride: stride.width, padding: padding.width, ceilMode: ceilMode)
        return [input[0], input[1], height, width]
    }
}

/// The number of windows along one axis. With `ceilMode`, a last window may reach past the padding, but one that
/// would start in the right padding is left out, as in PyTorch (`aten/src/ATen/native/Pool.h`).
private func windows(
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

func requireSize(_ shape: [Int]) throws(ShapeError) {
    guard shape.allSatisfy({ $0 >= 1 }), shape.productSaturated <= 1 << 40 else { throw .size(shape) }
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

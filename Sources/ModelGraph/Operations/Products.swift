extension Operation {
    /// y = x·Wᵀ + b over the last axis. Weights: W `[out, in]`, then b `[out]` if there is one.
    package struct Linear: OperationDefinition {
        package static let name = "linear"

        package init() {}

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            try operands.require(inputs: 1, weights: 1, 2)
            let kernel = operands.weights[0]
            guard kernel.count == 2 else { throw .rank(expected: 2, found: kernel) }
            guard let features = input.last else { throw .rank(expected: 1, found: input) }
            guard features == kernel[1] else { throw .channels(expected: kernel[1], found: features) }
            if operands.weights.count == 2, operands.weights[1] != [kernel[0]] {
                throw .unequal([kernel[0]], operands.weights[1])
            }
            return input.dropLast() + [kernel[0]]
        }

        package func cost(_ operands: Operands, output: [Int]) -> OperationCost {
            let inputs = operands.weights[0][1]
            return OperationCost(
                flops: output.productSaturated.multipliedSaturated(inputs), activations: output.productSaturated)
        }
    }

    /// The matrix product of the last two axes, `[…, n, k]` times `[…, k, m]`; leading axes spread as in NumPy.
    package struct MatMul: OperationDefinition {
        package static let name = "matmul"
        /// The second operand is `[…, m, k]`, transposed as it is read.
        package var isTransposed: Bool
        /// The model writes `torch.einsum`, whose multiply-adds mmengine reads in NumPy's report, of four digits.
        package var isEinsum: Bool

        package init(isTransposed: Bool = false, isEinsum: Bool = false) {
            self.isTransposed = isTransposed
            self.isEinsum = isEinsum
        }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            try operands.require(inputs: 2)
            let (left, right) = (operands.inputs[0], operands.inputs[1])
            for shape in [left, right] where shape.count < 2 { throw .rank(expected: 2, found: shape) }
            let (rows, inner) = (left[left.count - 2], left[left.count - 1])
            let (first, second) = (right[right.count - 2], right[right.count - 1])
            let (found, columns) = isTransposed ? (second, first) : (first, second)
            guard inner == found else { throw .unequal(left, right) }
            return try broadcast(Array(left.dropLast(2)), Array(right.dropLast(2))) + [rows, columns]
        }

        package func cost(_ operands: Operands, output: [Int]) -> OperationCost {
            let flops = operands.inputs[0].productSaturated.multipliedSaturated(output[output.count - 1])
            return OperationCost(
                flops: isEinsum ? fourDigits(flops.multipliedSaturated(2)) / 2 : flops,
                activations: output.productSaturated)
        }
    }

    /// PyTorch's `scaled_dot_product_attention`: softmax(scale · q·kᵀ + masks) · v.
    ///
    /// Inputs: q `[…, n, d]`, k `[…, m, d]`, v `[…, m, e]` with equal leading axes, then any number of masks that
    /// spread to `[…, n, m]`.
    package struct Attention: OperationDefinition {
        package static let name = "scaled_dot_product_attention"
        package var scale: Double
        /// The model writes the attention out as products and a softmax, so mmengine sees it.
        package var isExplicit: Bool

        package init(scale: Double, isExplicit: Bool = false) {
            self.scale = scale
            self.isExplicit = isExplicit
        }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let inputs = operands.inputs
            guard inputs.count >= 3 else { throw .operands(expected: "at least 3", found: inputs.count) }
            let (query, key, value) = (inputs[0], inputs[1], inputs[2])
            let rank = query.count
            for shape in [query, key, value] where shape.count < 2 || shape.count != rank {
                throw .rank(expected: max(2, rank), found: shape)
            }
            guard query.dropLast(2) == key.dropLast(2), query[rank - 1] == key[rank - 1] else {
                throw .unequal(query, key)
            }
            guard key.dropLast() == value.dropLast() else { throw .unequal(key, value) }
            let scores = Array(query.dropLast()) + [key[rank - 2]]
            for mask in inputs[3...] {
                guard try broadcast(scores, mask) == scores else { throw .unequal(scores, mask) }
            }
            return query.dropLast() + [value[rank - 1]]
        }

        /// The cost of the two products.
        package func cost(_ operands: Operands, output: [Int]) -> OperationCost {
            let (query, keys) = (operands.inputs[0], operands.inputs[1][operands.inputs[1].count - 2])
            let scores = query.dropLast().productSaturated.multipliedSaturated(keys)
            return OperationCost(
                flops: query.productSaturated.multipliedSaturated(keys)
                    .addingSaturated(scores.multipliedSaturated(output[output.count - 1])),
                activations: scores.addingSaturated(output.productSaturated), isInvisible: !isExplicit)
        }
    }
}

/// The number as Python's `%.3e` writes it: four digits, a tie to the even one.
private func fourDigits(_ number: Int) -> Int {
    var unit = 1
    while number / unit >= 10_000 { unit *= 10 }
    let (digits, rest) = number.quotientAndRemainder(dividingBy: unit)
    let roundsUp = 2 * rest > unit || (2 * rest == unit && digits % 2 == 1)
    return (roundsUp ? digits + 1 : digits).multipliedSaturated(unit)
}

/// The shape that both spread to, as in NumPy: aligned at the end, an extent of 1 repeats.
/// - Throws: `ShapeError.unequal` if extents disagree.
func broadcast(_ left: [Int], _ right: [Int]) throws(ShapeError) -> [Int] {
    let rank = max(left.count, right.count)
    var shape = [Int](repeating: 1, count: rank)
    for axis in 0..<rank {
        let (i, j) = (axis - rank + left.count, axis - rank + right.count)
        let (a, b) = (i < 0 ? 1 : left[i], j < 0 ? 1 : right[j])
        guard a == b || a == 1 || b == 1 else { throw .unequal(left, right) }
        shape[axis] = max(a, b)
    }
    return shape
}

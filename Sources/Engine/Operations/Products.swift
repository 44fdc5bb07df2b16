import ModelGraph
import PlatformC

extension Operation.Linear: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        guard let weights = operands.weights[0].elements.baseAddress else { return }
        let (outputs, inner) = (operands.weights[0].shape[0], operands.weights[0].shape[1])
        let bias = operands.weights.count > 1 ? operands.weights[1].elements.baseAddress : nil
        let rows = output.count / outputs
        guard rows > 2 else { return evaluateRows(operands, weights, bias, into: &output) }
        let product = ReferenceProduct(
            weights, columns: outputs, inner: inner, rowStride: inner, pool: operands.pool)
        // At most 64 rows, and as many for each thread: each task reads all weights.
        let rounds = (rows + 64 * operands.pool.threads - 1) / (64 * operands.pool.threads)
        let block = (rows + rounds * operands.pool.threads - 1) / (rounds * operands.pool.threads)
        operands.withInput(&output) { source, target in
            nonisolated(unsafe) let (source, target, bias) = (source, target, bias)
            operands.pool.perform((rows + block - 1) / block) { task in
                let first = block * task
                product.multiply(
                    source + first * inner, rows: min(block, rows - first), leftStride: inner, bias: bias,
                    into: target + first * outputs, resultStride: outputs)
            }
        }
    }
}

extension Operation.Linear {
    /// The same of few rows, for which it does not pay to lay out the weights: the threads share the outputs.
    private func evaluateRows(
        _ operands: ReferenceOperands, _ weights: UnsafePointer<Double>, _ bias: UnsafePointer<Double>?,
        into output: inout [Double]
    ) {
        let (outputs, inner) = (operands.weights[0].shape[0], operands.weights[0].shape[1])
        let rows = output.count / outputs
        let block = 64
        operands.withInput(&output) { source, target in
            nonisolated(unsafe) let (source, target, weights, bias) = (source, target, weights, bias)
            operands.pool.perform((outputs + block - 1) / block) { task in
                let first = task * block
                for row in 0..<rows {
                    ReferenceProduct.multiplyRow(
                        source + row * inner, weights + first * inner, columns: min(block, outputs - first),
                        inner: inner, bias: bias.map { $0 + first }, into: target + row * outputs + first)
                }
            }
        }
    }

    func absorbs(_ epilogue: Epilogue, after others: [Epilogue]) -> Bool {
        switch epilogue {
        // The channels of a batch norm are axis 1, which is the last one of a matrix only.
        case .batchNorm: false
        case .scale(_, let axis): axis == -1 && epilogue.follows(others)
        default: epilogue.follows(others)
        }
    }

    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws { try plan.lowerLinear(step) }
}

extension Operation.MatMul {
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws { try plan.lower(self, step) }
}

extension Operation.Attention {
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws { try plan.lower(self, step) }
}

extension Operation.MatMul: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let (left, right) = (operands.inputs[0].shape, operands.inputs[1].shape)
        let (rows, inner) = (left[left.count - 2], left[left.count - 1])
        let columns = operands.shape[operands.shape.count - 1]
        let leading = Array(operands.shape.dropLast(2))
        let leftStarts = starts(Array(left.dropLast(2)), of: rows * inner, in: leading)
        let rightStarts = starts(Array(right.dropLast(2)), of: columns * inner, in: leading)
        operands.inputs[1].scalars.withUnsafeBufferPointer { right in
            guard let right = right.baseAddress else { return }
            operands.withInput(&output) { left, target in
                nonisolated(unsafe) let (left, right, target) = (left, right, target)
                operands.pool.perform(leftStarts.count) { matrix in
                    let product = ReferenceProduct(
                        right + rightStarts[matrix], columns: columns, inner: inner,
                        rowStride: isTransposed ? inner : 1, elementStride: isTransposed ? 1 : columns)
                    product.multiply(
                        left + leftStarts[matrix], rows: rows, leftStride: inner,
                        into: target + matrix * rows * columns, resultStride: columns)
                }
            }
        }
    }
}

/// Where each of the matrices along `leading` begins in an operand with these leading axes.
private func starts(_ shape: [Int], of matrix: Int, in leading: [Int]) -> [Int] {
    var starts: [Int] = []
    StridedWalk(shape: leading, strides: StridedWalk.broadcast(shape, to: leading)).forEachRow { first, length, step in
        for index in 0..<length { starts.append((first + index * step) * matrix) }
    }
    return starts
}

extension Operation.Attention: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let (query, key, value) = (operands.inputs[0], operands.inputs[1], operands.inputs[2])
        let rank = query.shape.count
        let (rows, keys, width) = (query.shape[rank - 2], key.shape[rank - 2], query.shape[rank - 1])
        let valueWidth = value.shape[rank - 1]
        let scoreShape = Array(query.shape.dropLast(2)) + [rows, keys]
        let masks = operands.inputs[3...].map { $0.spread(to: scoreShape) }
        let matrices = query.shape.dropLast(2).reduce(1, *)
        query.scalars.withUnsafeBufferPointer { q in
            key.scalars.withUnsafeBufferPointer { k in
                value.scalars.withUnsafeBufferPointer { v in
                    output.withUnsafeMutableBufferPointer { output in
                        guard let q = q.baseAddress, let k = k.baseAddress, let v = v.baseAddress,
                            let target = output.baseAddress
                        else { return }
                        nonisolated(unsafe) let (query, key, value, output) = (q, k, v, target)
                        operands.pool.perform(matrices) { matrix in
                            var scores = [Double](repeating: 0, count: rows * keys)
                            scores.withUnsafeMutableBufferPointer { scores in
                                guard let base = scores.baseAddress else { return }
                                ReferenceProduct(
                                    key + matrix * keys * width, columns: keys, inner: width, rowStride: width
                                )
                                .multiply(
                                    query + matrix * rows * width, rows: rows, leftStride: width, into: base,
                                    resultStride: keys)
                                for index in scores.indices {
                                    base[index] *= scale
                                    for mask in masks { base[index] += mask[matrix * rows * keys + index] }
                                }
                                for row in 0..<rows { softmax(base + row * keys, count: keys, step: 1) }
                                ReferenceProduct(
                                    value + matrix * keys * valueWidth, columns: valueWidth, inner: keys, rowStride: 1,
                                    elementStride: valueWidth
                                )
                                .multiply(
                                    base, rows: rows, leftStride: keys, into: output + matrix * rows * valueWidth,
                                    resultStride: valueWidth)
                            }
                        }
                    }
                }
            }
        }
    }
}

/// e^x / Σ e^x in place, with the largest subtracted first.
func softmax(_ elements: UnsafeMutablePointer<Double>, count: Int, step: Int) {
    var largest = -Double.infinity
    for index in 0..<count { largest = max(largest, elements[index * step]) }
    var sum = 0.0
    for index in 0..<count {
        elements[index * step] = exp(elements[index * step] - largest)
        sum += elements[index * step]
    }
    for index in 0..<count { elements[index * step] /= sum }
}

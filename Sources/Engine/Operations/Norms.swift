import ModelGraph

extension Operation.BatchNorm: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let channels = operands.shape[1]
        let area = operands.shape.dropFirst(2).reduce(1, *)
        let weights = operands.weights.map(\.elements)
        let (mean, variance) = (weights[weights.count - 2], weights[weights.count - 1])
        let input = operands.elements
        for plane in 0..<operands.shape[0] * channels {
            let channel = plane % channels
            let deviation = (variance[channel] + epsilon).squareRoot()
            let (weight, bias) = weights.count == 4 ? (weights[0][channel], weights[1][channel]) : (1, 0)
            for index in plane * area..<(plane + 1) * area {
                output[index] = (input[index] - mean[channel]) / deviation * weight + bias
            }
        }
    }
}

extension Operation.LayerNorm: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let channels = operands.shape[operands.shape.count - 1]
        let input = operands.elements
        for row in stride(from: 0, to: input.count, by: channels) {
            let moments = Moments(input[row..<row + channels])
            let deviation = (moments.variance + epsilon).squareRoot()
            for channel in 0..<channels {
                let value = (input[row + channel] - moments.mean) / deviation
                output[row + channel] =
                    operands.weights.isEmpty
                    ? value : value * operands.weights[0].elements[channel] + operands.weights[1].elements[channel]
            }
        }
    }
}

extension Operation.GroupNorm: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let channels = operands.shape[1]
        let area = operands.shape.dropFirst(2).reduce(1, *)
        let span = channels / groups * area
        let input = operands.elements
        for group in 0..<operands.shape[0] * groups {
            let moments = Moments(input[group * span..<(group + 1) * span])
            let deviation = (moments.variance + epsilon).squareRoot()
            for index in group * span..<(group + 1) * span {
                let value = (input[index] - moments.mean) / deviation
                let channel = index / area % channels
                output[index] =
                    operands.weights.isEmpty
                    ? value : value * operands.weights[0].elements[channel] + operands.weights[1].elements[channel]
            }
        }
    }
}

extension Operation.Normalize: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let input = operands.elements
        AxisWalk(operands.shape, axis).forEachLine { first, count, step in
            var sum = 0.0
            for index in 0..<count { sum += input[first + index * step] * input[first + index * step] }
            let norm = max(sum.squareRoot(), epsilon)
            for index in 0..<count { output[first + index * step] = input[first + index * step] / norm }
        }
    }
}

extension Operation.ResponseNorm: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let shape = operands.shape
        let (channels, area) = (shape[shape.count - 1], shape[1..<shape.count - 1].reduce(1, *))
        let (gamma, beta) = (operands.inputs[1].scalars, operands.inputs[2].scalars)
        let input = operands.elements
        for sample in 0..<shape[0] {
            let first = sample * area * channels
            var norms = [Double](repeating: 0, count: channels)
            for index in 0..<area * channels { norms[index % channels] += input[first + index] * input[first + index] }
            for channel in norms.indices { norms[channel] = norms[channel].squareRoot() }
            let mean = norms.reduce(0, +) / Double(channels) + epsilon
            for index in 0..<area * channels {
                let (channel, x) = (index % channels, input[first + index])
                output[first + index] = gamma[channel] * x * norms[channel] / mean + beta[channel] + x
            }
        }
    }

    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws { try plan.lower(self, step) }
}

extension Operation.Softmax: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        output = operands.elements
        output.withUnsafeMutableBufferPointer { output in
            guard let output = output.baseAddress else { return }
            AxisWalk(operands.shape, axis).forEachLine { first, count, step in
                softmax(output + first, count: count, step: step)
            }
        }
    }
}

/// Mean and variance, the latter without Bessel's correction.
private struct Moments {
    let mean, variance: Double

    init(_ values: ArraySlice<Double>) {
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    }
}

/// The lines of a tensor along one axis.
struct AxisWalk {
    private let outer, extent, inner: Int

    init(_ shape: [Int], _ axis: Int) {
        outer = shape[..<axis].reduce(1, *)
        extent = shape[axis]
        inner = shape[(axis + 1)...].reduce(1, *)
    }

    func forEachLine(_ body: (_ first: Int, _ count: Int, _ step: Int) -> Void) {
        for block in 0..<outer {
            for lane in 0..<inner { body(block * extent * inner + lane, extent, inner) }
        }
    }
}

// MARK: - Lowering

extension Operation.BatchNorm {
    func absorbs(_ epilogue: Epilogue, after others: [Epilogue]) -> Bool {
        !epilogue.folds && epilogue.follows(others)
    }

    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws { try plan.lower(self, step) }
}

extension Operation.LayerNorm {
    func absorbs(_ epilogue: Epilogue, after others: [Epilogue]) -> Bool {
        epilogue.activation != nil && others.isEmpty
    }

    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws { try plan.lower(self, step) }
}

extension Operation.GroupNorm {
    func absorbs(_ epilogue: Epilogue, after others: [Epilogue]) -> Bool {
        epilogue.activation != nil && others.isEmpty
    }

    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws { try plan.lower(self, step) }
}

extension Operation.Normalize {
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) { plan.lower(self, step) }
}

extension Operation.Softmax {
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) { plan.lower(self, step) }
}

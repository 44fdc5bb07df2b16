extension Operation {
    /// y = (x − mean) / √(variance + epsilon) · weight + bias per channel, axis 1 of `[N, C, …]`, with running
    /// statistics.
    /// Weights: weight, bias, running mean, running variance, each `[C]`; or the last two only.
    package struct BatchNorm: OperationDefinition {
        package static let name = "batch_norm"
        package var epsilon: Double

        package init(epsilon: Double) { self.epsilon = epsilon }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            try operands.require(inputs: 1, weights: 2, 4)
            guard 2...5 ~= input.count else { throw .rank(expected: 4, found: input) }
            try operands.requireWeights([input[1]])
            return input
        }

        package func cost(_ operands: Operands, output: [Int]) -> OperationCost {
            OperationCost(flops: output.productSaturated.multipliedSaturated(operands.weights.count == 4 ? 2 : 1))
        }
    }

    /// y = (x − mean) / √(variance + epsilon) · weight + bias over the last axis. Weights: `[C]`, `[C]`, or none.
    package struct LayerNorm: OperationDefinition {
        package static let name = "layer_norm"
        package var epsilon: Double
        /// The model writes it out as means and quotients, which mmengine does not count.
        package var isWrittenOut: Bool

        package init(epsilon: Double, isWrittenOut: Bool = false) {
            self.epsilon = epsilon
            self.isWrittenOut = isWrittenOut
        }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            try operands.require(inputs: 1, weights: 0, 2)
            guard let channels = input.last else { throw .rank(expected: 1, found: input) }
            try operands.requireWeights([channels])
            return input
        }

        package func cost(_ operands: Operands, output: [Int]) -> OperationCost {
            if isWrittenOut { return OperationCost() }
            return OperationCost(flops: output.productSaturated.multipliedSaturated(operands.weights.isEmpty ? 4 : 5))
        }
    }

    /// `[N, C, …]`: mean and variance of each sample's groups of channels, then weight and bias per channel.
    /// Weights: `[C]`, `[C]`, or none.
    package struct GroupNorm: OperationDefinition {
        package static let name = "group_norm"
        package var groups: Int
        package var epsilon: Double

        package init(groups: Int, epsilon: Double) {
            self.groups = groups
            self.epsilon = epsilon
        }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            try operands.require(inputs: 1, weights: 0, 2)
            guard input.count >= 2 else { throw .rank(expected: 4, found: input) }
            guard groups > 0, input[1] % groups == 0 else { throw .groups(groups, channels: input[1]) }
            try operands.requireWeights([input[1]])
            return input
        }

        package func cost(_ operands: Operands, output: [Int]) -> OperationCost {
            OperationCost(flops: output.productSaturated.multipliedSaturated(operands.weights.isEmpty ? 4 : 5))
        }
    }

    /// `torch.nn.functional.normalize`: x / max(‖x‖₂, epsilon) along `axis`.
    package struct Normalize: OperationDefinition {
        package static let name = "normalize"
        package var axis: Int
        package var epsilon: Double

        package init(axis: Int, epsilon: Double = 1e-12) {
            self.axis = axis
            self.epsilon = epsilon
        }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            try requireAxis(axis, of: input)
            return input
        }
    }

    /// Global response normalisation of `[N, …, C]`: gamma · x · g / (mean of g over the channels + epsilon) + beta + x
    /// with g = √Σ x² over the axes between. Inputs: x, gamma `[C]`, beta `[C]`.
    ///
    /// Woo et al. 2023, arXiv:2301.00808. Models write it out; plans put it together.
    package struct ResponseNorm: OperationDefinition {
        package static let name = "response_norm"
        package var epsilon: Double

        package init(epsilon: Double) { self.epsilon = epsilon }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            try operands.require(inputs: 3)
            let input = operands.inputs[0]
            guard input.count >= 3, let channels = input.last else { throw .rank(expected: 4, found: input) }
            for shape in operands.inputs[1...] where shape != [channels] { throw .unequal([channels], shape) }
            return input
        }
    }

    /// e^x / Σ e^x along `axis`.
    package struct Softmax: OperationDefinition {
        package static let name = "softmax"
        package var axis: Int

        package init(axis: Int) { self.axis = axis }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            try requireAxis(axis, of: input)
            return input
        }
    }
}

extension Operation {
    /// 2-D convolution with a kernel that the model computes. Inputs: `[N, C, H, W]`, the kernel
    /// `[out, in / groups, kh, kw]`. Weights: the bias `[out]`, or none.
    package struct Convolve: OperationDefinition {
        package static let name = "convolve"
        package var convolution: Conv2d

        package init(_ convolution: Conv2d) { self.convolution = convolution }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            try operands.require(inputs: 2)
            return try convolution.outputShape(withKernelAsWeight(operands))
        }

        package func cost(_ operands: Operands, output: [Int]) -> OperationCost {
            convolution.cost(withKernelAsWeight(operands), output: output)
        }

        private func withKernelAsWeight(_ operands: Operands) -> Operands {
            Operands(inputs: [operands.inputs[0]], weights: [operands.inputs[1]] + operands.weights)
        }
    }
}

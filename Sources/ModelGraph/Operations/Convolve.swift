extension Operation {
    /// 2-D convolution with a kernel that the model computes. Inputs: `[N, C, H, W]`, the kernel
    /// `[out, in / groups, kh, kw]`. Weights: the bias `[out]`, or none.
    public struct Convolve: OperationDefinition {
        public static let name = "convolve"
        public var convolution: Conv2d

        public init(_ convolution: Conv2d) { self.convolution = convolution }

        public func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            try operands.require(inputs: 2)
            return try convolution.outputShape(withKernelAsWeight(operands))
        }

        public func cost(_ operands: Operands, output: [Int]) -> OperationCost {
            convolution.cost(withKernelAsWeight(operands), output: output)
        }

        private func withKernelAsWeight(_ operands: Operands) -> Operands {
            Operands(inputs: [operands.inputs[0]], weights: [operands.inputs[1]] + operands.weights)
        }
    }
}

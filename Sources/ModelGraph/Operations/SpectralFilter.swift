extension Operation {
    /// A filter that is learnt in the frequency domain: irfft2(rfft2(x) · w) of each map, with `norm='ortho'`.
    ///
    /// Inputs: x `[N, C, H, W]` and w `[C, H, W / 2 + 1, 2]`, real and imaginary parts last. As in PyTorch, the imaginary
    /// parts of what gives the columns' mean and, for an even W, their alternating sum are left out.
    package struct SpectralFilter: OperationDefinition {
        package static let name = "spectral_filter"

        package init() {}

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            try operands.require(inputs: 2)
            let (input, weight) = (operands.inputs[0], operands.inputs[1])
            guard input.count == 4 else { throw .rank(expected: 4, found: input) }
            let expected = [input[1], input[2], input[3] / 2 + 1, 2]
            guard weight == expected else { throw .unequal(expected, weight) }
            return input
        }
    }
}

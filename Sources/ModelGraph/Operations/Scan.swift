extension Operation {
    /// Running values: each place of an axis has what the elements from the first one to it come to.
    package struct Scan: OperationDefinition {
        package static let name = "scan"
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            case sum, product
            /// The largest; NaN is above all numbers, as in `torch.cummax`.
            case max
            /// The position of the largest, of equal ones the last.
            case maxPosition
            /// log Σ eˣ
            case logSumExp
        }
        package var kind: Kind
        package var axis: Int

        package init(_ kind: Kind, axis: Int) {
            self.kind = kind
            self.axis = axis
        }

        /// Any shape → the same shape. Positions are numbers like all values, so the axis has at most 2²⁴ of them.
        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            try requireAxis(axis, of: input)
            guard kind != .maxPosition || input[axis] <= 1 << 24 else { throw .size(input) }
            return input
        }
    }
}

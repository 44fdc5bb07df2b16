extension Operation {
    /// `torch.topk`: the positions, along the last axis, of the `count` largest elements, in falling order.
    ///
    /// Of equal elements the first comes first, an order that PyTorch leaves open. NaN is above all numbers, as there.
    package struct TopK: OperationDefinition {
        package static let name = "topk"
        package var count: Int

        package init(_ count: Int) { self.count = count }

        /// `[…, n]` → `[…, count]`. Positions are numbers like all values, so n is at most 2²⁴.
        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            guard let extent = input.last else { throw .rank(expected: 1, found: input) }
            guard extent <= 1 << 24 else { throw .size(input) }
            guard 1...extent ~= count else { throw .range(start: 0, count: count, step: 1, extent: extent) }
            return input.dropLast() + [count]
        }
    }

    /// Rows by position: output (b, i, j) is row `positions[b, i, j]` of matrix b. Inputs: matrices `[N, m, C]`,
    /// positions `[N, n, k]`.
    ///
    /// A position below 0 counts as 0, one above m − 1 as m − 1.
    package struct SelectRows: OperationDefinition {
        package static let name = "select_rows"

        package init() {}

        /// `[N, n, k, C]`
        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            try operands.require(inputs: 2)
            let (rows, positions) = (operands.inputs[0], operands.inputs[1])
            for shape in [rows, positions] where shape.count != 3 { throw .rank(expected: 3, found: shape) }
            guard rows[0] == positions[0] else { throw .unequal(rows, positions) }
            return positions + [rows[2]]
        }
    }
}

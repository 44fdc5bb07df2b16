extension Operation {
    /// `torch.scatter` and `torch.scatter_reduce`: elements of a source are put at places of a base. Inputs: the base, the
    /// positions along `axis`, and the source, which has the positions' shape.
    ///
    /// Elements are put in row-major order. A position below 0 counts as 0, one past the end as the last.
    package struct Scatter: OperationDefinition {
        package static let name = "scatter"
        /// What becomes of the elements that meet at a place.
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            /// The last one stays.
            case replace
            case sum, product, mean, max, min
        }
        package var kind: Kind
        package var axis: Int
        /// Whether the base's own element is one of those that meet.
        package var includesBase: Bool

        package init(_ kind: Kind, axis: Int, includesBase: Bool = true) {
            self.kind = kind
            self.axis = axis
            self.includesBase = includesBase
        }

        /// The base's shape.
        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            try operands.require(inputs: 3)
            let (base, positions, source) = (operands.inputs[0], operands.inputs[1], operands.inputs[2])
            try requireAxis(axis, of: base)
            guard positions == source else { throw .unequal(positions, source) }
            guard positions.count == base.count else { throw .rank(expected: base.count, found: positions) }
            for at in base.indices where at != axis && positions[at] > base[at] { throw .unequal(base, positions) }
            return base
        }
    }
}

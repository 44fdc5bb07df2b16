extension Operation {
    /// A comparison of the elements of two values, which spread as in NumPy: 1 where it holds, else 0.
    package struct Compare: OperationDefinition {
        package static let name = "compare"
        /// PyTorch's names. With NaN, only `ne` holds.
        package enum Kind: String, Sendable, Hashable, CaseIterable { case eq, ne, lt, le, gt, ge }
        package var kind: Kind

        package init(_ kind: Kind) { self.kind = kind }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            try operands.spreadShape(inputs: 2)
        }
    }

    /// `torch.where`. Inputs: a condition, what is taken where it is not 0, what is taken elsewhere; they spread as in
    /// NumPy.
    package struct Choose: OperationDefinition {
        package static let name = "where"

        package init() {}

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            try operands.spreadShape(inputs: 3)
        }
    }
}

extension Operation.Compare.Kind {
    /// Whether the comparison holds.
    package func holds(_ left: Double, _ right: Double) -> Bool {
        switch self {
        case .eq: left == right
        case .ne: left != right
        case .lt: left < right
        case .le: left <= right
        case .gt: left > right
        case .ge: left >= right
        }
    }
}

import TensorCore

extension Operation {
    /// The graph's input.
    package struct Input: OperationDefinition {
        package static let name = "input"

        package init() {}

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            throw .operands(expected: "no", found: operands.inputs.count)
        }
    }

    /// A parameter or buffer as a value, e.g. a position embedding. Weights: the one tensor.
    package struct Parameter: OperationDefinition {
        package static let name = "parameter"

        package init() {}

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            try operands.require(inputs: 0, weights: 1)
            return operands.weights[0]
        }
    }

    /// A table that the model computes and that is not in its state dict, e.g. a window mask.
    package struct Constant: OperationDefinition {
        package static let name = "constant"
        package let table: ComputedTable
        /// Multiply-adds of making the table, where mmengine sees them.
        package let flops: Int

        package init(_ table: ComputedTable, flops: Int = 0) {
            self.table = table
            self.flops = flops
        }

        package func cost(_ operands: Operands, output: [Int]) -> OperationCost { OperationCost(flops: flops) }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            try operands.require(inputs: 0, weights: 0)
            return table.shape
        }
    }
}

/// A tensor that a model computes from its hyper-parameters alone. The elements are computed when asked for.
package struct ComputedTable: Sendable, Hashable {
    /// What is computed, hyper-parameters included: tensors of equal formula and shape have equal elements.
    package let formula: String
    package let shape: [Int]
    package let dtype: DType
    private let body: @Sendable () -> [Double]

    /// - Parameter body: gives the row-major elements; integers are exact up to 2⁵³.
    package init(_ formula: String, shape: [Int], dtype: DType = .float32, _ body: @escaping @Sendable () -> [Double]) {
        self.formula = formula
        self.shape = shape
        self.dtype = dtype
        self.body = body
    }

    /// Row-major, as many as `shape` says.
    package var elements: [Double] {
        let elements = body()
        precondition(
            elements.count == shape.reduce(1, *), "\(formula): \(elements.count) elements for shape \(shape)")
        return elements
    }

    package static func == (left: ComputedTable, right: ComputedTable) -> Bool {
        left.formula == right.formula && left.shape == right.shape && left.dtype == right.dtype
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(formula)
        hasher.combine(shape)
    }
}

import ModelGraph

extension Operation.Input: OperationImplementation {
    /// The interpreter has the input itself.
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {}

    /// The builder lays it out when something reads it.
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) {}
}

extension Operation.Parameter: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        output = Array(operands.weights[0].elements)
    }
}

extension Operation.Constant: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) { output = table.elements }
}

import ModelGraph

extension Operation.Function: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        for (index, x) in operands.elements.enumerated() { output[index] = self(x) }
    }
}

import ModelGraph

extension Operation.BinaryFunction: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let spread = operands.spreadElements
        let (left, right) = (spread[0], spread[1])
        for index in output.indices { output[index] = kind(left[index], right[index]) }
    }
}

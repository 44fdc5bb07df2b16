import ModelGraph

extension Operation.Compare: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let spread = operands.spreadElements
        let (left, right) = (spread[0], spread[1])
        for index in output.indices { output[index] = kind.holds(left[index], right[index]) ? 1 : 0 }
    }
}

extension Operation.Choose: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let spread = operands.spreadElements
        let (condition, yes, no) = (spread[0], spread[1], spread[2])
        for index in output.indices { output[index] = condition[index] != 0 ? yes[index] : no[index] }
    }
}

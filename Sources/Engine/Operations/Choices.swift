import ModelGraph

extension Operation.Compare: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let (left, right) = (operands.spread(0), operands.spread(1))
        for index in output.indices { output[index] = kind.holds(left[index], right[index]) ? 1 : 0 }
    }
}

extension Operation.Choose: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let (condition, yes, no) = (operands.spread(0), operands.spread(1), operands.spread(2))
        for index in output.indices { output[index] = condition[index] != 0 ? yes[index] : no[index] }
    }
}

extension ReferenceOperands {
    /// The elements of an input in the output's shape, to which it spreads.
    fileprivate func spread(_ input: Int) -> [Double] {
        let input = inputs[input]
        if input.shape == shape { return input.scalars }
        var elements: [Double] = []
        elements.reserveCapacity(shape.reduce(1, *))
        StridedWalk(shape: shape, strides: StridedWalk.broadcast(input.shape, to: shape))
            .forEachRow { first, length, step in
                for index in 0..<length { elements.append(input.scalars[first + index * step]) }
            }
        return elements
    }
}

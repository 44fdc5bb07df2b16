import ModelGraph
import TensorCore

extension Operation.Convolve: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        operands.inputs[1].scalars.withUnsafeBufferPointer { elements in
            let kernel = ReferenceWeight(shape: operands.inputs[1].shape, elements: elements)
            convolution.evaluate(
                ReferenceOperands(
                    inputs: [operands.inputs[0]], weights: [kernel] + operands.weights, shape: operands.shape,
                    pool: operands.pool),
                into: &output)
        }
    }

    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws {
        guard plan.graph.computedKernel(of: step) != nil else { return try plan.appendReference(step) }
        try plan.lower(convolution, step)
    }
}

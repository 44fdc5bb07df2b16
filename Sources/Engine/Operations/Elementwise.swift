import ModelGraph
import PlatformC

extension Activation: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        for (index, x) in operands.elements.enumerated() { output[index] = reference(x) }
    }

    /// The function's value at `x`, in double precision.
    func reference(_ x: Double) -> Double {
        switch self {
        case .relu: x < 0 ? 0 : x
        case .relu6: x < 0 ? 0 : x > 6 ? 6 : x
        case .sigmoid: 1 / (1 + exponential(-x))
        case .silu: x / (1 + exponential(-x))
        case .quickGELU: x / (1 + exponential(-1.702 * x))
        case .gelu: x * (1 + erf(x / 2.0.squareRoot())) / 2
        case .hardSwish: x * min(max(x + 3, 0), 6) / 6
        case .hardSigmoid: min(max((x + 3) / 6, 0), 1)
        case .tanh: hyperbolicTangent(x)
        case .leakyReLU(let slope): x < 0 ? slope * x : x
        case .exp: exponential(x)
        case .clamp(let lower, let upper): x < lower ? lower : x > upper ? upper : x
        }
    }
}

// `Activation` has cases of these names.
private func exponential(_ x: Double) -> Double { exp(x) }
private func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }

extension Operation.Affine: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        for (index, x) in operands.elements.enumerated() { output[index] = x * scale + shift }
    }
}

extension Operation.Binary: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let spread = operands.spreadElements
        let (left, right) = (spread[0], spread[1])
        let function = kind.function
        for index in output.indices { output[index] = function(left[index], right[index]) }
    }
}

extension Operation.Binary.Kind {
    var function: (Double, Double) -> Double {
        switch self {
        case .add: (+)
        case .subtract: (-)
        case .multiply: (*)
        case .divide: (/)
        }
    }
}

// MARK: - Lowering

extension Activation {
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) { plan.lower(self, step) }
}

extension Operation.Affine {
    func absorbs(_ epilogue: Epilogue, after others: [Epilogue]) -> Bool {
        !epilogue.folds && epilogue.follows(others)
    }

    func lower(_ step: FusedStep, into plan: inout PlanBuilder) { plan.lower(self, step) }
}

extension Operation.Binary {
    func absorbs(_ epilogue: Epilogue, after others: [Epilogue]) -> Bool {
        !epilogue.folds && epilogue.follows(others)
    }

    func lower(_ step: FusedStep, into plan: inout PlanBuilder) { plan.lower(self, step) }
}

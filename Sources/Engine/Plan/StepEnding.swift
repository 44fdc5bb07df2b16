import CKernels
import ModelGraph

/// What a kernel does at the end, other than what folds into its weights: adds a residual, applies an activation.
struct StepEnding {
    /// Rows like those of the output.
    var residual: RowView?
    /// Before the activation, or after it.
    var addsAfterActivation = false
    var activation: Activation?

    var reads: [PlanBuffer] { residual.map { [$0.buffer] } ?? [] }

    /// The range that the result is clamped to.
    var bounds: ClosedRange<Float> { activation?.bounds ?? -Float.infinity...Float.infinity }

    func epilogue(_ memory: PlanMemory) -> ck_epilogue_f32 {
        var epilogue = ck_epilogue_none()
        if let residual {
            epilogue.residual = UnsafePointer(memory.address(residual))
            epilogue.residual_stride = residual.stride
        }
        epilogue.activation_first = addsAfterActivation
        (epilogue.lower, epilogue.upper) = (bounds.lowerBound, bounds.upperBound)
        if let activation, let kernel = activation.kernel {
            (epilogue.activation, epilogue.parameter) = kernel
        }
        return epilogue
    }
}

extension Activation {
    /// The range that the activation clamps to; nil for one that does more.
    var bounds: ClosedRange<Float>? {
        switch self {
        case .relu: 0...Float.infinity
        case .relu6: 0...6
        case .clamp(let lower, let upper): lower <= upper ? Float(lower)...Float(upper) : nil
        default: nil
        }
    }

    /// The kernels' name of the activation and its parameter; nil for one that only clamps.
    fileprivate var kernel: (ck_activation, Float)? {
        switch self {
        case .relu, .relu6, .clamp: nil
        case .sigmoid: (CK_ACTIVATION_SIGMOID, 1)
        case .silu: (CK_ACTIVATION_SILU, 1)
        case .quickGELU: (CK_ACTIVATION_SILU, 1.702)
        case .gelu: (CK_ACTIVATION_GELU, 1)
        case .hardSwish: (CK_ACTIVATION_HARD_SWISH, 1)
        case .hardSigmoid: (CK_ACTIVATION_HARD_SIGMOID, 1)
        case .tanh: (CK_ACTIVATION_TANH, 1)
        case .leakyReLU(let slope): (CK_ACTIVATION_LEAKY_RELU, Float(slope))
        case .exp: (CK_ACTIVATION_EXP, 1)
        }
    }
}

extension PlanBuilder {
    /// The epilogues that do not fold into the weights.
    /// - Parameter output: the step's output, which the residual must lie like.
    mutating func ending(of step: FusedStep, output: ValueView, axis: Int) -> StepEnding {
        var ending = StepEnding()
        for epilogue in step.epilogues {
            switch epilogue {
            case .add(let value):
                ending.residual = alikeRows(value, to: output, axis: axis)
                ending.addsAfterActivation = ending.activation != nil
            case .activation(let activation): ending.activation = activation
            case .batchNorm, .scale: break
            }
        }
        return ending
    }

    /// The value as rows in the order of those of `view`, copied together where it does not lie so.
    mutating func alikeRows(_ value: Value, to view: ValueView, axis: Int) -> RowView {
        let order = view.memoryOrder.filter { $0 != axis } + [axis]
        let own = strided(self.view(of: value))
        if let rows = own.permuted(order).rows(of: order.count - 1) { return rows }
        let copy = appendCopy(of: own, order: order).permuted(order)
        guard let rows = copy.rows(of: order.count - 1) else { preconditionFailure("a copy has rows") }
        return rows
    }
}

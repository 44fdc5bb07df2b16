import ModelGraph
import TensorCore

/// How an operation is computed: the textbook in double precision, and the steps of a plan.
///
/// The two stand side by side in one file, as ncnn pairs its layers. A new operation does not compile until it has
/// both: hence a second switch over the cases, in place of a cast of `definition`.
protocol OperationImplementation: OperationDefinition {
    /// The textbook.
    /// - Parameter output: zeros, as many as the output has elements.
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double])

    /// Whether the kernels compute this along with the operation, as the next of its epilogues.
    func absorbs(_ epilogue: Epilogue, after others: [Epilogue]) -> Bool

    /// Appends what computes the step to the plan.
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws
}

extension OperationImplementation {
    func absorbs(_ epilogue: Epilogue, after others: [Epilogue]) -> Bool { false }

    /// The textbook itself, in double precision: right, and slow.
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws { try plan.appendReference(step) }
}

extension Operation {
    /// The one exhaustive switch of this module.
    var implementation: any OperationImplementation {
        switch self {
        case .input: Input()
        case .parameter: Parameter()
        case .constant(let operation): operation
        case .conv2d(let operation): operation
        case .linear: Linear()
        case .matmul(let operation): operation
        case .attention(let operation): operation
        case .batchNorm(let operation): operation
        case .layerNorm(let operation): operation
        case .groupNorm(let operation): operation
        case .normalize(let operation): operation
        case .responseNorm(let operation): operation
        case .spectralFilter(let operation): operation
        case .activation(let operation): operation
        case .affine(let operation): operation
        case .binary(let operation): operation
        case .softmax(let operation): operation
        case .maxPool2d(let operation): operation
        case .averagePool2d(let operation): operation
        case .adaptiveAveragePool2d(let operation): operation
        case .reduce(let operation): operation
        case .resize(let operation): operation
        case .reshape(let operation): operation
        case .permute(let operation): operation
        case .expand(let operation): operation
        case .slice(let operation): operation
        case .concat(let operation): operation
        case .pad(let operation): operation
        case .roll(let operation): operation
        case .gather(let operation): operation
        case .topK(let operation): operation
        case .selectRows(let operation): operation
        case .unfold(let operation): operation
        case .function(let operation): operation
        case .convolve(let operation): operation
        case .compare(let operation): operation
        case .choose(let operation): operation
        case .gridSample(let operation): operation
        case .binaryFunction(let operation): operation
        case .scan(let operation): operation
        case .scatter(let operation): operation
        }
    }
}

/// What a node of a graph computes, as the PyTorch function of the same name does in evaluation mode.
///
/// One case per operation, each a value that states its meaning (`Operations/`): shapes, cost, weights. What computes
/// it is in `Engine/Operations/`. Values are float32 and of any rank; an axis is counted from the front, from 0.
package enum Operation: Sendable, Hashable {
    case input
    case parameter
    case constant(Constant)
    case conv2d(Conv2d)
    case linear
    case matmul(MatMul)
    case attention(Attention)
    case batchNorm(BatchNorm)
    case layerNorm(LayerNorm)
    case groupNorm(GroupNorm)
    case normalize(Normalize)
    case responseNorm(ResponseNorm)
    case spectralFilter(SpectralFilter)
    case activation(Activation)
    case affine(Affine)
    case binary(Binary)
    case softmax(Softmax)
    case maxPool2d(Pool2dGeometry)
    case averagePool2d(AveragePool2d)
    case adaptiveAveragePool2d(AdaptiveAveragePool2d)
    case reduce(Reduce)
    case resize(Resize)
    case reshape(Reshape)
    case permute(Permute)
    case expand(Expand)
    case slice(Slice)
    case concat(Concat)
    case pad(Pad)
    case roll(Roll)
    case gather(Gather)
    case topK(TopK)
    case selectRows(SelectRows)
    case unfold(Unfold)
    case function(Function)
    case convolve(Convolve)
    case compare(Compare)
    case choose(Choose)
    case gridSample(GridSample)
    case binaryFunction(BinaryFunction)
    case scan(Scan)
    case scatter(Scatter)

    /// The one exhaustive switch of this module.
    package var definition: any OperationDefinition {
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

    /// The operation's name, e.g. `layer_norm`.
    package var name: String { type(of: definition).name }

    /// The shape that the operation gives for operands of these shapes.
    /// - Throws: `ShapeError` when the operands do not fit the operation or each other.
    package func outputShape(inputs: [[Int]], weights: [[Int]] = []) throws(ShapeError) -> [Int] {
        for shape in inputs { try requireSize(shape) }
        for shape in weights { try requireSize(shape) }
        let output = try definition.outputShape(Operands(inputs: inputs, weights: weights))
        try requireSize(output)
        return output
    }
}

/// What an operation means: the shapes it takes and gives, and what it costs.
package protocol OperationDefinition: Sendable, Hashable {
    /// PyTorch's name of the function, e.g. `layer_norm`.
    static var name: String { get }

    /// - Throws: `ShapeError` when the operands do not fit the operation or each other.
    func outputShape(_ operands: Operands) throws(ShapeError) -> [Int]

    /// What one run costs by mmengine's rules, for operands that `outputShape` accepts; nothing by default.
    func cost(_ operands: Operands, output: [Int]) -> OperationCost
}

extension OperationDefinition {
    package func cost(_ operands: Operands, output: [Int]) -> OperationCost { OperationCost() }
}

/// The shapes of what an operation works on.
package struct Operands: Sendable, Hashable {
    /// Shapes of the values it reads.
    package let inputs: [[Int]]
    /// Shapes of its weights, in the order that the operation states.
    package let weights: [[Int]]

    package init(inputs: [[Int]], weights: [[Int]] = []) {
        self.inputs = inputs
        self.weights = weights
    }

    func require(inputs count: Int) throws(ShapeError) {
        guard inputs.count == count else { throw .operands(expected: "\(count)", found: inputs.count) }
    }

    func require(inputs: Int, weights counts: Int...) throws(ShapeError) {
        try require(inputs: inputs)
        guard counts.contains(weights.count) else {
            throw .operands(expected: counts.map(String.init).joined(separator: " or "), found: weights.count)
        }
    }

    /// The shape that so many inputs spread to, as in NumPy.
    func spreadShape(inputs count: Int) throws(ShapeError) -> [Int] {
        try require(inputs: count)
        var shape = inputs[0]
        for input in inputs.dropFirst() { shape = try broadcast(shape, input) }
        return shape
    }

    /// The only input.
    func single() throws(ShapeError) -> [Int] {
        try require(inputs: 1)
        return inputs[0]
    }

    /// The only input, `[N, C, H, W]`.
    func featureMap() throws(ShapeError) -> [Int] {
        let shape = try single()
        guard shape.count == 4 else { throw .rank(expected: 4, found: shape) }
        return shape
    }

    func requireWeights(_ shape: [Int]) throws(ShapeError) {
        for weight in weights where weight != shape { throw .unequal(shape, weight) }
    }
}

/// What an operation costs, counted as mmengine counts it; see `Cost`.
package struct OperationCost: Sendable, Hashable {
    /// Multiply-adds.
    package var flops = 0
    /// Elements.
    package var activations = 0
    /// Whether mmengine does not see the operation in PyTorch 2: the fused attention.
    package var isInvisible = false

    package init(flops: Int = 0, activations: Int = 0, isInvisible: Bool = false) {
        self.flops = flops
        self.activations = activations
        self.isInvisible = isInvisible
    }
}

/// Axes of a tensor at most, as in PyTorch.
package let mostAxes = 64

/// - Throws: `ShapeError.size` for extents that no tensor has.
package func requireSize(_ shape: [Int]) throws(ShapeError) {
    guard shape.count <= mostAxes, shape.allSatisfy({ $0 >= 1 }), shape.productSaturated <= 1 << 40 else {
        throw .size(shape)
    }
}

/// - Throws: `ShapeError.axis` for an axis that the shape does not have.
func requireAxis(_ axis: Int, of shape: [Int]) throws(ShapeError) {
    guard shape.indices.contains(axis) else { throw .axis(axis, shape) }
}

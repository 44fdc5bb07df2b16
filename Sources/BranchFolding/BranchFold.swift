import Engine
import ModelGraph
import TensorCore

/// One layer of a deploy model and the branches of the training model that it stands for.
///
/// A batch norm in evaluation is y = (x − mean) / √(variance + ε) · weight + bias, so it scales the kernel in front of
/// it; an identity is a 1×1 kernel of ones; a smaller kernel is a larger one with zeros around; and a sum of
/// convolutions of one window is the convolution with the sum of their kernels (Ding et al. 2021, arXiv:2101.03697). A
/// convolution of maps of one size is a fully connected layer over their elements (Ding et al. 2021, arXiv:2105.01883).
package struct BranchFold: Sendable {
    package let branches: FoldableBranches
    private let training: Graph
    private let geometry: Conv2dGeometry
    private let shape: [Int]
    /// Weight and bias of a normalisation in front of the branches that is folded with them.
    private let norm: [Int]

    /// - Parameters:
    ///   - geometry: that of the deploy graph's layer, as a convolution.
    ///   - shape: of its kernel.
    ///   - norm: positions in `training.parameters`: weight and bias of the normalisation that gives the branches'
    ///     input, if the layer stands for that, too.
    init(
        _ branches: FoldableBranches, of training: Graph, geometry: Conv2dGeometry, shape: [Int], norm: [Int] = []
    ) {
        self.norm = norm
        self.branches = branches
        self.training = training
        self.geometry = geometry
        self.shape = shape
    }

    /// The layer's weights.
    package struct Weights: Sendable {
        /// Row-major, of the shape of the layer's kernel.
        package let kernel: [Double]
        package let bias: [Double]
    }

    /// The keys of all that is folded, in the order of execution.
    package var sourceKeys: [Key] {
        var pending = [branches.output.node]
        var seen: Set<Int> = []
        while let node = pending.popLast() {
            guard node != branches.input.node, seen.insert(node).inserted else { continue }
            pending += training.nodes[node].inputs.map(\.node)
        }
        let branches = seen.sorted().flatMap { training.nodes[$0].weights }
        return (norm + branches).map { training.parameters[$0].key }
    }

    /// Folds the branches, in double precision.
    /// - Throws: `FoldError`, or what the source throws.
    package func weights(from parameters: some ParameterSource) throws -> Weights {
        let map = try layerForm(of: try map(to: branches.output, parameters))
        guard norm.count == 2 else { return Weights(kernel: map.kernel, bias: map.bias) }
        let (weight, shift) = (try elements(norm[0], parameters), try elements(norm[1], parameters))
        return Weights(
            kernel: map.kernel.indices.map { map.kernel[$0] * weight[$0] },
            bias: map.bias.indices.map { map.kernel[$0] * shift[$0] + map.bias[$0] })
    }

    /// The map from the branches' input to `value`.
    private func map(to value: Value, _ parameters: some ParameterSource) throws -> AffineMap {
        if value == branches.input {
            // Axis 1 of feature maps and of matrices, the last of tokens.
            let shape = training.shape(of: value)
            return AffineMap(identityOf: shape.count == 3 ? shape[2] : shape[1])
        }
        let node = training.nodes[value.node]
        switch node.operation {
        case .conv2d(let convolution):
            let inner = try map(to: node.inputs[0], parameters)
            guard inner.isIdentity else { throw refusal(node) }
            let map = AffineMap(
                geometry: convolution.geometry, shape: training.parameters[node.weights[0]].shape,
                kernel: try elements(node.weights[0], parameters),
                bias: node.weights.count > 1 ? try elements(node.weights[1], parameters) : nil)
            if inner.inputs == map.inputs { return map }
            // The branches' input is a vector, seen here as a map.
            let shape = training.shape(of: node.inputs[0])
            guard inner.inputs == map.inputs * shape[2] * shape[3],
                let connected = map.connected(height: shape[2], width: shape[3])
            else { throw refusal(node) }
            return connected
        case .linear:
            let kernel = training.parameters[node.weights[0]].shape
            let inner = try map(to: node.inputs[0], parameters)
            guard inner.isDiagonal, inner.inputs == kernel[1] else { throw refusal(node) }
            let weights = try elements(node.weights[0], parameters)
            var bias =
                node.weights.count > 1
                ? try elements(node.weights[1], parameters) : [Double](repeating: 0, count: kernel[0])
            for output in 0..<kernel[0] {
                for input in 0..<kernel[1] { bias[output] += weights[output * kernel[1] + input] * inner.bias[input] }
            }
            return AffineMap(
                geometry: Conv2dGeometry(), shape: kernel + [1, 1],
                kernel: weights.indices.map { weights[$0] * inner.kernel[$0 % kernel[1]] }, bias: bias)
        case .reshape:
            // Vectors stay whole: their elements are the last ones of either shape.
            let inner = try map(to: node.inputs[0], parameters)
            let shapes = [training.shape(of: node.inputs[0]), node.shape]
            guard shapes.allSatisfy({ endsInVectors($0, of: inner.shape[0]) }) else { throw refusal(node) }
            return inner
        case .batchNorm(let batchNorm) where node.weights.count == 4:
            let norm = try node.weights.map { try elements($0, parameters) }
            let scale = zip(norm[0], norm[3]).map { $0 / ($1 + batchNorm.epsilon).squareRoot() }
            let shift = scale.indices.map { norm[1][$0] - norm[2][$0] * scale[$0] }
            let inner = try map(to: node.inputs[0], parameters)
            // Of a vector seen as a map, a channel has several elements.
            let (count, left) = inner.shape[0].quotientAndRemainder(dividingBy: scale.count)
            guard left == 0 else { throw refusal(node) }
            return inner.scaled(
                by: scale.flatMap { [Double](repeating: $0, count: count) },
                shift: shift.flatMap { [Double](repeating: $0, count: count) })
        case .binary(let binary) where binary.kind == .add || binary.kind == .subtract:
            let terms = try node.inputs.map { try layerForm(of: try map(to: $0, parameters)) }
            return terms[0].adding(binary.kind == .add ? terms[1] : terms[1].negated)
        default: throw refusal(node)
        }
    }

    /// Whether the last axes of a shape together have this many elements.
    private func endsInVectors(_ shape: [Int], of count: Int) -> Bool {
        var product = 1
        for extent in shape.reversed() {
            product *= extent
            if product == count { return true }
        }
        return false
    }

    private func layerForm(of map: AffineMap) throws(FoldError) -> AffineMap {
        guard let expanded = map.expanded(to: geometry, shape: shape) else {
            throw .form(module: branches.module, branch: map.shape, layer: shape)
        }
        return expanded
    }

    private func refusal(_ node: Node) -> FoldError { .notAffine(module: branches.module, through: node.module) }

    private func elements(_ position: Int, _ parameters: some ParameterSource) throws -> [Double] {
        let spec = training.parameters[position]
        return try parameters.withFloat64(spec) { buffer in
            guard buffer.count == spec.count else {
                throw FoldError.elements(spec.key, expected: spec.count, found: buffer.count)
            }
            return Array(buffer)
        }
    }
}

import ModelGraph

/// A node of a graph with the nodes that are computed along with it.
struct FusedLayer: Equatable {
    /// Position of the node that leads: the convolution, the pooling …
    let node: Int
    /// The values that the layer reads, the residual left out.
    let inputs: [Value]
    /// Position of a batch normalisation that is folded into the weights.
    var batchNorm: Int?
    /// A value that is added before the activation.
    var residual: Value?
    /// `relu` or `relu6`.
    var activation: Activation?
    /// The value that the last of these nodes gives.
    var output: Value
}

extension Graph {
    /// The graph as fused layers, in execution order.
    ///
    /// A convolution or linear layer takes in the batch normalisation, the sum and the clamping activation that
    /// follow it, other layers the clamping activation, where nobody else reads the value in between.
    /// - Parameter observed: values that must exist in memory.
    func fusedLayers(observed: Set<Value>) -> [FusedLayer] {
        var readers = [[Int]](repeating: [], count: nodes.count)
        for (position, node) in nodes.enumerated() {
            for input in node.inputs { readers[input.node].append(position) }
        }
        // The position of the layer that computes a node's value.
        var leaders = Array(nodes.indices)
        var isFused = [Bool](repeating: false, count: nodes.count)

        /// The only reader of what the layer gives so far.
        func follower(of layer: FusedLayer) -> Int? {
            guard !observed.contains(layer.output), layer.output != output else { return nil }
            let positions = readers[layer.output.node]
            return positions.count == 1 ? positions[0] : nil
        }
        func fuse(_ position: Int, into layer: inout FusedLayer) {
            isFused[position] = true
            leaders[position] = layer.node
            layer.output = Value(node: position)
        }

        var layers: [FusedLayer] = []
        for (position, node) in nodes.enumerated() where !isFused[position] {
            var layer = FusedLayer(node: position, inputs: node.inputs, output: Value(node: position))
            if case .conv2d = node.operation, let next = follower(of: layer),
                case .batchNorm2d = nodes[next].operation
            {
                layer.batchNorm = next
                fuse(next, into: &layer)
            }
            if node.operation.addsResidual, let next = follower(of: layer), nodes[next].operation == .add,
                let other = nodes[next].inputs.first(where: { $0 != layer.output }), leaders[other.node] < position
            {
                layer.residual = other
                fuse(next, into: &layer)
            }
            if node.operation.clamps, let next = follower(of: layer),
                case .activation(let activation) = nodes[next].operation, activation.bounds != nil
            {
                layer.activation = activation
                fuse(next, into: &layer)
            }
            layers.append(layer)
        }
        return layers
    }
}

extension Operation {
    /// Whether the kernel of this operation can add another value at its end: a dense product.
    fileprivate var addsResidual: Bool {
        switch self {
        case .conv2d(let geometry): geometry.groups == 1
        case .linear: true
        default: false
        }
    }

    /// Whether the kernel of this operation can clamp its result.
    fileprivate var clamps: Bool {
        switch self {
        case .conv2d, .linear, .batchNorm2d, .add, .multiply: true
        default: false
        }
    }
}

extension Activation {
    /// The range that the activation clamps to; nil for one that does more.
    var bounds: ClosedRange<Float>? {
        switch self {
        case .relu: 0...Float.infinity
        case .relu6: 0...6
        case .sigmoid: nil
        }
    }
}

import ModelGraph

/// Where the values of a graph lie while its fused layers run.
struct ValuePlacement {
    /// The position of the node whose memory a node's value shares: its own, but for a `flatten` of single
    /// pixels and a pooling that changes nothing.
    let roots: [Int]
    let arena: ArenaPlan
    private let buffers: [Int: Int]
    /// The buffer of a stem's padded input, by the layer's position.
    private let stems: [Int: Int]

    /// - Parameter kept: values that nothing may overwrite.
    init(graph: Graph, layers: [FusedLayer], kept: Set<Value>) {
        var roots = Array(graph.nodes.indices)
        for layer in layers where graph.isView(layer) { roots[layer.output.node] = roots[layer.inputs[0].node] }

        var lifetimes: [Int: ClosedRange<Int>] = [:]
        var stems: [(layer: Int, request: ArenaPlan.Request)] = []
        for (step, layer) in layers.enumerated() {
            if let stem = StemGeometry(graph: graph, layer: layer) {
                stems.append((step, ArenaPlan.Request(count: stem.count, lifetime: step...step)))
            } else {
                for input in layer.inputs { lifetimes[roots[input.node]]?.extend(to: step) }
            }
            if let residual = layer.residual { lifetimes[roots[residual.node]]?.extend(to: step) }
            let root = roots[layer.output.node]
            if root == layer.output.node { lifetimes[root] = step...step }
        }
        for value in kept { lifetimes[roots[value.node]]?.extend(to: layers.count) }

        var requests = stems.map(\.request)
        var buffers: [Int: Int] = [:]
        for (root, lifetime) in lifetimes.sorted(by: { $0.key < $1.key }) {
            buffers[root] = requests.count
            let layout = FeatureLayout(shape: graph.nodes[root].shape)
            requests.append(ArenaPlan.Request(count: layout.count, lifetime: lifetime))
        }
        self.roots = roots
        self.buffers = buffers
        self.stems = Dictionary(uniqueKeysWithValues: stems.enumerated().map { ($1.layer, $0) })
        arena = ArenaPlan(requests)
    }

    /// The first element of a value's buffer in the arena.
    func offset(of value: Value) -> Int { buffers[roots[value.node]].map { arena.offsets[$0] } ?? 0 }

    /// The first element of the padded input of the stem at this position of the layers.
    func stemOffset(ofLayer step: Int) -> Int { stems[step].map { arena.offsets[$0] } ?? 0 }
}

extension ClosedRange<Int> {
    fileprivate mutating func extend(to end: Int) { self = lowerBound...Swift.max(upperBound, end) }
}

extension Graph {
    /// Whether the layer gives its input unchanged, down to the layout.
    func isView(_ layer: FusedLayer) -> Bool {
        let node = nodes[layer.node]
        guard let input = layer.inputs.first.map({ shape(of: $0) }), layer.activation == nil else { return false }
        switch node.operation {
        case .flatten:
            return input.count == 2 || (input.count == 4 && input[2] == 1 && input[3] == 1)
        case .adaptiveAveragePool2d:
            return input == node.shape
        default:
            return false
        }
    }
}

/// A convolution of the graph's input, which has few channels.
///
/// The input is laid out without channel padding and with the spatial padding written out, so that the taps of
/// one kernel row lie side by side: to the kernel they are the input channels of a single tap.
struct StemGeometry: Equatable {
    let input: FeatureLayout
    let geometry: Conv2dGeometry
    let kernel: Extent2d

    /// nil if the layer is not such a convolution.
    init?(graph: Graph, layer: FusedLayer) {
        guard case .conv2d(let geometry) = graph.nodes[layer.node].operation, geometry.groups == 1,
            geometry.dilation.width == 1, graph.nodes[layer.inputs[0].node].operation == .input
        else { return nil }
        input = FeatureLayout(shape: graph.inputShape)
        guard input.channels <= 8 else { return nil }
        let shape = graph.parameters[graph.nodes[layer.node].weights[0]].shape
        kernel = Extent2d(height: shape[2], width: shape[3])
        self.geometry = geometry
    }

    var paddedHeight: Int { input.height + 2 * geometry.padding.height }
    var paddedWidth: Int { input.width + 2 * geometry.padding.width }
    /// Floats of the padded input; the last may be read past by nobody.
    var count: Int { FeatureLayout.padded(input.batch * paddedHeight * paddedWidth * input.channels) }

    /// The filters with the taps of a kernel row as input channels: `[outputs, kw · C, kh]`.
    func rearranged(_ filters: Filters) -> Filters {
        let (channels, width, height) = (input.channels, kernel.width, kernel.height)
        var weights = [Float](repeating: 0, count: filters.weights.count)
        for output in 0..<filters.outputs {
            for channel in 0..<channels {
                for y in 0..<height {
                    for x in 0..<width {
                        let source = ((output * channels + channel) * height + y) * width + x
                        weights[(output * width * channels + x * channels + channel) * height + y] =
                            filters.weights[source]
                    }
                }
            }
        }
        return Filters(
            weights: weights, bias: filters.bias, outputs: filters.outputs, inputsPerGroup: width * channels, groups: 1,
            kernel: Extent2d(height: height, width: 1))
    }
}

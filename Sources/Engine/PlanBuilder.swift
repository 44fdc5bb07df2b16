import CKernels
import ModelGraph

/// Turns fused layers into steps for the kernels.
struct PlanBuilder {
    let graph: Graph
    let source: any ParameterSource
    let kernels: OpaquePointer
    let layers: [FusedLayer]
    let placement: ValuePlacement
    let arena: AlignedBuffer
    let threads: Int
    /// Zeros that stand for pixels in the padding: as many as any value has channels
    /// and any panel outputs.
    let zeros: AlignedBuffer
    /// Where each thread transforms what it works on.
    let scratch: AlignedBuffer
    private(set) var steps: [PlanStep] = []
    /// The steps that read the graph's input.
    private(set) var inputs: [OperationBox<ck_interleave_f32>] = []
    /// Bytes of packed weights.
    private(set) var packedBytes = 0

    init(
        graph: Graph, source: any ParameterSource, kernels: OpaquePointer, kept: Set<Value>, threads: Int
    ) throws {
        self.graph = graph
        self.source = source
        self.kernels = kernels
        self.threads = threads
        layers = graph.fusedLayers(observed: kept)
        placement = ValuePlacement(graph: graph, layers: layers, kept: kept)
        arena = AlignedBuffer(count: placement.arena.count)
        zeros = AlignedBuffer(count: max(64, graph.nodes.map { FeatureLayout(shape: $0.shape).stride }.max() ?? 0))
        let scratches = layers.compactMap { graph.winograd($0)?.scratch(threads: threads) }
        scratch = AlignedBuffer(count: threads * (scratches.max() ?? 0))
        for (index, layer) in layers.enumerated() { try append(layer, at: index) }
    }

    private mutating func append(_ layer: FusedLayer, at index: Int) throws {
        let node = graph.nodes[layer.node]
        switch node.operation {
        case .input:
            let isRead = layers.enumerated().contains { _, other in
                other.residual == layer.output
                    || (other.inputs.contains(layer.output) && StemGeometry(graph: graph, layer: other) == nil)
            }
            if isRead || layer.output == graph.output { appendInput(layer) }
        case .conv2d(let geometry):
            let filters = try graph.filters(of: layer, from: source)
            if let stem = StemGeometry(graph: graph, layer: layer) {
                appendStem(stem, filters, layer, at: index)
            } else if filters.isDepthwise(inputs: layout(layer.inputs[0]).channels), filters.kernel.height <= 64 {
                append(depthwise: filters, geometry, layer)
            } else if let winograd = graph.winograd(layer) {
                append(winograd, filters, layer)
            } else {
                append(filters, geometry, layer)
            }
        case .linear:
            append(try graph.filters(of: layer, from: source), Conv2dGeometry(), layer)
        case .batchNorm2d:
            append(try graph.channelScale(of: layer.node, from: source), layer)
        case .activation(let activation):
            append(activation, layer)
        case .add:
            append(CK_ADD, layer)
        case .multiply:
            append(graph.shape(of: layer.inputs[0]) == graph.shape(of: layer.inputs[1]) ? CK_MULTIPLY : CK_SCALE, layer)
        case .maxPool2d(let geometry):
            append(CK_POOL_MAX, geometry, layer)
        case .averagePool2d(let geometry, let countIncludePad):
            append(countIncludePad ? CK_POOL_AVERAGE_PADDED : CK_POOL_AVERAGE, geometry, layer)
        case .adaptiveAveragePool2d(let height, let width):
            guard !graph.isView(layer) else { return }
            let input = layout(layer.inputs[0])
            append(
                CK_POOL_AVERAGE, rows: PoolAxis.adaptive(input: input.height, output: height),
                columns: PoolAxis.adaptive(input: input.width, output: width), layer)
        case .flatten:
            guard !graph.isView(layer) else { return }
            appendFlatten(layer)
        }
    }

    mutating func append(_ step: PlanStep, packedBytes bytes: Int = 0) {
        steps.append(step)
        packedBytes += bytes
    }

    mutating func append(input box: OperationBox<ck_interleave_f32>) {
        inputs.append(box)
    }

    func layout(_ value: Value) -> FeatureLayout { FeatureLayout(shape: graph.shape(of: value)) }

    /// Where a value lies in the arena.
    func address(_ value: Value) -> UnsafeMutablePointer<Float> { arena.base + placement.offset(of: value) }

    /// Bounds of the layer's activation.
    func bounds(_ layer: FusedLayer) -> ClosedRange<Float> {
        layer.activation?.bounds ?? -Float.infinity...Float.infinity
    }

    /// How many of `count` equal units make a task, so that there are some 8 tasks a thread.
    func chunk(_ count: Int, tasksPerUnit: Int = 1, multipleOf unit: Int = 1) -> Int {
        let wanted = max(1, threads * 8 / max(1, tasksPerUnit))
        let chunk = (count + wanted - 1) / wanted
        return max(unit, (chunk + unit - 1) / unit * unit)
    }
}

extension Graph {
    /// nil if the layer is no convolution that Winograd's algorithm suits.
    func winograd(_ layer: FusedLayer) -> WinogradGeometry? {
        let node = nodes[layer.node]
        guard case .conv2d(let geometry) = node.operation, StemGeometry(graph: self, layer: layer) == nil else {
            return nil
        }
        let kernel = parameters[node.weights[0]].shape
        return WinogradGeometry(
            geometry, kernel: Extent2d(height: kernel[2], width: kernel[3]),
            input: FeatureLayout(shape: shape(of: layer.inputs[0])), output: FeatureLayout(shape: node.shape))
    }
}

extension Filters {
    /// One filter a channel.
    func isDepthwise(inputs: Int) -> Bool { groups == inputs && outputs == inputs && inputsPerGroup == 1 && groups > 1 }
}

import CKernels
import ModelGraph

extension PlanBuilder {
    mutating func lower(_ unit: PlanUnit) throws {
        switch unit {
        case .step(let step): try step.operation.implementation.lower(step, into: &self)
        case .perceptron(let norm, let first, let second): try lowerPerceptron(norm, first, second)
        case .strips(let expand, let windows, let project): try lowerStrips(expand, windows, project)
        case .gated(let map, let gate, let convolution): try lowerGated(map, gate, convolution)
        case .scattered(let product, let views, let sum):
            if let rows = try targetRows(of: product, views, sum) {
                try lowerScattered(product, rows, views.last?.output, sum)
            } else {
                for step in [product] + views + [sum] { try step.operation.implementation.lower(step, into: &self) }
            }
        }
    }

    /// Which row each row of `product` becomes; nil where the views take more than another order of all rows.
    private func targetRows(of product: FusedStep, _ views: [FusedStep], _ sum: FusedStep) throws -> [Int32]? {
        // A row is written as long as the layer gives it.
        guard product.shape.last == sum.shape.last else { return nil }
        var trial = self
        let source = trial.allocate(product.shape)
        trial.define(product.output, source)
        for view in views { try view.operation.implementation.lower(view, into: &trial) }
        guard trial.recipes.count == recipes.count, let last = views.last?.output,
            case let view = trial.view(of: last), view.offset == source.offset, view.shape == sum.shape,
            let map = view.withMap?.map, map.stride == ValueView.padded(product.shape.last ?? 1)
        else { return nil }
        let count = product.shape.dropLast().reduce(1, *)
        guard map.positions.count == count else { return nil }
        var targets = [Int32](repeating: -1, count: count)
        for (row, position) in map.positions.enumerated() {
            guard position >= 0, targets[Int(position)] < 0 else { return nil }
            targets[Int(position)] = Int32(row)
        }
        return targets
    }

    /// A layer of a fused kernel: its weights, and how it ends.
    private struct Layer {
        let packed: PackedFilters
        let ending: StepEnding

        func layer(_ memory: PlanMemory) -> ck_layer_f32 {
            ck_layer_f32(
                panels: UnsafePointer(packed.panels.baseAddress), panel_count: packed.panels.count,
                bias: UnsafePointer(packed.bias.base), epilogue: ending.epilogue(memory))
        }
    }

    private func layer(_ step: FusedStep, _ ending: StepEnding) throws -> Layer {
        Layer(packed: try packedFilters(of: step), ending: ending)
    }

    /// The ending of a step whose value stays inside the kernel, so that it adds nothing.
    private func innerEnding(of step: FusedStep) -> StepEnding {
        StepEnding(activation: step.epilogues.compactMap(\.activation).last)
    }

    private mutating func lowerPerceptron(_ norm: FusedStep?, _ first: FusedStep, _ second: FusedStep) throws {
        let source = norm ?? first
        let axis = second.shape.count - 1
        let input = rows(of: source.inputs[0], axis: shape(of: source.inputs[0]).count - 1)
        let view = allocate(second.shape)
        define(second.output, view)
        let output = rows(of: view, axis: axis)
        let hidden = try layer(first, innerEnding(of: first))
        let ending = ending(of: second, output: view, axis: axis)
        let last = try layer(second, ending)
        let (weight, bias) = try channelWeights(norm?.weights ?? [])
        var epsilon: Float = 0
        if case .layerNorm(let operation)? = norm?.operation { epsilon = Float(operation.epsilon) }
        var operation = ck_perceptron_f32()
        operation.kernels = kernels
        operation.input_stride = input.stride
        operation.inputs = input.channels
        operation.has_norm = norm != nil
        operation.norm_weight = weight.map { UnsafePointer($0.base) }
        operation.norm_bias = bias.map { UnsafePointer($0.base) }
        operation.epsilon = epsilon
        operation.hidden = first.shape[first.shape.count - 1]
        operation.output_stride = output.stride
        operation.row_count = output.count
        // Strips whose hidden rows fill 256 KiB, a part of the second-level cache; as many for each thread.
        let limit = max(24, (256 << 10) / (4 * ValueView.padded(operation.hidden)))
        let rounds = max(1, (output.count + limit * threads - 1) / (limit * threads))
        operation.strip_rows = (output.count + rounds * threads - 1) / (rounds * threads)
        needScratch(ck_perceptron_f32_scratch(&operation))
        let shape = operation
        append(
            reads: [input.buffer] + ending.reads, writes: [output.buffer],
            packedBytes: hidden.packed.bytes + last.packed.bytes + (weight?.bytes ?? 0) + (bias?.bytes ?? 0)
        ) { memory in
            var operation = shape
            operation.input = UnsafePointer(memory.address(input))
            operation.first = hidden.layer(memory)
            operation.second = last.layer(memory)
            operation.output = memory.address(output)
            operation.scratch = memory.scratch.base
            return PlanStep(
                operation, tasks: ck_perceptron_f32_tasks, ck_perceptron_f32_task,
                owners: ([hidden.packed, last.packed, memory.scratch, weight, bias] as [AnyObject?]).compactMap { $0 })
        }
    }

    private mutating func lowerStrips(_ expand: FusedStep, _ windows: FusedStep, _ project: FusedStep?) throws {
        let stem = graph.stem(of: expand)
        let list = list(of: expand.inputs[0])
        let input =
            stem.map { stemInput($0) }
            ?? list.map { [shape = shape(of: expand.inputs[0])] list in
                MapView(batch: shape[0], height: shape[2], width: shape[3], rows: list.rows)
            } ?? map(of: expand.inputs[0])
        let last = project ?? windows
        let (view, output) = outputMap(of: last)
        let ending = ending(of: last, output: view, axis: 1)
        let middle = MapView(batch: input.batch, height: expand.shape[2], width: expand.shape[3], rows: input.rows)
        var operation = ck_inverted_residual_f32()
        operation.kernels = kernels
        operation.input_stride = input.rows.stride
        operation.channels = expand.shape[1]
        operation.output_stride = output.rows.stride
        operation.batch = input.batch

        let first: Layer
        if let stem {
            operation.expand_geometry = windowGeometry(stem, input, middle)
            needZeros(input.rows.stride + input.rows.channels)
            first = Layer(packed: packed(stem.rearranged(try filters(of: expand))), ending: innerEnding(of: expand))
        } else {
            first = try layer(expand, innerEnding(of: expand))
        }
        var depthwise: (weights: AlignedBuffer, bias: AlignedBuffer)?
        switch windows.operation {
        case .conv2d(let convolution):
            let filters = try filters(of: windows)
            depthwise = depthwiseWeights(filters)
            operation.windows = CK_WINDOWS_CONVOLVE
            operation.geometry = windowGeometry(
                convolution.geometry, kernel: filters.shape.kernel, middle,
                MapView(batch: input.batch, height: windows.shape[2], width: windows.shape[3], rows: input.rows))
        case .maxPool2d(let pool):
            operation.windows = CK_WINDOWS_MAXIMUM
            operation.geometry = windowGeometry(
                Conv2dGeometry(stride: pool.stride, padding: pool.padding), kernel: pool.kernel, middle, output)
        default: preconditionFailure("no unit has other windows")
        }
        let layer = try project.map { try self.layer($0, ending) }
        operation.project.panel_count = layer?.packed.panels.count ?? 0
        operation.strip_rows = stripRows(operation, panels: first.packed.panels.count)
        operation.strip_panels = 1
        needScratch(ck_inverted_residual_f32_scratch(&operation))
        let shape = operation
        let inner = project == nil ? ending : innerEnding(of: windows)
        let constants = depthwise
        append(
            reads: [input.rows.buffer] + ending.reads, writes: [output.rows.buffer],
            packedBytes: first.packed.bytes + (layer?.packed.bytes ?? 0)
                + (constants.map { $0.weights.bytes + $0.bias.bytes } ?? 0)
        ) { memory in
            var operation = shape
            operation.input = UnsafePointer(memory.address(input.rows))
            operation.input_channels = list.map { UnsafePointer($0.channels.base) }
            operation.zeros = UnsafePointer(memory.zeros.base)
            operation.expand = first.layer(memory)
            operation.weights = constants.map { UnsafePointer($0.weights.base) }
            operation.bias = constants.map { UnsafePointer($0.bias.base) }
            operation.epilogue = inner.epilogue(memory)
            if let layer { operation.project = layer.layer(memory) }
            operation.output = memory.address(output.rows)
            operation.scratch = memory.scratch.base
            let owners: [AnyObject?] = [
                first.packed, layer?.packed, constants?.weights, constants?.bias, memory.scratch, memory.zeros,
                list?.channels,
            ]
            return PlanStep(
                operation, tasks: ck_inverted_residual_f32_tasks, ck_inverted_residual_f32_task,
                owners: owners.compactMap { $0 })
        }
    }

    /// Rows of a strip: each expands the rows that it shares with the next anew.
    ///
    /// With a projection one strip per thread of a small map, some of a large one. Without, the threads share the panels
    /// too, and a strip's rows of one panel fill half of the second-level cache.
    private func stripRows(_ operation: ck_inverted_residual_f32, panels: Int) -> Int {
        let geometry = operation.geometry
        let height = geometry.output_height
        guard operation.project.panel_count == 0 else {
            let strips = threads * (height <= 28 ? 1 : height <= 56 ? 2 : 4)
            return max(1, (height + strips - 1) / strips)
        }
        let lanes = ck_panel_blocks_limit(kernels) * Int(CK_BLOCK)
        let rowBytes = (geometry.input_width + 2 * geometry.padding_width) * lanes * MemoryLayout<Float>.stride
        let rows = max(1, (384 << 10) / rowBytes - geometry.kernel_height) / max(1, geometry.stride_height)
        var strips = max(1, (height + max(1, rows) - 1) / max(1, rows))
        while strips * panels % threads != 0 || strips * panels < threads { strips += 1 }
        return max(1, (height + strips - 1) / strips)
    }
}

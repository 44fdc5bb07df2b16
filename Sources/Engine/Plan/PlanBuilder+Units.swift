import CKernels
import ModelGraph

extension PlanBuilder {
    mutating func lower(_ unit: PlanUnit) throws {
        switch unit {
        case .step(let step): try step.operation.implementation.lower(step, into: &self)
        case .perceptron(let norm, let first, let second): try lowerPerceptron(norm, first, second)
        case .invertedResidual(let expand, let depthwise, let project):
            try lowerInvertedResidual(expand, depthwise, project)
        }
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

    /// - Parameter output: where the layer's value lies; nil for one that stays inside of the kernel.
    private mutating func layer(_ step: FusedStep, output: ValueView? = nil, axis: Int = 0) throws -> Layer {
        let packed = PackedFilters(try filters(of: step), panelBlocksLimit: ck_panel_blocks_limit(kernels))
        if let output { return Layer(packed: packed, ending: ending(of: step, output: output, axis: axis)) }
        var ending = StepEnding()
        for case .activation(let activation) in step.epilogues { ending.activation = activation }
        return Layer(packed: packed, ending: ending)
    }

    private mutating func lowerPerceptron(_ norm: FusedStep?, _ first: FusedStep, _ second: FusedStep) throws {
        let source = norm ?? first
        let axis = second.shape.count - 1
        let input = rows(of: source.inputs[0], axis: shape(of: source.inputs[0]).count - 1)
        let view = allocate(second.shape)
        define(second.output, view)
        let output = rows(of: view, axis: axis)
        let (hidden, last) = (try layer(first), try layer(second, output: view, axis: axis))
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
        operation.first.panels = UnsafePointer(hidden.packed.panels.baseAddress)
        operation.first.panel_count = hidden.packed.panels.count
        operation.second.panels = UnsafePointer(last.packed.panels.baseAddress)
        operation.second.panel_count = last.packed.panels.count
        operation.hidden = first.shape[first.shape.count - 1]
        operation.output_stride = output.stride
        operation.row_count = output.count
        // Strips whose hidden rows fill a quarter of the second-level cache, as many for each thread.
        let limit = max(24, (256 << 10) / (4 * ValueView.padded(operation.hidden)))
        let rounds = max(1, (output.count + limit * threads - 1) / (limit * threads))
        operation.strip_rows = (output.count + rounds * threads - 1) / (rounds * threads)
        needScratch(ck_perceptron_f32_scratch(&operation))
        let shape = operation
        append(
            reads: [input.buffer] + last.ending.reads, writes: [output.buffer],
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

    private mutating func lowerInvertedResidual(
        _ expand: FusedStep, _ depthwise: FusedStep, _ project: FusedStep?
    ) throws {
        guard case .conv2d(let convolution) = depthwise.operation else { return }
        let input = map(of: expand.inputs[0])
        let last = project ?? depthwise
        let (view, output) = outputMap(of: last)
        let filters = try filters(of: depthwise)
        let (weights, bias) = depthwiseWeights(filters)
        let first = try layer(expand)
        let middle = project == nil ? ending(of: depthwise, output: view, axis: 1) : try layer(depthwise).ending
        let projection = try project.map { try layer($0, output: view, axis: 1) }
        let expanded = MapView(
            batch: input.batch, height: input.height, width: input.width,
            rows: RowView(
                buffer: output.rows.buffer, offset: 0, count: input.rows.count,
                stride: ValueView.padded(filters.outputs), channels: filters.outputs))
        let target = MapView(
            batch: output.batch, height: output.height, width: output.width, rows: output.rows)
        var operation = ck_inverted_residual_f32()
        operation.kernels = kernels
        operation.input_stride = input.rows.stride
        operation.geometry = windowGeometry(convolution.geometry, kernel: filters.kernel, expanded, target)
        operation.windows = CK_WINDOWS_CONVOLVE
        operation.weights = UnsafePointer(weights.base)
        operation.bias = UnsafePointer(bias.base)
        operation.channels = filters.outputs
        operation.expand.panels = UnsafePointer(first.packed.panels.baseAddress)
        operation.expand.panel_count = first.packed.panels.count
        if let projection {
            operation.project.panels = UnsafePointer(projection.packed.panels.baseAddress)
            operation.project.panel_count = projection.packed.panels.count
        }
        operation.output_stride = output.rows.stride
        operation.batch = input.batch
        // A strip a thread of a small map, some of a large one: each expands the rows that it shares with the next.
        let strips = threads * (output.height <= 28 ? 1 : output.height <= 56 ? 2 : 4)
        operation.strip_rows = max(1, (output.height + strips - 1) / strips)
        operation.strip_panels = 1
        needScratch(ck_inverted_residual_f32_scratch(&operation))
        let shape = operation
        let reads = [input.rows.buffer] + (projection?.ending.reads ?? middle.reads)
        append(
            reads: reads, writes: [output.rows.buffer],
            packedBytes: first.packed.bytes + (projection?.packed.bytes ?? 0) + weights.bytes + bias.bytes
        ) { memory in
            var operation = shape
            operation.input = UnsafePointer(memory.address(input.rows))
            operation.expand = first.layer(memory)
            operation.epilogue = middle.epilogue(memory)
            if let projection { operation.project = projection.layer(memory) }
            operation.output = memory.address(output.rows)
            operation.scratch = memory.scratch.base
            return PlanStep(
                operation, tasks: ck_inverted_residual_f32_tasks, ck_inverted_residual_f32_task,
                owners: ([first.packed, projection?.packed, weights, bias, memory.scratch] as [AnyObject?])
                    .compactMap { $0 })
        }
    }
}

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

    private mutating func lowerInvertedResidual(
        _ expand: FusedStep, _ depthwise: FusedStep, _ project: FusedStep
    ) throws {
        guard case .conv2d(let convolution) = depthwise.operation else { return }
        let input = map(of: expand.inputs[0])
        let (view, output) = outputMap(of: project)
        let filters = try filters(of: depthwise)
        let (weights, bias) = depthwiseWeights(filters)
        let first = try layer(expand, innerEnding(of: expand))
        let middle = innerEnding(of: depthwise)
        let ending = ending(of: project, output: view, axis: 1)
        let last = try layer(project, ending)
        var operation = ck_inverted_residual_f32()
        operation.kernels = kernels
        operation.input_stride = input.rows.stride
        operation.geometry = windowGeometry(convolution.geometry, kernel: filters.shape.kernel, input, output)
        operation.windows = CK_WINDOWS_CONVOLVE
        operation.weights = UnsafePointer(weights.base)
        operation.bias = UnsafePointer(bias.base)
        operation.channels = filters.shape.outputs
        operation.project.panel_count = last.packed.panels.count
        operation.output_stride = output.rows.stride
        operation.batch = input.batch
        // One strip per thread of a small map, some of a large one: each expands the rows that it shares with the next.
        let strips = threads * (output.height <= 28 ? 1 : output.height <= 56 ? 2 : 4)
        operation.strip_rows = max(1, (output.height + strips - 1) / strips)
        needScratch(ck_inverted_residual_f32_scratch(&operation))
        let shape = operation
        append(
            reads: [input.rows.buffer] + ending.reads, writes: [output.rows.buffer],
            packedBytes: first.packed.bytes + last.packed.bytes + weights.bytes + bias.bytes
        ) { memory in
            var operation = shape
            operation.input = UnsafePointer(memory.address(input.rows))
            operation.expand = first.layer(memory)
            operation.epilogue = middle.epilogue(memory)
            operation.project = last.layer(memory)
            operation.output = memory.address(output.rows)
            operation.scratch = memory.scratch.base
            return PlanStep(
                operation, tasks: ck_inverted_residual_f32_tasks, ck_inverted_residual_f32_task,
                owners: [first.packed, last.packed, weights, bias, memory.scratch])
        }
    }
}

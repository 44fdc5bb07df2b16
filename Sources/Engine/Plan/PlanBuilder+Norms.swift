import CKernels
import ModelGraph

extension PlanBuilder {
    mutating func lower(_ norm: Operation.LayerNorm, _ step: FusedStep) throws {
        let axis = step.shape.count - 1
        let input = mappedRows(of: step.inputs[0])
        let view = allocate(step.shape)
        define(step.output, view)
        let output = rows(of: view, axis: axis)
        let ending = ending(of: step, output: view, axis: axis)
        let (weight, bias) = try channelWeights(step.weights)
        needZeros(ValueView.padded(output.channels))
        let chunk = chunk(output.count)
        let epsilon = Float(norm.epsilon)
        append(
            reads: [input.rows.buffer], writes: [output.buffer], packedBytes: (weight?.bytes ?? 0) + (bias?.bytes ?? 0)
        ) { [kernels] memory in
            var operation = ck_layer_norm_f32()
            operation.kernels = kernels
            operation.input = UnsafePointer(memory.address(input.rows))
            operation.input_stride = input.rows.stride
            operation.rows = input.map.map { UnsafePointer($0.base) }
            operation.zeros = UnsafePointer(memory.zeros.base)
            (operation.taps, operation.channels) = (1, output.channels)
            operation.weight = weight.map { UnsafePointer($0.base) }
            operation.bias = bias.map { UnsafePointer($0.base) }
            operation.epsilon = epsilon
            operation.epilogue = ending.epilogue(memory)
            operation.output = memory.address(output)
            operation.output_stride = output.stride
            (operation.row_count, operation.chunk_rows) = (output.count, chunk)
            return PlanStep(
                operation, tasks: ck_layer_norm_f32_tasks, ck_layer_norm_f32_task,
                owners: ([weight, bias, input.map, memory.zeros] as [AnyObject?]).compactMap { $0 })
        }
    }

    mutating func lower(_ norm: Operation.GroupNorm, _ step: FusedStep) throws {
        let channels = step.shape[1]
        let order = [0] + Array(2..<step.shape.count) + [1]
        let rows = rows(of: step.inputs[0], axis: 1)
        let input = wholeRows(rows)
        let view = allocate(step.shape, order: order)
        define(step.output, view)
        let ending = ending(of: step, output: view, axis: 1)
        let (weight, bias) = try channelWeights(step.weights)
        var operation = ck_group_norm_f32()
        operation.kernels = kernels
        operation.stride = input.stride
        (operation.batch, operation.area) = (step.shape[0], step.shape[2...].reduce(1, *))
        (operation.channels, operation.groups) = (channels, norm.groups)
        operation.epsilon = Float(norm.epsilon)
        let scratch = buffer(ck_group_norm_f32_scratch(&operation))
        let shape = operation
        let passes: [ThreadPool.Task] = [
            ck_group_norm_f32_mean_task, ck_group_norm_f32_variance_task, ck_group_norm_f32_apply_task,
        ]
        for (index, task) in passes.enumerated() {
            append(
                reads: [input.buffer, scratch] + ending.reads, writes: [scratch, view.buffer],
                packedBytes: index == 0 ? (weight?.bytes ?? 0) + (bias?.bytes ?? 0) : 0
            ) { memory in
                var operation = shape
                operation.input = UnsafePointer(memory.address(input))
                operation.weight = weight.map { UnsafePointer($0.base) }
                operation.bias = bias.map { UnsafePointer($0.base) }
                operation.epilogue = ending.epilogue(memory)
                operation.output = memory.address(view)
                operation.scratch = memory.address(scratch)
                return PlanStep(
                    operation, tasks: ck_group_norm_f32_tasks, task, owners: [weight, bias].compactMap { $0 })
            }
        }
    }

    mutating func lower(_ norm: Operation.ResponseNorm, _ step: FusedStep) throws {
        guard let gamma = graph.constants[step.inputs[1].node], let beta = graph.constants[step.inputs[2].node] else {
            return try appendReference(step)
        }
        let axis = step.shape.count - 1
        let channels = step.shape[axis]
        let rows = rows(of: step.inputs[0], axis: axis)
        let input = wholeRows(rows)
        let view = allocate(step.shape)
        define(step.output, view)
        let (weight, bias) = (paddedChannels(gamma.scalars), paddedChannels(beta.scalars))
        var operation = ck_response_norm_f32()
        operation.kernels = kernels
        operation.stride = input.stride
        (operation.batch, operation.area) = (step.shape[0], step.shape[1..<axis].reduce(1, *))
        operation.channels = channels
        operation.epsilon = Float(norm.epsilon)
        let scratch = buffer(ck_response_norm_f32_scratch(&operation))
        let shape = operation
        let passes: [ThreadPool.Task] = [ck_response_norm_f32_sum_task, ck_response_norm_f32_apply_task]
        for (index, task) in passes.enumerated() {
            append(
                reads: [input.buffer, scratch], writes: [scratch, view.buffer],
                packedBytes: index == 0 ? weight.bytes + bias.bytes : 0
            ) { memory in
                var operation = shape
                operation.input = UnsafePointer(memory.address(input))
                operation.weight = UnsafePointer(weight.base)
                operation.bias = UnsafePointer(bias.base)
                operation.output = memory.address(view)
                operation.scratch = memory.address(scratch)
                return PlanStep(operation, tasks: ck_response_norm_f32_tasks, task, owners: [weight, bias])
            }
        }
    }

    mutating func lower(_ normalize: Operation.Normalize, _ step: FusedStep) {
        let (input, view, output) = alongAxis(normalize.axis, step)
        let chunk = chunk(output.count)
        let epsilon = Float(normalize.epsilon)
        append(reads: [input.buffer], writes: [view.buffer]) { [kernels] memory in
            var operation = ck_l2_normalize_f32()
            operation.kernels = kernels
            operation.input = UnsafePointer(memory.address(input))
            operation.input_stride = input.stride
            (operation.segments, operation.segment, operation.channels) = (1, output.channels, output.channels)
            operation.epsilon = epsilon
            operation.output = memory.address(output)
            operation.output_stride = output.stride
            (operation.row_count, operation.chunk_rows) = (output.count, chunk)
            return PlanStep(operation, tasks: ck_l2_normalize_f32_tasks, ck_l2_normalize_f32_task)
        }
    }

    mutating func lower(_ softmax: Operation.Softmax, _ step: FusedStep) {
        let (input, view, output) = alongAxis(softmax.axis, step)
        let chunk = chunk(output.count)
        append(reads: [input.buffer], writes: [view.buffer]) { [kernels] memory in
            var operation = ck_softmax_f32()
            operation.kernels = kernels
            operation.input = UnsafePointer(memory.address(input))
            operation.input_stride = input.stride
            operation.channels = output.channels
            operation.scale = 1
            operation.output = memory.address(output)
            operation.output_stride = output.stride
            (operation.row_count, operation.chunk_rows) = (output.count, chunk)
            return PlanStep(operation, tasks: ck_softmax_f32_tasks, ck_softmax_f32_task)
        }
    }

    /// The input as rows of an axis, and a new value with rows in the same order.
    private mutating func alongAxis(_ axis: Int, _ step: FusedStep) -> (RowView, ValueView, RowView) {
        let order = step.shape.indices.filter { $0 != axis } + [axis]
        let view = allocate(step.shape, order: order)
        define(step.output, view)
        return (rows(of: step.inputs[0], axis: axis), view, rows(of: view, axis: axis))
    }

    /// Weight and bias per channel, padded to whole blocks; nil where there are none.
    func channelWeights(
        _ positions: [Int]
    ) throws -> (weight: AlignedBuffer?, bias: AlignedBuffer?) {
        let buffers = try positions.map { paddedChannels(try doubles($0)) }
        return (buffers.first, buffers.count > 1 ? buffers[1] : nil)
    }

    /// A number a channel, padded to whole blocks.
    private func paddedChannels(_ values: [Double]) -> AlignedBuffer {
        let buffer = AlignedBuffer(count: ValueView.padded(values.count))
        for (channel, value) in values.enumerated() { buffer.base[channel] = Float(value) }
        return buffer
    }
}

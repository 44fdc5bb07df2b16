import CKernels
import ModelGraph

extension PlanBuilder {
    /// A batch normalisation that no convolution took in: y = scale · x + shift, as a product and a sum of rows.
    mutating func lower(_ norm: Operation.BatchNorm, _ step: FusedStep) throws {
        let fold = try channelScale(of: norm, weights: step.weights)
        let order = [0] + Array(2..<step.shape.count) + [1]
        let input = rows(of: step.inputs[0], axis: 1)
        let output = allocate(step.shape, order: order)
        define(step.output, output)
        let ending = ending(of: step, output: output, axis: 1)
        // A depthwise convolution of 1 × 1.
        let filters = Filters(
            shape: .eachChannel(step.shape[1]), weights: fold.scale.map { Float($0) },
            bias: fold.shift.map { Float($0) })
        let target = rows(of: output, axis: 1)
        appendDepthwise(
            filters, Conv2dGeometry(), MapView(batch: 1, height: input.count, width: 1, rows: input),
            MapView(batch: 1, height: input.count, width: 1, rows: target), ending)
    }

    /// Activations, alone.
    mutating func lower(_ activation: Activation, _ step: FusedStep) {
        let source = strided(view(of: step.inputs[0]))
        let (input, output, _) = outputAlike(source, step).1
        let ending = StepEnding(activation: activation)
        let chunk = chunk(output.count)
        append(reads: [input.buffer], writes: [output.buffer]) { [kernels] memory in
            var operation = ck_activate_f32()
            operation.kernels = kernels
            operation.epilogue = ending.epilogue(memory)
            operation.input = UnsafePointer(memory.address(input))
            operation.input_stride = input.stride
            operation.output = memory.address(output)
            operation.output_stride = output.stride
            operation.channels = output.channels
            operation.row_count = output.count
            operation.chunk_rows = chunk
            return PlanStep(operation, tasks: ck_activate_f32_tasks, ck_activate_f32_task)
        }
    }

    /// y = scale · x + shift: a 1 × 1 depthwise convolution with equal filters.
    mutating func lower(_ affine: Operation.Affine, _ step: FusedStep) {
        let input = strided(view(of: step.inputs[0]))
        let (output, rows) = outputAlike(input, step)
        let ending = ending(of: step, output: output, axis: rows.axis)
        let channels = rows.input.channels
        let filters = Filters(
            shape: .eachChannel(channels), weights: [Float](repeating: Float(affine.scale), count: channels),
            bias: [Float](repeating: Float(affine.shift), count: channels))
        appendDepthwise(
            filters, Conv2dGeometry(), MapView(batch: 1, height: rows.input.count, width: 1, rows: rows.input),
            MapView(batch: 1, height: rows.input.count, width: 1, rows: rows.output), ending)
    }

    mutating func lower(_ binary: Operation.Binary, _ step: FusedStep) {
        var views = step.inputs.map { strided(view(of: $0)).broadcast(to: step.shape) }
        // The result lies as the operand that has all its elements does.
        let leading = views.firstIndex { !zip($0.shape, $0.strides).contains { $0 > 1 && $1 == 0 } } ?? 0
        let (output, (_, rows, axis)) = outputAlike(views[leading], step, isRead: false)
        let order = output.memoryOrder
        let ending = ending(of: step, output: output, axis: axis)
        for (index, view) in views.enumerated() where operand(view.permuted(order)) == nil {
            views[index] = appendCopy(of: view, order: order)
        }
        let operands = views.compactMap { operand($0.permuted(order)) }
        let kind =
            switch binary.kind {
            case .add: CK_BINARY_ADD
            case .subtract: CK_BINARY_SUBTRACT
            case .multiply: CK_BINARY_MULTIPLY
            case .divide: CK_BINARY_DIVIDE
            }
        let chunk = chunk(rows.count)
        append(reads: views.map(\.buffer) + ending.reads, writes: [rows.buffer]) { [kernels] memory in
            var operation = ck_binary_f32()
            operation.kernels = kernels
            operation.kind = kind
            operation.left = operands[0].operand(memory)
            operation.right = operands[1].operand(memory)
            operation.epilogue = ending.epilogue(memory)
            operation.output = memory.address(rows)
            operation.output_stride = rows.stride
            operation.channels = rows.channels
            operation.row_count = rows.count
            operation.chunk_rows = chunk
            return PlanStep(operation, tasks: ck_binary_f32_tasks, ck_binary_f32_task)
        }
    }

    /// A new value for the step that lies as `input` does, and both as rows of the innermost axis.
    private mutating func outputAlike(
        _ input: ValueView, _ step: FusedStep, isRead: Bool = true
    ) -> (ValueView, (input: RowView, output: RowView, axis: Int)) {
        let order = input.memoryOrder
        let output = allocate(step.shape, order: order)
        define(step.output, output)
        let (axis, last) = (order.last ?? 0, order.count - 1)
        guard last >= 0 else {
            let scalar = RowView(buffer: output.buffer, offset: output.offset, count: 1, stride: 16, channels: 1)
            let source = RowView(buffer: input.buffer, offset: input.offset, count: 1, stride: 16, channels: 1)
            return (output, (source, scalar, 0))
        }
        let target = rows(of: output.permuted(order), axis: last)
        return (output, (isRead ? rows(of: input.permuted(order), axis: last) : target, target, axis))
    }

    /// A view, its axes in the order of the result's memory, as an operand of rows; nil where no rows say so.
    private func operand(_ view: ValueView) -> RowOperand? {
        guard let last = view.shape.indices.last else {
            return RowOperand(view: view, stride: 0, rowRepeat: 1, period: 1, isColumn: true)
        }
        let isColumn = view.shape[last] > 1 && view.strides[last] == 0
        guard isColumn || view.shape[last] == 1 || view.strides[last] == 1 else { return nil }
        // The rows as repeat (innermost), period, and a repetition of both: (0, …, s, …, 0).
        var runs = view.runs(of: 0..<last)
        if runs.first?.stride == 0 { runs.removeFirst() }
        var rowRepeat = 1
        if let inner = runs.last, inner.stride == 0 {
            rowRepeat = inner.extent
            runs.removeLast()
        }
        guard runs.count <= 1 else { return nil }
        let rows = view.shape.dropLast().reduce(1, *)
        guard let run = runs.first else {
            return RowOperand(view: view, stride: 0, rowRepeat: max(1, rows), period: 1, isColumn: isColumn)
        }
        return RowOperand(view: view, stride: run.stride, rowRepeat: rowRepeat, period: run.extent, isColumn: isColumn)
    }
}

/// An operand whose row for row r of the result is r / repeat mod period.
private struct RowOperand {
    let view: ValueView
    let stride, rowRepeat, period: Int
    let isColumn: Bool

    func operand(_ memory: PlanMemory) -> ck_operand_f32 {
        ck_operand_f32(
            base: memory.address(view), stride: stride, repeat: rowRepeat, period: period, is_column: isColumn)
    }
}

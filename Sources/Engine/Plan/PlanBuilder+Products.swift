import CKernels
import ModelGraph

extension PlanBuilder {
    mutating func lower(_ matmul: Operation.MatMul, _ step: FusedStep) throws {
        let rank = step.shape.count
        let leading = Array(step.shape.dropLast(2))
        let (rows, columns) = (step.shape[rank - 2], step.shape[rank - 1])
        var views = step.inputs.map { strided(view(of: $0)) }
        views = views.map { view in
            view.broadcast(to: leading + view.shape.suffix(2))
        }
        let output = allocate(step.shape)
        define(step.output, output)
        for (index, view) in views.enumerated() where MatrixBatch([view, output]) == nil {
            views[index] = appendCopy(of: view)
        }
        guard let batch = MatrixBatch(views + [output]) else { return try appendReference(step) }
        var (inner, column) = (rank - 2, rank - 1)
        if matmul.isTransposed { swap(&inner, &column) }
        let depth = views[0].shape[rank - 1]
        var operation = ck_matmul_f32()
        operation.kernels = kernels
        operation.batch = (batch.extents.0, batch.extents.1)
        operation.left_batch = batch.strides[0]
        operation.right_batch = batch.strides[1]
        operation.output_batch = batch.strides[2]
        (operation.rows, operation.inner, operation.columns) = (rows, depth, columns)
        operation.left_row = views[0].strides[rank - 2]
        operation.left_inner = views[0].strides[rank - 1]
        operation.right_inner = views[1].strides[inner]
        operation.right_column = views[1].strides[column]
        operation.output_row = output.strides[rank - 2]
        operation.alpha = 1
        operation.epilogue = ck_epilogue_none()
        operation.block_rows = min(rows, 48)
        operation.block_columns = ValueView.padded(columns)
        needScratch(ck_matmul_f32_scratch(&operation))
        let shape = operation
        let operands = views
        append(reads: views.map(\.buffer), writes: [output.buffer]) { memory in
            var operation = shape
            operation.left = UnsafePointer(memory.address(operands[0]))
            operation.right = UnsafePointer(memory.address(operands[1]))
            operation.output = memory.address(output)
            operation.scratch = memory.scratch.base
            return PlanStep(operation, tasks: ck_matmul_f32_tasks, ck_matmul_f32_task, owners: [memory.scratch])
        }
    }

    mutating func lower(_ attention: Operation.Attention, _ step: FusedStep) throws {
        let rank = step.shape.count
        guard 3...4 ~= rank else { return try appendReference(step) }
        // [windows, heads, rows, channels]
        func fourAxes(_ view: ValueView) -> ValueView {
            guard view.shape.count == 3 else { return view }
            return ValueView(
                buffer: view.buffer, offset: view.offset, shape: [view.shape[0], 1] + view.shape[1...],
                strides: [view.strides[0], 0] + view.strides[1...])
        }
        var operands = step.inputs.prefix(3).map { fourAxes(strided(view(of: $0))) }
        for (index, view) in operands.enumerated() where HeadRows(view) == nil {
            operands[index] = appendCopy(of: view, order: [0, 2, 1, 3])
        }
        let rows = operands.compactMap { HeadRows($0) }
        let (windows, heads) = (operands[0].shape[0], operands[0].shape[1])
        let (queries, keys) = (operands[0].shape[2], operands[1].shape[2])
        let (depth, valueDepth) = (operands[0].shape[3], operands[2].shape[3])
        // The heads of a row lie side by side: what follows joins them.
        let stride = ValueView.padded(heads * valueDepth)
        let target = ValueView(
            buffer: buffer(windows * queries * stride), offset: 0, shape: [windows, heads, queries, valueDepth],
            strides: [queries * stride, valueDepth, stride, 1])
        define(
            step.output,
            rank == 4
                ? target
                : ValueView(
                    buffer: target.buffer, offset: 0, shape: step.shape, strides: [queries * stride, stride, 1]))
        var bias: ValueView?
        var mask: ValueView?
        for value in step.inputs.dropFirst(3) {
            let scores = Array(step.shape.dropLast()) + [keys]
            let view = fourAxes(strided(view(of: value)).broadcast(to: scores))
            let isWhole = view.strides[3] == 1 && view.strides[2] > 0
            if isWhole, windows == 1 || view.strides[0] == 0, bias == nil {
                bias = view
            } else if isWhole, heads == 1 || view.strides[1] == 0, mask == nil {
                mask = view
            } else {
                return try appendReference(step)
            }
        }
        var operation = ck_attention_f32()
        operation.kernels = kernels
        (operation.query_stride, operation.query_head) = (rows[0].stride, rows[0].head)
        (operation.key_stride, operation.key_head) = (rows[1].stride, rows[1].head)
        (operation.value_stride, operation.value_head) = (rows[2].stride, rows[2].head)
        (operation.output_stride, operation.output_head) = (stride, valueDepth)
        (operation.windows, operation.heads) = (windows, heads)
        (operation.queries, operation.keys) = (queries, keys)
        (operation.depth, operation.value_depth) = (depth, valueDepth)
        operation.scale = Float(attention.scale)
        if let bias { (operation.bias_head, operation.bias_row) = (bias.strides[1], bias.strides[2]) }
        if let mask {
            operation.mask_windows = windows
            (operation.mask_window, operation.mask_row) = (mask.strides[0], mask.strides[2])
        }
        operation.block_queries = min(queries, max(12, (queries * heads * windows + 8 * threads - 1) / (8 * threads)))
        needScratch(ck_attention_f32_scratch(&operation))
        let shape = operation
        let views = operands
        let (added, masked) = (bias, mask)
        append(
            reads: views.map(\.buffer) + [added?.buffer, masked?.buffer].compactMap { $0 }, writes: [target.buffer]
        ) { memory in
            var operation = shape
            operation.query = UnsafePointer(memory.address(views[0]))
            operation.key = UnsafePointer(memory.address(views[1]))
            operation.value = UnsafePointer(memory.address(views[2]))
            operation.bias = added.map { UnsafePointer(memory.address($0)) }
            operation.mask = masked.map { UnsafePointer(memory.address($0)) }
            operation.output = memory.address(target)
            operation.scratch = memory.scratch.base
            return PlanStep(operation, tasks: ck_attention_f32_tasks, ck_attention_f32_task, owners: [memory.scratch])
        }
    }
}

/// Leading axes of several matrices as at most two.
private struct MatrixBatch {
    var extents = (1, 1)
    /// By operand.
    var strides: [(Int, Int)]

    init?(_ views: [ValueView]) {
        let rank = views[0].shape.count
        var runs: [(extent: Int, strides: [Int])] = []
        for axis in 0..<max(0, rank - 2) where views[0].shape[axis] > 1 {
            let next = (extent: views[0].shape[axis], strides: views.map { $0.strides[axis] })
            if let last = runs.last, zip(last.strides, next.strides).allSatisfy({ $0 == next.extent * $1 }) {
                runs[runs.count - 1] = (last.extent * next.extent, next.strides)
            } else {
                runs.append(next)
            }
        }
        guard runs.count <= 2 else { return nil }
        strides = views.map { _ in (0, 0) }
        if let inner = runs.last {
            extents.1 = inner.extent
            for index in strides.indices { strides[index].1 = inner.strides[index] }
        }
        if runs.count == 2 {
            extents.0 = runs[0].extent
            for index in strides.indices { strides[index].0 = runs[0].strides[index] }
        }
    }
}

/// `[windows, heads, rows, channels]` as rows that hold the heads side by side, window after window.
private struct HeadRows {
    let stride, head: Int

    /// nil where the strides do not say so.
    init?(_ view: ValueView) {
        let (shape, strides) = (view.shape, view.strides)
        guard view.map == nil, shape[3] == 1 || strides[3] == 1 else { return nil }
        stride = shape[2] > 1 ? strides[2] : max(strides[0], 1)
        head = shape[1] > 1 ? strides[1] : 0
        guard stride > 0, shape[0] == 1 || strides[0] == shape[2] * stride else { return nil }
    }
}

import CKernels
import ModelGraph

extension PlanBuilder {
    mutating func lower(_ kind: ck_pool_kind, _ windows: PoolWindows, _ step: FusedStep) {
        let input = wholeRows(map(of: step.inputs[0]))
        let (_, output) = outputMap(of: step)
        let (rows, columns) = (Extents(windows.rows), Extents(windows.columns))
        append(reads: [input.rows.buffer], writes: [output.rows.buffer]) { [kernels] memory in
            PlanStep(
                ck_pool_f32(
                    kernels: kernels, kind: kind, input: memory.address(input.rows), input_height: input.height,
                    input_width: input.width, rows: rows.base, row_count: rows.count, columns: columns.base,
                    column_count: columns.count, output: memory.address(output.rows), stride: output.rows.stride,
                    batch: input.batch),
                tasks: ck_pool_f32_tasks, ck_pool_f32_task, owners: [rows, columns])
        }
    }

    /// Whole maps, or the rows of each sample, become one row; anything else is left to the textbook.
    mutating func lower(_ reduce: Operation.Reduce, _ step: FusedStep) throws {
        let input = strided(view(of: step.inputs[0]))
        let order = input.memoryOrder
        let shape = input.shape
        guard reduce.kind != .norm, let channel = order.last, !reduce.axes.contains(channel),
            case let kept = order.dropLast().filter({ !reduce.axes.contains($0) }),
            let rows = input.permuted(kept + reduce.axes + [channel]).rows(of: order.count - 1)
        else { return try appendReference(step) }
        let view = allocate(step.shape, order: kept + reduce.axes + [channel])
        define(step.output, view)
        let area = reduce.axes.reduce(1) { $0 * shape[$1] }
        let kind =
            switch reduce.kind {
            case .mean: CK_REDUCE_MEAN
            case .max: CK_REDUCE_MAX
            case .sum, .norm: CK_REDUCE_SUM
            }
        let blocks = ValueView.padded(rows.channels) / Int(CK_BLOCK)
        var operation = ck_reduce_f32()
        operation.kernels = kernels
        operation.kind = kind
        operation.input_stride = rows.stride
        (operation.batch, operation.area, operation.channels) = (rows.count / area, area, rows.channels)
        operation.output_stride = ValueView.padded(rows.channels)
        operation.chunk_blocks = max(1, blocks / 8)
        let common = operation
        guard area > Int(CK_PART_ROWS) else {
            append(reads: [rows.buffer], writes: [view.buffer]) { memory in
                var operation = common
                operation.input = UnsafePointer(memory.address(rows))
                operation.output = memory.address(view)
                return PlanStep(operation, tasks: ck_reduce_f32_tasks, ck_reduce_f32_task)
            }
            return
        }
        let parts = buffer(ck_reduce_f32_scratch(&operation))
        append(reads: [rows.buffer], writes: [parts]) { memory in
            var operation = common
            operation.input = UnsafePointer(memory.address(rows))
            operation.parts = memory.address(parts)
            return PlanStep(operation, tasks: ck_reduce_f32_parts_tasks, ck_reduce_f32_parts_task)
        }
        append(reads: [parts], writes: [view.buffer]) { memory in
            var operation = common
            operation.parts = memory.address(parts)
            operation.output = memory.address(view)
            operation.chunk_blocks = blocks
            return PlanStep(operation, tasks: ck_reduce_f32_tasks, ck_reduce_f32_task)
        }
    }

    mutating func lower(_ resize: Operation.Resize, _ step: FusedStep) {
        let input = wholeRows(map(of: step.inputs[0]))
        let (_, output) = outputMap(of: step)
        let rows = ResampleAxis(
            resize.taps(input: input.height, output: output.height, scale: resize.scale?.height), inputs: input.height)
        let columns = ResampleAxis(
            resize.taps(input: input.width, output: output.width, scale: resize.scale?.width), inputs: input.width)
        append(reads: [input.rows.buffer], writes: [output.rows.buffer]) { [kernels] memory in
            PlanStep(
                ck_resample_f32(
                    kernels: kernels, input: memory.address(input.rows), rows: rows.axis, columns: columns.axis,
                    output: memory.address(output.rows), stride: output.rows.stride, batch: input.batch),
                tasks: ck_resample_f32_tasks, ck_resample_f32_task, owners: [rows, columns])
        }
    }
}

/// The windows along one axis, for the kernels.
private final class Extents {
    private let extents: UnsafeMutableBufferPointer<ck_extent>
    var base: UnsafePointer<ck_extent>? { UnsafePointer(extents.baseAddress) }
    var count: Int { extents.count }

    init(_ axis: [PoolAxis]) {
        extents = .allocate(capacity: axis.count)
        for (index, window) in axis.enumerated() {
            extents.initializeElement(
                at: index,
                to: ck_extent(
                    first: window.inside.lowerBound, count: window.inside.count, padded_count: window.paddedCount))
        }
    }

    deinit { extents.deallocate() }
}

/// The taps along one axis, for the kernels.
private final class ResampleAxis {
    private let positions: UnsafeMutablePointer<Int32>
    private let weights: UnsafeMutablePointer<Float>
    let axis: ck_resample_axis_f32

    init(_ taps: [[Operation.Resize.Tap]], inputs: Int) {
        let count = taps.first?.count ?? 0
        positions = .allocate(capacity: max(1, taps.count * count))
        weights = .allocate(capacity: max(1, taps.count * count))
        for (index, tap) in taps.joined().enumerated() {
            positions[index] = Int32(tap.position)
            weights[index] = Float(tap.weight)
        }
        axis = ck_resample_axis_f32(
            positions: positions, weights: weights, taps: count, outputs: taps.count, inputs: inputs)
    }

    deinit {
        positions.deallocate()
        weights.deallocate()
    }
}

import CKernels
import ModelGraph
import TensorCore

/// The positions of a row map, for the kernels.
///
/// Not checked: written by the initialiser only.
final class RowTable: @unchecked Sendable {
    let base: UnsafeMutablePointer<Int32>

    init(_ positions: [Int32]) {
        base = .allocate(capacity: max(1, positions.count))
        base.initialize(from: positions, count: positions.count)
    }

    deinit { base.deallocate() }
}

/// The rows of a map whose channels lie anywhere in them.
struct ListedRows {
    /// All channels of the rows.
    let rows: RowView
    /// Where each channel of the map lies.
    let channels: RowTable
}

extension PlanBuilder {
    // MARK: Rows

    /// The value as rows of an axis, copied together where it does not lie so.
    mutating func rows(of value: Value, axis: Int) -> RowView { rows(of: view(of: value), axis: axis) }

    /// The view as rows of an axis, copied together where it does not lie so.
    mutating func rows(of view: ValueView, axis: Int) -> RowView {
        if let rows = view.rows(of: axis) { return rows }
        let order = view.shape.indices.filter { $0 != axis } + [axis]
        guard let rows = appendCopy(of: view, order: order).rows(of: axis) else {
            preconditionFailure("a copy has rows")
        }
        return rows
    }

    /// The value as rows of its last axis, for kernels that look up where each row lies.
    mutating func mappedRows(of value: Value) -> (rows: RowView, map: RowTable?) {
        let view = view(of: value)
        let axis = view.shape.count - 1
        if let rows = view.rows(of: axis) { return (rows, nil) }
        guard let mapped = view.withMap, let map = mapped.map else { return (rows(of: view, axis: axis), nil) }
        let rows = RowView(
            buffer: view.buffer, offset: view.offset, count: map.positions.count, stride: map.stride,
            channels: view.shape[axis])
        return (rows, RowTable(map.positions))
    }

    // MARK: Copies

    /// A copy of a view in a buffer of its own.
    /// - Parameter order: its axes from the outermost to the innermost in memory; by default as they are.
    mutating func appendCopy(of view: ValueView, order: [Int]? = nil) -> ValueView {
        let copy = allocate(view.shape, order: order)
        appendCopy(of: view, to: copy)
        return copy
    }

    /// The view itself, or a copy if it is a map.
    mutating func strided(_ view: ValueView) -> ValueView { view.map == nil ? view : appendCopy(of: view) }

    /// Copies a view's elements to another of the same shape.
    mutating func appendCopy(of source: ValueView, to target: ValueView) {
        if let map = source.map {
            if let rows = target.rows(of: target.shape.count - 1), rows.stride > 0 {
                return appendGather(source, map, to: rows)
            }
            return appendCopy(of: appendCopy(of: source), to: target)
        }
        let axes = CopyAxes(from: source, to: target)
        append(reads: [source.buffer], writes: [target.buffer]) { [kernels, threads] memory in
            nonisolated(unsafe) let (input, output) = (memory.address(source), memory.address(target))
            guard let operation = axes.operation(kernels, input, output, threads: threads) else {
                return PlanStep { axes.copy(input, output) }
            }
            return PlanStep(operation, tasks: ck_copy_f32_tasks, ck_copy_f32_task)
        }
    }

    private mutating func appendGather(_ source: ValueView, _ map: RowMap, to rows: RowView) {
        let table = RowTable(map.positions)
        let chunk = chunk(rows.count)
        append(reads: [source.buffer], writes: [rows.buffer]) { memory in
            PlanStep(
                ck_gather_f32(
                    input: memory.address(source), input_stride: map.stride, rows: table.base,
                    output: memory.address(rows), output_stride: rows.stride, channels: rows.channels,
                    row_count: rows.count, chunk_rows: chunk),
                tasks: ck_gather_f32_tasks, ck_gather_f32_task, owners: [table])
        }
    }

    /// A copy of a map `[N, C, H, W]` with its channels side by side.
    mutating func appendSelection(_ list: ListedRows, shape: [Int]) -> ValueView {
        let view = allocate(shape, order: [0, 2, 3, 1])
        guard let target = view.rows(of: 1) else { preconditionFailure("a new map has rows") }
        let chunk = chunk(target.count)
        append(reads: [list.rows.buffer], writes: [view.buffer]) { memory in
            PlanStep(
                ck_select_f32(
                    input: memory.address(list.rows), input_stride: list.rows.stride, channels: list.channels.base,
                    output: memory.address(target), output_stride: target.stride, count: target.channels,
                    row_count: target.count, chunk_rows: chunk),
                tasks: ck_select_f32_tasks, ck_select_f32_task, owners: [list.channels])
        }
        return view
    }

    // MARK: Views

    /// Defines the step's value as a view of its input: one that strides or a map express, or else one of a copy.
    /// - Parameter make: the view, or nil where it cannot be expressed.
    mutating func defineView(_ step: FusedStep, _ make: (ValueView) -> ValueView?) throws {
        let input = view(of: step.inputs[0])
        if let view = make(input) { return define(step.output, view) }
        if let view = make(appendCopy(of: input)) { return define(step.output, view) }
        try appendReference(step)
    }

    /// A step that computes as the textbook does, in double precision.
    mutating func appendReference(_ step: FusedStep) throws {
        let inputs = step.inputs.map { strided(view(of: $0)) }
        let weights = try step.weights.map { position in
            DenseTensor(shape: graph.graph.parameters[position].shape, scalars: try doubles(position))
        }
        let output = allocate(step.shape)
        define(step.output, output)
        let (operation, shape, pool) = (step.operation, step.shape, ThreadPool(threads: 1))
        append(reads: inputs.map(\.buffer), writes: [output.buffer]) { memory in
            nonisolated(unsafe) let sources = inputs.map { memory.address($0) }
            nonisolated(unsafe) let target = memory.address(output)
            return PlanStep {
                let tensors = zip(inputs, sources).map { view, source in
                    DenseTensor(shape: view.shape, scalars: elements(source, view).map { Double($0) })
                }
                var result = [Double](repeating: 0, count: shape.reduce(1, *))
                withBorrowed(weights) { borrowed in
                    let operands = ReferenceOperands(inputs: tensors, weights: borrowed, shape: shape, pool: pool)
                    operation.implementation.evaluate(operands, into: &result)
                }
                var next = 0
                StridedWalk(shape: shape, strides: output.strides).forEachRow { first, length, step in
                    for index in 0..<length { target[first + index * step] = Float(result[next + index]) }
                    next += length
                }
            }
        }
    }
}

/// The axes of a copy, outermost first in the target's memory; those that lie alike on both sides are one.
private struct CopyAxes {
    private var axes: [(extent: Int, from: Int, to: Int)] = []

    init(from source: ValueView, to target: ValueView) {
        for axis in target.memoryOrder where target.shape[axis] != 1 {
            let next = (extent: target.shape[axis], from: source.strides[axis], to: target.strides[axis])
            if let last = axes.last, last.from == next.extent * next.from, last.to == next.extent * next.to {
                axes[axes.count - 1] = (last.extent * next.extent, next.from, next.to)
            } else {
                axes.append(next)
            }
        }
        // The kernel transposes the last two axes: with the one that has no gaps in the target goes the one that has none
        // in the source.
        if let last = axes.last, last.from != 1, let first = axes.firstIndex(where: { $0.from == 1 }) {
            axes.insert(axes.remove(at: first), at: axes.count - 1)
        }
    }

    /// nil where there are more axes than the kernel takes.
    func operation(
        _ kernels: OpaquePointer, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, threads: Int
    ) -> ck_copy_f32? {
        let axes = shared(threads * 8)
        guard axes.count <= Int(CK_AXES) else { return nil }
        let padding = [(extent: Int, from: Int, to: Int)](
            repeating: (1, 0, 0), count: Int(CK_AXES) - axes.count)
        let all = padding + axes
        var operation = ck_copy_f32()
        operation.kernels = kernels
        operation.extents = (
            all[0].extent, all[1].extent, all[2].extent, all[3].extent, all[4].extent, all[5].extent
        )
        operation.input_strides = (all[0].from, all[1].from, all[2].from, all[3].from, all[4].from, all[5].from)
        operation.output_strides = (all[0].to, all[1].to, all[2].to, all[3].to, all[4].to, all[5].to)
        operation.input = input
        operation.output = output
        let outer = all[..<4].reduce(1) { $0 * $1.extent }
        operation.chunk = max(1, outer / (threads * 8))
        return operation
    }

    /// The axes; of only two, the first is cut into at most so many parts, since the kernel makes tasks of all axes but the
    /// last two.
    private func shared(_ tasks: Int) -> [(extent: Int, from: Int, to: Int)] {
        guard axes.count == 2, case let first = axes[0], let parts = (2...tasks).last(where: { first.extent % $0 == 0 })
        else { return axes }
        let length = first.extent / parts
        return [(parts, first.from * length, first.to * length), (length, first.from, first.to), axes[1]]
    }

    func copy(_ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
        func copy(_ axis: Int, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
            guard axis < axes.count else {
                output[0] = input[0]
                return
            }
            let (extent, from, to) = axes[axis]
            for index in 0..<extent { copy(axis + 1, input + index * from, output + index * to) }
        }
        copy(0, input, output)
    }
}

/// Lends dense tensors as weights.
private func withBorrowed(_ tensors: [DenseTensor<Double>], _ body: ([ReferenceWeight]) -> Void) {
    func borrow(_ borrowed: [ReferenceWeight]) {
        guard borrowed.count < tensors.count else { return body(borrowed) }
        let tensor = tensors[borrowed.count]
        tensor.scalars.withUnsafeBufferPointer {
            borrow(borrowed + [ReferenceWeight(shape: tensor.shape, elements: $0)])
        }
    }
    borrow([])
}

/// A view's elements in row-major order.
/// - Parameter source: the first element of the view.
func elements(_ source: UnsafePointer<Float>, _ view: ValueView) -> [Float] {
    let count = view.shape.reduce(1, *)
    return [Float](unsafeUninitializedCapacity: count) { target, initialized in
        var next = 0
        StridedWalk(shape: view.shape, strides: view.strides).forEachRow { first, length, step in
            for index in 0..<length { target.initializeElement(at: next + index, to: source[first + index * step]) }
            next += length
        }
        initialized = count
    }
}

import CKernels
import ModelGraph

extension PlanBuilder {
    mutating func append(_ kind: ck_pool_kind, _ geometry: Pool2dGeometry, _ layer: FusedLayer) {
        let (input, output) = (layout(layer.inputs[0]), layout(layer.output))
        append(
            kind,
            rows: PoolAxis.strided(
                input: input.height, output: output.height, kernel: geometry.kernel.height,
                stride: geometry.stride.height, padding: geometry.padding.height),
            columns: PoolAxis.strided(
                input: input.width, output: output.width, kernel: geometry.kernel.width,
                stride: geometry.stride.width, padding: geometry.padding.width),
            layer)
    }

    mutating func append(_ kind: ck_pool_kind, rows: [PoolAxis], columns: [PoolAxis], _ layer: FusedLayer) {
        let input = layout(layer.inputs[0])
        let (rows, columns) = (Extents(rows), Extents(columns))
        let operation = ck_pool_f32(
            kernels: kernels, kind: kind, input: address(layer.inputs[0]), input_height: input.height,
            input_width: input.width, rows: rows.base, row_count: rows.count, columns: columns.base,
            column_count: columns.count, output: address(layer.output), stride: input.stride, batch: input.batch)
        append(PlanStep(operation, tasks: ck_pool_f32_tasks, ck_pool_f32_task, owners: [rows, columns]))
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

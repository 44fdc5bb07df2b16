import ModelGraph
import TensorCore

extension ReferenceOperation {
    /// NaN wins over any number, as in PyTorch.
    func maxPool(_ geometry: Pool2dGeometry, into output: inout [Double]) {
        slide(geometry, into: &output) { plane, window in
            window.reduce(in: plane, from: -.infinity) { $1 > $0 || $1.isNaN ? $1 : $0 }
        }
    }

    func averagePool(_ geometry: Pool2dGeometry, countIncludePad: Bool, into output: inout [Double]) {
        slide(geometry, into: &output) { plane, window in
            window.reduce(in: plane, from: 0, +) / Double(countIncludePad ? window.paddedCount : window.count)
        }
    }

    func adaptiveAveragePool(into output: inout [Double]) {
        let rows = PoolAxis.adaptive(input: inputs[0].shape[2], output: node.shape[2])
        let columns = PoolAxis.adaptive(input: inputs[0].shape[3], output: node.shape[3])
        slide(rows, columns, into: &output) { plane, window in
            window.reduce(in: plane, from: 0, +) / Double(window.count)
        }
    }

    private func slide(
        _ geometry: Pool2dGeometry, into output: inout [Double],
        _ body: (ArraySlice<Double>, ReferenceWindow) -> Double
    ) {
        let (shape, extents) = (inputs[0].shape, (height: node.shape[2], width: node.shape[3]))
        let rows = PoolAxis.strided(
            input: shape[2], output: extents.height, kernel: geometry.kernel.height, stride: geometry.stride.height,
            padding: geometry.padding.height)
        let columns = PoolAxis.strided(
            input: shape[3], output: extents.width, kernel: geometry.kernel.width, stride: geometry.stride.width,
            padding: geometry.padding.width)
        slide(rows, columns, into: &output, body)
    }

    private func slide(
        _ rows: [PoolAxis], _ columns: [PoolAxis], into output: inout [Double],
        _ body: (ArraySlice<Double>, ReferenceWindow) -> Double
    ) {
        let (width, area) = (inputs[0].shape[3], inputs[0].shape[2] * inputs[0].shape[3])
        var next = 0
        for plane in 0..<node.shape[0] * node.shape[1] {
            let plane = inputs[0].scalars[plane * area..<(plane + 1) * area]
            for row in rows {
                for column in columns {
                    output[next] = body(plane, ReferenceWindow(rows: row, columns: column, width: width))
                    next += 1
                }
            }
        }
    }
}

/// One position of a pooling window over a plane.
private struct ReferenceWindow {
    let rows, columns: PoolAxis
    let width: Int

    var count: Int { rows.inside.count * columns.inside.count }
    var paddedCount: Int { rows.paddedCount * columns.paddedCount }

    func reduce(
        in plane: ArraySlice<Double>, from initial: Double, _ combine: (Double, Double) -> Double
    ) -> Double {
        var result = initial
        for y in rows.inside {
            for x in columns.inside { result = combine(result, plane[plane.startIndex + y * width + x]) }
        }
        return result
    }
}

import CKernels
import ModelGraph
import TensorCore

extension Pool2dGeometry: OperationImplementation {
    /// NaN wins over any number, as in PyTorch.
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        PoolWindows(self, operands).slide(operands, into: &output) { window in
            window.reduce(from: -.infinity) { $1 > $0 || $1.isNaN ? $1 : $0 }
        }
    }
}

extension Operation.AveragePool2d: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        PoolWindows(geometry, operands).slide(operands, into: &output) { window in
            window.reduce(from: 0, +) / Double(countIncludePad ? window.paddedCount : window.count)
        }
    }
}

extension Operation.AdaptiveAveragePool2d: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        PoolWindows(
            rows: PoolAxis.adaptive(input: operands.inputs[0].shape[2], output: operands.shape[2]),
            columns: PoolAxis.adaptive(input: operands.inputs[0].shape[3], output: operands.shape[3])
        ).slide(operands, into: &output) { $0.reduce(from: 0, +) / Double($0.count) }
    }
}

extension Operation.Reduce: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let shape = operands.inputs[0].shape
        let count = Double(axes.reduce(1) { $0 * shape[$1] })
        var strides = rowMajorStrides(operands.shape)
        for axis in axes { strides[axis] = 0 }
        if kind == .max { output = [Double](repeating: -.infinity, count: output.count) }
        let input = operands.elements
        var next = 0
        StridedWalk(shape: shape, strides: strides).forEachRow { first, length, step in
            for index in 0..<length {
                let (x, target) = (input[next], first + index * step)
                switch kind {
                case .sum, .mean: output[target] += x
                case .norm: output[target] += x * x
                case .max: if x > output[target] || x.isNaN { output[target] = x }
                }
                next += 1
            }
        }
        switch kind {
        case .sum, .max: break
        case .mean: for index in output.indices { output[index] /= count }
        case .norm: for index in output.indices { output[index] = output[index].squareRoot() }
        }
    }
}

/// The windows of a pooling along both axes.
struct PoolWindows {
    let rows, columns: [PoolAxis]

    init(rows: [PoolAxis], columns: [PoolAxis]) {
        self.rows = rows
        self.columns = columns
    }

    fileprivate init(_ geometry: Pool2dGeometry, _ operands: ReferenceOperands) {
        self.init(geometry, input: operands.inputs[0].shape, output: operands.shape)
    }

    init(_ geometry: Pool2dGeometry, input: [Int], output: [Int]) {
        rows = PoolAxis.strided(
            input: input[2], output: output[2], kernel: geometry.kernel.height, stride: geometry.stride.height,
            padding: geometry.padding.height)
        columns = PoolAxis.strided(
            input: input[3], output: output[3], kernel: geometry.kernel.width, stride: geometry.stride.width,
            padding: geometry.padding.width)
    }

    fileprivate func slide(
        _ operands: ReferenceOperands, into output: inout [Double], _ body: (ReferenceWindow) -> Double
    ) {
        let shape = operands.inputs[0].shape
        let (width, area) = (shape[3], shape[2] * shape[3])
        operands.withInput(&output) { input, output in
            var next = output
            for plane in 0..<shape[0] * shape[1] {
                for row in rows {
                    for column in columns {
                        next[0] = body(
                            ReferenceWindow(plane: input + plane * area, rows: row, columns: column, width: width))
                        next += 1
                    }
                }
            }
        }
    }
}

/// One position of a pooling window over a plane.
private struct ReferenceWindow {
    let plane: UnsafePointer<Double>
    let rows, columns: PoolAxis
    let width: Int

    var count: Int { rows.inside.count * columns.inside.count }
    var paddedCount: Int { rows.paddedCount * columns.paddedCount }

    func reduce(from initial: Double, _ combine: (Double, Double) -> Double) -> Double {
        var result = initial
        for y in rows.inside {
            for x in columns.inside { result = combine(result, plane[y * width + x]) }
        }
        return result
    }
}

// MARK: - Lowering

extension Pool2dGeometry {
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) {
        plan.lower(CK_POOL_MAX, PoolWindows(self, input: plan.shape(of: step.inputs[0]), output: step.shape), step)
    }
}

extension Operation.AveragePool2d {
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) {
        plan.lower(
            countIncludePad ? CK_POOL_AVERAGE_PADDED : CK_POOL_AVERAGE,
            PoolWindows(geometry, input: plan.shape(of: step.inputs[0]), output: step.shape), step)
    }
}

extension Operation.AdaptiveAveragePool2d {
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws {
        let shape = plan.shape(of: step.inputs[0])
        let input = plan.view(of: step.inputs[0])
        if shape == step.shape { return plan.define(step.output, input) }
        if output == .square(1), input.memoryOrder.last == 1, input.rows(of: 1) != nil {
            return try plan.lower(Operation.Reduce(.mean, axes: [2, 3]), step)
        }
        plan.lower(
            CK_POOL_AVERAGE,
            PoolWindows(
                rows: PoolAxis.adaptive(input: shape[2], output: output.height),
                columns: PoolAxis.adaptive(input: shape[3], output: output.width)), step)
    }
}

extension Operation.Reduce {
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws { try plan.lower(self, step) }
}

import CKernels
import Testing

@Suite struct MatmulTests {
    struct Case {
        var rows, inner, columns: Int
        var batch = (1, 1)
        /// Whether the matrices are stored as their transposes.
        var leftTransposed = false
        var rightTransposed = false
        var activation = Activation.all[0]
        var isBiased = false
        var isAdded = false

        func expectAgreement(sourceLocation: SourceLocation = #_sourceLocation) {
            let count = batch.0 * batch.1
            let left = Rows(count * (leftTransposed ? inner : rows), leftTransposed ? rows : inner, seed: 1)
            let right = Rows(count * (rightTransposed ? columns : inner), rightTransposed ? inner : columns, seed: 2)
            let bias = Rows(1, rows, seed: 3)
            // The matrices of the second batch axis lie side by side.
            let width = batch.1 * columns
            let residual = Rows(batch.0 * rows, width, seed: 4)
            var exact = [Double](repeating: 0, count: batch.0 * rows * width)
            var tolerances = exact
            for matrix in 0..<count {
                for row in 0..<rows {
                    for column in 0..<columns {
                        var sum = 0.0
                        var magnitude = 1.0
                        for i in 0..<inner {
                            let a = leftTransposed ? left[matrix * inner + i, row] : left[matrix * rows + row, i]
                            let b =
                                rightTransposed
                                ? right[matrix * columns + column, i] : right[matrix * inner + i, column]
                            sum += Double(a) * Double(b)
                            magnitude += abs(Double(a) * Double(b))
                        }
                        sum *= 0.75
                        if isBiased { sum += Double(bias[0, row]) }
                        let position = (matrix / batch.1 * rows + row, matrix % batch.1 * columns + column)
                        if isAdded { sum += Double(residual[position.0, position.1]) }
                        let index = position.0 * width + position.1
                        exact[index] = activation.exact(sum)
                        tolerances[index] =
                            2 * magnitude * Double(inner + 4) * 0x1p-24 + activation.tolerance(exact[index])
                    }
                }
            }
            CKernelsTests.expectAgreement(
                rows: batch.0 * rows, channels: width, exact: exact, tolerance: .each(tolerances),
                sourceLocation: sourceLocation
            ) { set, output in
                var operation = ck_matmul_f32()
                operation.kernels = set.kernels
                (operation.left, operation.right) = (UnsafePointer(left.base), UnsafePointer(right.base))
                operation.output = output.base
                operation.batch = batch
                let leftSize = left.stride * left.count / count
                let rightSize = right.stride * right.count / count
                operation.left_batch = (batch.1 * leftSize, leftSize)
                operation.right_batch = (batch.1 * rightSize, rightSize)
                operation.output_batch = (rows * output.stride, columns)
                (operation.rows, operation.inner, operation.columns) = (rows, inner, columns)
                (operation.left_row, operation.left_inner) = leftTransposed ? (1, left.stride) : (left.stride, 1)
                (operation.right_inner, operation.right_column) =
                    rightTransposed ? (1, right.stride) : (right.stride, 1)
                operation.output_row = output.stride
                operation.alpha = 0.75
                if isBiased { operation.row_bias = UnsafePointer(bias.base) }
                operation.epilogue = activation.epilogue
                if isAdded { operation.epilogue.residual = UnsafePointer(residual.base) }
                operation.epilogue.residual_stride = residual.stride
                (operation.block_rows, operation.block_columns) = (17, 48)
                let scratch = Scratch(testThreads * ck_matmul_f32_scratch(&operation))
                operation.scratch = scratch.base
                perform(operation, tasks: ck_matmul_f32_tasks, ck_matmul_f32_task)
                withExtendedLifetime(scratch) {}
            }
        }
    }

    @Test(
        "a product of two values is right however they are stored",
        arguments: [(false, false), (false, true), (true, false), (true, true)],
        [(1, 1, 1), (7, 5, 19), (40, 33, 100), (13, 700, 21)])
    func products(isTransposed: (left: Bool, right: Bool), size: (rows: Int, inner: Int, columns: Int)) {
        for batch in [(1, 1), (2, 3)] {
            Case(
                rows: size.rows, inner: size.inner, columns: size.columns, batch: batch,
                leftTransposed: isTransposed.left, rightTransposed: isTransposed.right
            ).expectAgreement()
        }
    }

    @Test("bias, residual and activation follow")
    func epilogues() {
        Case(
            rows: 19, inner: 30, columns: 37, batch: (1, 2), activation: Activation.all[5], isBiased: true,
            isAdded: true
        ).expectAgreement()
    }
}

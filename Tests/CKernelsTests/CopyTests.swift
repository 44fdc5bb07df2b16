import CKernels
import Testing

@Suite struct CopyTests {
    /// Axes of a source in order, by size; the target has them in another order. Four axes, with two of extent 1 before
    /// them.
    @Test(
        "any permutation of axes copies every element and nothing else",
        arguments: [
            [0, 1, 2, 3], [0, 1, 3, 2], [3, 2, 1, 0], [1, 0, 2, 3], [0, 2, 1, 3], [2, 3, 0, 1], [0, 3, 1, 2],
        ], [[2, 3, 4, 5], [1, 2, 19, 37], [3, 40, 17, 2]])
    func permutations(order: [Int], extents: [Int]) {
        let sizes = order.map { extents[$0] }
        // The last axis is channels in padded rows, on both sides.
        let input = Rows(extents.dropLast().reduce(1, *), extents[3], seed: 1)
        let rows = sizes.dropLast().reduce(1, *)
        func strides(_ extents: [Int], _ stride: Int) -> [Int] {
            [extents[1] * extents[2] * stride, extents[2] * stride, stride, 1]
        }
        let (source, target) = (strides(extents, input.stride), strides(sizes, Rows.padded(sizes[3])))
        var exact: [Double] = []
        for index in 0..<rows * sizes[3] {
            let position = [
                index / sizes[3] / sizes[2] / sizes[1], index / sizes[3] / sizes[2] % sizes[1],
                index / sizes[3] % sizes[2], index % sizes[3],
            ]
            exact.append(Double(input.base[zip(position, order).reduce(0) { $0 + $1.0 * source[$1.1] }]))
        }
        expectAgreement(rows: rows, channels: sizes[3], exact: exact, tolerance: .uniform(0)) { set, output in
            var operation = ck_copy_f32()
            operation.kernels = set.kernels
            operation.extents = (1, 1, sizes[0], sizes[1], sizes[2], sizes[3])
            operation.input_strides = (0, 0, source[order[0]], source[order[1]], source[order[2]], source[order[3]])
            operation.output_strides = (0, 0, target[0], target[1], target[2], target[3])
            (operation.input, operation.output) = (UnsafePointer(input.base), output.base)
            operation.chunk = 2
            perform(operation, tasks: ck_copy_f32_tasks, ck_copy_f32_task)
            for channel in sizes[3]..<output.stride { #expect(output.isUntouched(channel)) }
        }
    }

    @Test("two values are joined channel by channel, at any channel")
    func concatenation() {
        let parts = [Rows(9, 5, seed: 1), Rows(9, 30, seed: 2)]
        let exact = (0..<9).flatMap { row in parts.flatMap { part in (0..<part.channels).map { Double(part[row, $0]) } }
        }
        expectAgreement(rows: 9, channels: 35, exact: exact, tolerance: .uniform(0)) { set, output in
            var first = 0
            for part in parts {
                var operation = ck_copy_f32()
                operation.kernels = set.kernels
                operation.extents = (1, 1, 1, 1, 9, part.channels)
                operation.input_strides = (0, 0, 0, 0, part.stride, 1)
                operation.output_strides = (0, 0, 0, 0, output.stride, 1)
                (operation.input, operation.output) = (UnsafePointer(part.base), output.base + first)
                operation.chunk = 1
                perform(operation, tasks: ck_copy_f32_tasks, ck_copy_f32_task)
                first += part.channels
            }
        }
    }

    @Test("rows are gathered by a table, with zeros for −1")
    func gather() {
        let input = Rows(7, 21, seed: 1)
        let table: [Int32] = [3, -1, 6, 6, 0, -1, 2, 1, 5, 4, -1]
        let exact = table.flatMap { row in (0..<21).map { row < 0 ? 0 : Double(input[Int(row), $0]) } }
        table.withUnsafeBufferPointer { table in
            expectAgreement(rows: table.count, channels: 21, exact: exact, tolerance: .uniform(0)) { _, output in
                perform(
                    ck_gather_f32(
                        input: input.base, input_stride: input.stride, rows: table.baseAddress, output: output.base,
                        output_stride: output.stride, channels: 21, row_count: table.count, chunk_rows: 3),
                    tasks: ck_gather_f32_tasks, ck_gather_f32_task)
                for channel in 21..<output.stride { #expect(output.isUntouched(channel)) }
            }
        }
    }

    @Test("channels are selected by a table")
    func selection() {
        let input = Rows(7, 21, seed: 1)
        let table: [Int32] = [20, 3, 3, 0, 17, 5]
        let exact = (0..<7).flatMap { row in table.map { Double(input[row, Int($0)]) } }
        table.withUnsafeBufferPointer { table in
            expectAgreement(rows: 7, channels: table.count, exact: exact, tolerance: .uniform(0)) { _, output in
                perform(
                    ck_select_f32(
                        input: input.base, input_stride: input.stride, channels: table.baseAddress,
                        output: output.base, output_stride: output.stride, count: table.count, row_count: 7,
                        chunk_rows: 3),
                    tasks: ck_select_f32_tasks, ck_select_f32_task)
                for channel in table.count..<output.stride { #expect(output.isUntouched(channel)) }
            }
        }
    }
}

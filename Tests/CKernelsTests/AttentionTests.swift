import CKernels
import Testing

@Suite struct AttentionTests {
    struct Case: CustomTestStringConvertible {
        var (windows, heads, queries, keys, depth, valueDepth) = (1, 1, 1, 1, 1, 1)
        var (isBiased, isMasked, isMapped) = (false, false, false)
        var hasWindowBias = false
        var blockQueries = 1000

        var testDescription: String { "\(self)" }

        init(
            windows: Int = 1, heads: Int, queries: Int, keys: Int, depth: Int, valueDepth: Int? = nil,
            isBiased: Bool = false, isMasked: Bool = false, isMapped: Bool = false
        ) {
            (self.windows, self.heads, self.queries, self.keys) = (windows, heads, queries, keys)
            (self.depth, self.valueDepth) = (depth, valueDepth ?? depth)
            (self.isBiased, self.isMasked, self.isMapped) = (isBiased, isMasked, isMapped)
        }

        func expectAgreement(sourceLocation: SourceLocation = #_sourceLocation) {
            // Keys and values share rows: first the keys of all heads, then the values.
            let query = Rows(windows * queries, heads * depth, seed: 1)
            let pair = Rows(windows * keys, heads * (depth + valueDepth), seed: 2)
            let bias = Rows(windows * heads * queries, keys, seed: 3)
            let maskWindows = 2
            let mask = Rows(maskWindows * queries, keys, seed: 4).map { $0 > 0.3 ? -.infinity : $0 > 0 ? -100 : 0 }
            for row in 0..<mask.count { mask[row, row % keys] = 0 }
            func table(_ count: Int) -> [Int32]? {
                let step = count % 3 == 0 ? 1 : 3
                return isMapped ? (0..<count).map { Int32($0 * step % count) } : nil
            }
            let (queryRows, keyRows) = (table(query.count), table(pair.count))
            let scale = Float(1 / Double(depth).squareRoot()) * 4
            let width = heads * valueDepth
            var exact = [Double](repeating: 0, count: windows * queries * width)
            for window in 0..<windows {
                for head in 0..<heads {
                    for q in 0..<queries {
                        let row = queryRows.map { Int($0[window * queries + q]) } ?? window * queries + q
                        let rows = (0..<keys).map { key in
                            keyRows.map { Int($0[window * keys + key]) } ?? window * keys + key
                        }
                        let scores = (0..<keys).map { key -> Double in
                            var sum = 0.0
                            for i in 0..<depth {
                                sum += Double(query[row, head * depth + i]) * Double(pair[rows[key], head * depth + i])
                            }
                            sum *= Double(scale)
                            if isBiased {
                                let first = (hasWindowBias ? window * heads : 0) + head
                                sum += Double(bias[first * queries + q, key])
                            }
                            if isMasked { sum += Double(mask[window % maskWindows * queries + q, key]) }
                            return sum
                        }
                        let top = scores.max() ?? 0
                        let powers = scores.map { power($0 - top) }
                        let total = powers.reduce(0, +)
                        for c in 0..<valueDepth {
                            let sum = (0..<keys).reduce(0) {
                                $0 + powers[$1]
                                    * Double(pair[rows[$1], heads * depth + head * valueDepth + c])
                            }
                            exact[row * width + head * valueDepth + c] = sum / total
                        }
                    }
                }
            }
            withTable(queryRows) { queryRows in
                withTable(keyRows) { keyRows in
                    CKernelsTests.expectAgreement(
                        rows: windows * queries, channels: width, exact: exact,
                        tolerance: .uniform(0x1p-24 * 8 * (Double(depth).squareRoot() * 4 + 4)),
                        sourceLocation: sourceLocation
                    ) { set, output in
                        var operation = ck_attention_f32()
                        operation.kernels = set.kernels
                        operation.query = UnsafePointer(query.base)
                        operation.key = UnsafePointer(pair.base)
                        operation.value = UnsafePointer(pair.base + heads * depth)
                        operation.output = output.base
                        (operation.query_stride, operation.key_stride) = (query.stride, pair.stride)
                        (operation.value_stride, operation.output_stride) = (pair.stride, output.stride)
                        (operation.query_head, operation.key_head) = (depth, depth)
                        (operation.value_head, operation.output_head) = (valueDepth, valueDepth)
                        (operation.query_rows, operation.key_rows) = (queryRows, keyRows)
                        (operation.windows, operation.heads) = (windows, heads)
                        (operation.queries, operation.keys) = (queries, keys)
                        (operation.depth, operation.value_depth) = (depth, valueDepth)
                        operation.scale = scale
                        if isBiased { operation.bias = UnsafePointer(bias.base) }
                        if hasWindowBias { operation.bias_window = heads * queries * bias.stride }
                        (operation.bias_head, operation.bias_row) = (queries * bias.stride, bias.stride)
                        if isMasked { operation.mask = UnsafePointer(mask.base) }
                        operation.mask_windows = maskWindows
                        (operation.mask_window, operation.mask_row) = (queries * mask.stride, mask.stride)
                        operation.block_queries = blockQueries
                        let scratch = Scratch(testThreads * ck_attention_f32_scratch(&operation))
                        operation.scratch = scratch.base
                        perform(operation, tasks: ck_attention_f32_tasks, ck_attention_f32_task)
                        withExtendedLifetime(scratch) {}
                    }
                }
            }
        }
    }

    @Test(
        "heads of any size attend right",
        arguments: [
            Case(heads: 1, queries: 1, keys: 1, depth: 1), Case(heads: 3, queries: 50, keys: 50, depth: 64),
            Case(heads: 2, queries: 13, keys: 77, depth: 32), Case(heads: 4, queries: 1, keys: 197, depth: 48),
            Case(heads: 2, queries: 20, keys: 9, depth: 24, valueDepth: 40),
            Case(heads: 1, queries: 9, keys: 700, depth: 80), Case(heads: 5, queries: 16, keys: 16, depth: 17),
        ])
    func heads(configuration: Case) {
        var configuration = configuration
        configuration.expectAgreement()
        configuration.blockQueries = 8
        configuration.expectAgreement()
    }

    @Test(
        "windows are taken from where the table says, with their biases and masks",
        arguments: [(false, true), (true, false), (true, true)], [false, true])
    func windows(terms: (isBiased: Bool, isMasked: Bool), isMapped: Bool) {
        Case(
            windows: 4, heads: 3, queries: 49, keys: 49, depth: 32, isBiased: terms.isBiased, isMasked: terms.isMasked,
            isMapped: isMapped
        ).expectAgreement()
        var other = Case(
            windows: 5, heads: 2, queries: 7, keys: 10, depth: 20, isBiased: terms.isBiased, isMasked: terms.isMasked,
            isMapped: isMapped)
        other.hasWindowBias = true
        other.expectAgreement()
    }
}

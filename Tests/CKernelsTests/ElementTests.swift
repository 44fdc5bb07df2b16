import CKernels
import Testing

@Suite struct ElementTests {
    @Test("an activation is right to the last bits over its whole range", arguments: Activation.all)
    func activations(activation: Activation) {
        let input = Rows(130, 37, seed: 3)
        for row in 0..<input.count {
            let scale: Float = [0.01, 0.5, 1, 4, 10, 87][row % 6]
            for channel in 0..<input.channels { input[row, channel] *= scale }
        }
        let exact = input.doubles.map(activation.exact)
        expectAgreement(
            rows: input.count, channels: input.channels, exact: exact, tolerance: .each(exact.map(activation.tolerance))
        ) { set, output in
            perform(
                ck_activate_f32(
                    kernels: set.kernels, epilogue: activation.epilogue, input: input.base, input_stride: input.stride,
                    output: output.base, output_stride: output.stride, channels: input.channels, row_count: input.count,
                    chunk_rows: 7), tasks: ck_activate_f32_tasks, ck_activate_f32_task)
        }
    }

    /// PyTorch's float32 GELU has lost all digits at −5.
    @Test("GELU keeps its digits where it is small")
    func smallGELU() throws {
        let gelu = try #require(Activation.all.first { $0.description == "GELU" })
        let input = Rows(40, 64, seed: 5).map { 3 * $0 - 3 }
        let values = input.doubles
        let exact = values.map(gelu.exact)
        // Φ(x) falls as e^(−x²/2), the exponent is rounded.
        expectAgreement(
            rows: input.count, channels: input.channels, exact: exact,
            tolerance: .each(zip(values, exact).map { 0x1p-24 * (4 + 2 * $0 * $0) * abs($1) })
        ) { set, output in
            perform(
                ck_activate_f32(
                    kernels: set.kernels, epilogue: gelu.epilogue, input: input.base, input_stride: input.stride,
                    output: output.base, output_stride: output.stride, channels: input.channels, row_count: input.count,
                    chunk_rows: 40), tasks: ck_activate_f32_tasks, ck_activate_f32_task)
        }
    }

    @Test("NaN stays NaN, infinity gives the limit", arguments: Activation.all)
    func specialValues(activation: Activation) {
        let input = Rows(1, 2)
        (input[0, 0], input[0, 1]) = (.nan, .infinity)
        let limit = activation.exact(.infinity)
        for set in KernelSet.available {
            let output = Rows(1, 2)
            perform(
                ck_activate_f32(
                    kernels: set.kernels, epilogue: activation.epilogue, input: input.base, input_stride: input.stride,
                    output: output.base, output_stride: output.stride, channels: 2, row_count: 1, chunk_rows: 1),
                tasks: ck_activate_f32_tasks, ck_activate_f32_task)
            #expect(output[0, 0].isNaN, "\(set.name) \(activation)")
            #expect(Double(output[0, 1]) == limit, "\(set.name) \(activation)")
        }
    }

    struct Kind: Sendable, CustomStringConvertible {
        var description: String
        var kind: ck_binary_kind
        var exact: @Sendable (Double, Double) -> Double
    }

    static let kinds = [
        Kind(description: "+", kind: CK_BINARY_ADD) { $0 + $1 },
        Kind(description: "-", kind: CK_BINARY_SUBTRACT) { $0 - $1 },
        Kind(description: "*", kind: CK_BINARY_MULTIPLY) { $0 * $1 },
        Kind(description: "/", kind: CK_BINARY_DIVIDE) { $0 / $1 },
        Kind(description: "max", kind: CK_BINARY_MAXIMUM) { max($0, $1) },
        Kind(description: "min", kind: CK_BINARY_MINIMUM) { min($0, $1) },
    ]

    /// (repeat, period, is column): like the result, a row a sample, shared by samples, one row, a number a row, one.
    static let broadcasts = [
        (1, 15, false), (5, 3, false), (1, 5, false), (15, 1, false), (1, 15, true), (15, 1, true),
    ]

    @Test("an operation on two values broadcasts either", arguments: kinds, broadcasts.indices)
    func binary(kind: Kind, broadcast: Int) {
        let (times, period, isColumn) = Self.broadcasts[broadcast]
        let (rows, channels) = (15, 19)
        let like = Rows(rows, channels, seed: 1)
        let other = Rows(period, isColumn ? 1 : channels, seed: 2).map { $0 + 3 }
        for isSwapped in [false, true] {
            let exact = (0..<rows * channels).map { index -> Double in
                let (row, channel) = index.quotientAndRemainder(dividingBy: channels)
                let (a, b) = (
                    Double(like[row, channel]), Double(other[row / times % period, isColumn ? 0 : channel])
                )
                return max(isSwapped ? kind.exact(b, a) : kind.exact(a, b), -0.5)
            }
            expectAgreement(
                rows: rows, channels: channels, exact: exact, tolerance: .each(exact.map { 0x1p-24 * abs($0) })
            ) { set, output in
                let a = ck_operand_f32(
                    base: like.base, stride: like.stride, repeat: 1, period: rows, is_column: false)
                let b = ck_operand_f32(
                    base: other.base, stride: other.stride, repeat: times, period: period, is_column: isColumn)
                var epilogue = ck_epilogue_none()
                epilogue.lower = -0.5
                perform(
                    ck_binary_f32(
                        kernels: set.kernels, kind: kind.kind, left: isSwapped ? b : a, right: isSwapped ? a : b,
                        epilogue: epilogue, output: output.base, output_stride: output.stride, channels: channels,
                        row_count: rows, chunk_rows: 4), tasks: ck_binary_f32_tasks, ck_binary_f32_task)
            }
        }
    }

    @Test("resampling sums the given taps of rows and columns", arguments: [1, 2, 4])
    func resample(taps: Int) {
        let (batch, height, width, channels, rows, columns) = (2, 5, 7, 21, 9, 4)
        let input = Rows(batch * height * width, channels, seed: 9)
        func axis(_ inputs: Int, _ outputs: Int) -> (positions: [Int32], weights: [Float]) {
            let positions = (0..<outputs * taps).map { Int32($0 * 5 % inputs) }
            return (positions, (0..<outputs * taps).map { Float($0 % 7) / 7 - 0.4 })
        }
        let (y, x) = (axis(height, rows), axis(width, columns))
        var exact: [Double] = []
        for pixel in 0..<batch * rows * columns {
            let (sample, row, column) = (pixel / columns / rows, pixel / columns % rows, pixel % columns)
            for channel in 0..<channels {
                var sum = 0.0
                for i in row * taps..<(row + 1) * taps {
                    for j in column * taps..<(column + 1) * taps {
                        let position = (sample * height + Int(y.positions[i])) * width + Int(x.positions[j])
                        sum += Double(y.weights[i]) * Double(x.weights[j]) * Double(input[position, channel])
                    }
                }
                exact.append(sum)
            }
        }
        y.positions.withUnsafeBufferPointer { yPositions in
            y.weights.withUnsafeBufferPointer { yWeights in
                x.positions.withUnsafeBufferPointer { xPositions in
                    x.weights.withUnsafeBufferPointer { xWeights in
                        expectAgreement(
                            rows: batch * rows * columns, channels: channels, exact: exact,
                            tolerance: .uniform(Double(taps * taps + 2) * 0x1p-24 * Double(taps * taps))
                        ) { set, output in
                            perform(
                                ck_resample_f32(
                                    kernels: set.kernels, input: input.base,
                                    rows: ck_resample_axis_f32(
                                        positions: yPositions.baseAddress, weights: yWeights.baseAddress, taps: taps,
                                        outputs: rows, inputs: height),
                                    columns: ck_resample_axis_f32(
                                        positions: xPositions.baseAddress, weights: xWeights.baseAddress, taps: taps,
                                        outputs: columns, inputs: width),
                                    output: output.base, stride: input.stride, batch: batch),
                                tasks: ck_resample_f32_tasks, ck_resample_f32_task)
                        }
                    }
                }
            }
        }
    }
}

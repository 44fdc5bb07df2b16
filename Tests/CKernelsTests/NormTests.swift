import CKernels
import Testing

@Suite struct NormTests {
    /// Σ (x − mean)² / count and mean.
    static func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
    }

    @Test(
        "layer normalisation is right for rows of any width, joined or not",
        arguments: [1, 7, 16, 35, 96, 768], [1, 4])
    func layerNorm(channels: Int, taps: Int) {
        let (rows, epsilon) = (11, Float(1e-5))
        let input = Rows(31, channels, seed: 1).map { 3 * $0 + 5 }
        let (weight, bias) = (Rows(1, taps * channels, seed: 2), Rows(1, taps * channels, seed: 3))
        let zeros = Rows(1, channels).map { _ in 0 }
        let table = (0..<taps * rows).map { (index: Int) -> Int32 in index % 7 == 5 ? -1 : Int32(index * 5 % 31) }
        for (isAffine, activation) in [
            (false, Activation.all[0]), (true, Activation.all[0]), (true, Activation.all[5]),
        ] {
            var exact: [Double] = []
            for row in 0..<rows {
                let values = (0..<taps * channels).map { index -> Double in
                    let position = taps == 1 ? row : Int(table[index / channels * rows + row])
                    return position < 0 ? 0 : Double(input[position, index % channels])
                }
                let (mean, variance) = Self.moments(values)
                for (index, value) in values.enumerated() {
                    var result = (value - mean) / (variance + Double(epsilon)).squareRoot()
                    if isAffine { result = result * Double(weight[0, index]) + Double(bias[0, index]) }
                    exact.append(activation.exact(result))
                }
            }
            table.withUnsafeBufferPointer { table in
                expectAgreement(
                    rows: rows, channels: taps * channels, exact: exact,
                    // The rounding of a mean near 5 or 8, against a deviation of 1.7, is seen as a multiple.
                    tolerance: .uniform(channels * taps == 1 ? 0x1p-20 * 320 : 0x1p-24 * 80)
                ) { set, output in
                    perform(
                        ck_layer_norm_f32(
                            kernels: set.kernels, input: input.base, input_stride: input.stride,
                            rows: taps == 1 ? nil : table.baseAddress, zeros: zeros.base, taps: taps,
                            channels: channels, weight: isAffine ? UnsafePointer(weight.base) : nil,
                            bias: isAffine ? UnsafePointer(bias.base) : nil, epsilon: epsilon,
                            epilogue: activation.epilogue, output: output.base, output_stride: output.stride,
                            row_count: rows, chunk_rows: 4), tasks: ck_layer_norm_f32_tasks, ck_layer_norm_f32_task)
                }
            }
        }
    }

    @Test(
        "group normalisation is right for groups of any size",
        arguments: [(1, 21), (3, 21), (32, 64), (35, 35), (4, 16)], [1, 49, 200])
    func groupNorm(size: (groups: Int, channels: Int), area: Int) {
        let (batch, channels, epsilon) = (2, size.channels, Float(1e-3))
        let input = Rows(batch * area, channels, seed: 1).map { 2 * $0 + 1 }
        let residual = Rows(batch * area, channels, seed: 5)
        let (weight, bias) = (Rows(1, channels, seed: 2), Rows(1, channels, seed: 3))
        let members = channels / size.groups
        let moments = (0..<batch * size.groups).map { index -> (mean: Double, variance: Double) in
            let (sample, group) = index.quotientAndRemainder(dividingBy: size.groups)
            return Self.moments(
                (0..<area * members).map {
                    Double(input[sample * area + $0 / members, group * members + $0 % members])
                })
        }
        let exact = (0..<batch * area * channels).map { index -> Double in
            let (row, channel) = index.quotientAndRemainder(dividingBy: channels)
            let (mean, variance) = moments[row / area * size.groups + channel / members]
            let result = (Double(input[row, channel]) - mean) / (variance + Double(epsilon)).squareRoot()
            return result * Double(weight[0, channel]) + Double(bias[0, channel]) + Double(residual[row, channel])
        }
        expectAgreement(
            rows: batch * area, channels: channels, exact: exact, tolerance: .uniform(0x1p-24 * 100)
        ) { set, output in
            var operation = ck_group_norm_f32()
            operation.kernels = set.kernels
            (operation.input, operation.output) = (UnsafePointer(input.base), output.base)
            (operation.stride, operation.batch, operation.area) = (input.stride, batch, area)
            (operation.channels, operation.groups) = (channels, size.groups)
            (operation.weight, operation.bias) = (UnsafePointer(weight.base), UnsafePointer(bias.base))
            operation.epsilon = epsilon
            operation.epilogue = ck_epilogue_none()
            operation.epilogue.residual = UnsafePointer(residual.base)
            operation.epilogue.residual_stride = residual.stride
            let scratch = Scratch(ck_group_norm_f32_scratch(&operation))
            operation.scratch = scratch.base
            perform(
                operation, tasks: ck_group_norm_f32_tasks, ck_group_norm_f32_mean_task,
                ck_group_norm_f32_variance_task, ck_group_norm_f32_apply_task)
            withExtendedLifetime(scratch) {}
        }
    }

    @Test("global response normalisation is right", arguments: [5, 16, 40], [1, 49, 150])
    func responseNorm(channels: Int, area: Int) {
        let (batch, epsilon) = (2, Float(1e-6))
        let input = Rows(batch * area, channels, seed: 1)
        let (weight, bias) = (Rows(1, channels, seed: 2), Rows(1, channels, seed: 3))
        var exact: [Double] = []
        for sample in 0..<batch {
            let norms = (0..<channels).map { channel in
                (0..<area).reduce(0.0) {
                    let value = Double(input[sample * area + $1, channel])
                    return $0 + value * value
                }.squareRoot()
            }
            let mean = norms.reduce(0, +) / Double(channels) + Double(epsilon)
            for row in sample * area..<(sample + 1) * area {
                for channel in 0..<channels {
                    let value = Double(input[row, channel])
                    exact.append(
                        Double(weight[0, channel]) * value * norms[channel] / mean + Double(bias[0, channel]) + value)
                }
            }
        }
        expectAgreement(
            rows: batch * area, channels: channels, exact: exact, tolerance: .uniform(0x1p-24 * 40)
        ) { set, output in
            var operation = ck_response_norm_f32()
            operation.kernels = set.kernels
            (operation.input, operation.output) = (UnsafePointer(input.base), output.base)
            (operation.stride, operation.batch, operation.area) = (input.stride, batch, area)
            operation.channels = channels
            (operation.weight, operation.bias) = (UnsafePointer(weight.base), UnsafePointer(bias.base))
            operation.epsilon = epsilon
            let scratch = Scratch(ck_response_norm_f32_scratch(&operation))
            operation.scratch = scratch.base
            perform(
                operation, tasks: ck_response_norm_f32_tasks, ck_response_norm_f32_sum_task,
                ck_response_norm_f32_apply_task)
            withExtendedLifetime(scratch) {}
        }
    }

    @Test(
        "heads are normalised to length 1 and scaled, and nothing beside them is touched", arguments: [1, 16, 24, 33])
    func l2Normalize(channels: Int) {
        let (rows, segments, step) = (9, 3, channels + 5)
        let input = Rows(rows, segments * step, seed: 1)
        let scale = Rows(1, segments, seed: 2)
        for channel in 0..<channels { input[4, step + channel] = 0 }
        var exact: [Double] = []
        for row in 0..<rows {
            for segment in 0..<segments {
                let values = (0..<channels).map { Double(input[row, segment * step + $0]) }
                let norm = max(values.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-12)
                exact += values.map { $0 / norm * Double(scale[0, segment]) }
            }
        }
        expectAgreement(
            rows: rows, channels: segments * channels, exact: exact, tolerance: .uniform(0x1p-24 * 8)
        ) { set, result in
            let output = Rows(rows, segments * step)
            perform(
                ck_l2_normalize_f32(
                    kernels: set.kernels, input: input.base, input_stride: input.stride, segments: segments,
                    segment: step, channels: channels, scale: scale.base, epsilon: 1e-12, output: output.base,
                    output_stride: output.stride, row_count: rows, chunk_rows: 2), tasks: ck_l2_normalize_f32_tasks,
                ck_l2_normalize_f32_task)
            #expect(output.isIntact)
            for segment in 0..<segments {
                for channel in channels..<step { #expect(output.isUntouched(segment * step + channel)) }
                for row in 0..<rows {
                    for channel in 0..<channels {
                        result[row, segment * channels + channel] = output[row, segment * step + channel]
                    }
                }
            }
        }
    }

    @Test("softmax is right, with a mask or without", arguments: [1, 10, 16, 100], [false, true])
    func softmax(channels: Int, isMasked: Bool) {
        let rows = 12
        let input = Rows(rows, channels, seed: 1).map { 20 * $0 }
        let mask = Rows(3, channels, seed: 2).map { $0 > 0.5 ? -.infinity : 0 }
        for row in 0..<3 { mask[row, 0] = 1 }
        var exact: [Double] = []
        for row in 0..<rows {
            let values = (0..<channels).map {
                0.5 * Double(input[row, $0]) + (isMasked ? Double(mask[row / 2 % 3, $0]) : 0)
            }
            let powers = values.map { power($0 - (values.max() ?? 0)) }
            exact += powers.map { $0 / powers.reduce(0, +) }
        }
        expectAgreement(
            rows: rows, channels: channels, exact: exact, tolerance: .each(exact.map { 0x1p-24 * (32 * $0 + 0x1p-60) })
        ) { set, output in
            perform(
                ck_softmax_f32(
                    kernels: set.kernels, input: input.base, input_stride: input.stride, channels: channels,
                    scale: 0.5, mask: isMasked ? UnsafePointer(mask.base) : nil, mask_stride: mask.stride, mask_rows: 3,
                    mask_repeat: 2, output: output.base, output_stride: output.stride, row_count: rows, chunk_rows: 5),
                tasks: ck_softmax_f32_tasks, ck_softmax_f32_task)
        }
    }

    @Test(
        "rows are reduced to one a sample",
        arguments: [CK_REDUCE_MEAN, CK_REDUCE_SUM, CK_REDUCE_MAX].map(\.rawValue), [1, 49, 200])
    func reduce(kind: UInt32, area: Int) {
        let (batch, channels) = (2, 83)
        let input = Rows(batch * area, channels, seed: 1)
        var exact: [Double] = []
        for sample in 0..<batch {
            for channel in 0..<channels {
                let values = (sample * area..<(sample + 1) * area).map { Double(input[$0, channel]) }
                let sum = values.reduce(0, +)
                switch ck_reduction(rawValue: kind) {
                case CK_REDUCE_MEAN: exact.append(sum / Double(area))
                case CK_REDUCE_SUM: exact.append(sum)
                default: exact.append(values.max() ?? 0)
                }
            }
        }
        expectAgreement(
            rows: batch, channels: channels, exact: exact,
            tolerance: .uniform(0x1p-24 * (kind == CK_REDUCE_SUM.rawValue ? Double(area) * 70 : 70))
        ) { set, output in
            perform(
                ck_reduce_f32(
                    kernels: set.kernels, kind: ck_reduction(rawValue: kind), input: input.base,
                    input_stride: input.stride, batch: batch, area: area, channels: channels, output: output.base,
                    output_stride: output.stride, chunk_blocks: 2, parts: nil), tasks: ck_reduce_f32_tasks,
                ck_reduce_f32_task)
            // In two steps: the same bits.
            let other = Rows(batch, channels)
            var operation = ck_reduce_f32(
                kernels: set.kernels, kind: ck_reduction(rawValue: kind), input: input.base,
                input_stride: input.stride, batch: batch, area: area, channels: channels, output: other.base,
                output_stride: other.stride, chunk_blocks: 2, parts: nil)
            let parts = Scratch(ck_reduce_f32_scratch(&operation))
            operation.parts = parts.base
            perform(operation, tasks: ck_reduce_f32_parts_tasks, ck_reduce_f32_parts_task)
            perform(operation, tasks: ck_reduce_f32_tasks, ck_reduce_f32_task)
            withExtendedLifetime(parts) {}
            #expect(other.values.map(\.bitPattern) == output.values.map(\.bitPattern), "\(set.name)")
        }
    }
}

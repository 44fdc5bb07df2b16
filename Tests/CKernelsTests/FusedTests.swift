import CKernels
import Testing

/// Fused layers give the bits of the single operations, which other suites judge.
@Suite struct FusedTests {
    /// Weights, bias and scale of a layer.
    struct Layer {
        let weights, bias, scale: Rows
        var activation = Activation.all[0]
        var isScaled = false

        let taps: Int

        init(inputs: Int, outputs: Int, taps: Int = 1, seed: UInt64, activation: Activation = Activation.all[0]) {
            self.taps = taps
            weights = Rows(outputs, taps * inputs, seed: seed).map { $0 / 4 }
            bias = Rows(1, outputs, seed: seed + 1)
            scale = Rows(1, outputs, seed: seed + 2)
            self.activation = activation
        }

        func packed(_ kernels: OpaquePointer) -> Panels {
            Panels(weights, taps: taps, inputs: weights.channels / taps, kernels: kernels)
        }

        func layer(_ panels: Panels, residual: Rows? = nil) -> ck_layer_f32 {
            var epilogue = activation.epilogue
            if isScaled { epilogue.scale = UnsafePointer(scale.base) }
            if activation.kind == CK_ACTIVATION_NONE { epilogue.upper = 6 }
            epilogue.residual = residual.map { UnsafePointer($0.base) }
            epilogue.residual_stride = residual?.stride ?? 0
            return ck_layer_f32(
                panels: panels.panels.baseAddress, panel_count: panels.panels.count, bias: bias.base, epilogue: epilogue
            )
        }
    }

    /// The layer by itself; a convolution if `geometry` has a kernel.
    func perform(
        _ layer: ck_layer_f32, _ kernels: OpaquePointer, _ input: Rows, _ output: Rows,
        geometry: ck_window_geometry = ck_window_geometry(), zeros: Rows? = nil
    ) {
        let gemm = ck_gemm_f32(
            kernels: kernels, input: input.base, input_stride: input.stride,
            zeros: zeros.map { UnsafePointer($0.base) },
            geometry: geometry, rows: nil, channels: nil, taps: max(1, geometry.kernel_height * geometry.kernel_width),
            panels: layer.panels, panel_count: layer.panel_count, bias: layer.bias, epilogue: layer.epilogue,
            output: output.base, output_stride: output.stride, output_rows: nil, pixels: output.count, chunk_pixels: 30,
            chain: Int(CK_CHAIN), input_scale: nil, scale_pixels: 0, scale_stride: 0, scratch: nil)
        CKernelsTests.perform(gemm, tasks: ck_gemm_f32_tasks, ck_gemm_f32_task)
    }

    /// Expects the same bits.
    func expectEqual(_ fused: Rows, _ single: Rows, _ comment: Comment) {
        #expect(fused.isIntact, comment)
        #expect(single.values.allSatisfy { $0.isFinite }, comment)
        #expect(fused.values.map(\.bitPattern) == single.values.map(\.bitPattern), comment)
    }

    @Test(
        "a perceptron by strips has the bits of its layers", arguments: [(40, 21, 84), (29, 96, 384), (7, 130, 700)],
        [false, true])
    func perceptron(size: (rows: Int, inputs: Int, hidden: Int), hasNorm: Bool) {
        let input = Rows(size.rows, size.inputs, seed: 1)
        let (weight, bias) = (Rows(1, size.inputs, seed: 2), Rows(1, size.inputs, seed: 3))
        let gelu = Activation.all[5]
        let first = Layer(inputs: size.inputs, outputs: size.hidden, seed: 4, activation: gelu)
        var second = Layer(inputs: size.hidden, outputs: size.inputs, seed: 7)
        second.isScaled = true
        for set in KernelSet.available {
            let (firstPanels, secondPanels) = (first.packed(set.kernels), second.packed(set.kernels))
            let (normal, hidden) = (Rows(size.rows, size.inputs), Rows(size.rows, size.hidden))
            let (single, fused) = (Rows(size.rows, size.inputs), Rows(size.rows, size.inputs))
            if hasNorm {
                CKernelsTests.perform(
                    ck_layer_norm_f32(
                        kernels: set.kernels, input: input.base, input_stride: input.stride, rows: nil, zeros: nil,
                        taps: 1, channels: size.inputs, weight: weight.base, bias: bias.base, epsilon: 1e-6,
                        epilogue: ck_epilogue_none(), output: normal.base, output_stride: normal.stride,
                        row_count: size.rows, chunk_rows: 9), tasks: ck_layer_norm_f32_tasks, ck_layer_norm_f32_task)
            }
            perform(first.layer(firstPanels), set.kernels, hasNorm ? normal : input, hidden)
            perform(second.layer(secondPanels, residual: input), set.kernels, hidden, single)

            var operation = ck_perceptron_f32()
            operation.kernels = set.kernels
            (operation.input, operation.input_stride) = (UnsafePointer(input.base), input.stride)
            operation.inputs = size.inputs
            operation.has_norm = hasNorm
            (operation.norm_weight, operation.norm_bias) = (UnsafePointer(weight.base), UnsafePointer(bias.base))
            operation.epsilon = 1e-6
            operation.first = first.layer(firstPanels)
            operation.second = second.layer(secondPanels, residual: input)
            operation.hidden = size.hidden
            (operation.output, operation.output_stride) = (fused.base, fused.stride)
            (operation.row_count, operation.strip_rows) = (size.rows, 16)
            let scratch = Scratch(testThreads * ck_perceptron_f32_scratch(&operation))
            operation.scratch = scratch.base
            CKernelsTests.perform(operation, tasks: ck_perceptron_f32_tasks, ck_perceptron_f32_task)
            expectEqual(fused, single, "\(set.name)")
            withExtendedLifetime((scratch, firstPanels, secondPanels)) {}
        }
    }

    struct Residual: CustomTestStringConvertible {
        var (kernel, stride, padding) = (3, 1, 1)
        var (height, width, inputs, channels, outputs) = (9, 11, 20, 75, 24)
        var stripRows = 4
        var activation = Activation.all[0]

        var testDescription: String { "\(self)" }

        init(
            _ kernel: Int, stride: Int = 1, padding: Int, side: Int = 9, stripRows: Int = 4,
            activation: Activation = Activation.all[0]
        ) {
            (self.kernel, self.stride, self.padding) = (kernel, stride, padding)
            (height, width) = (side, side + 2)
            self.stripRows = stripRows
            self.activation = activation
        }
    }

    static let silu = Activation.all[3]

    @Test(
        "an inverted residual by strips has the bits of its layers",
        arguments: [
            Residual(3, padding: 1), Residual(3, stride: 2, padding: 1, stripRows: 3),
            Residual(3, stride: 2, padding: 0, side: 8), Residual(5, padding: 2, side: 14, activation: silu),
            Residual(5, stride: 2, padding: 2, stripRows: 2, activation: silu), Residual(3, padding: 3, stripRows: 1),
            Residual(7, padding: 3, side: 5, stripRows: 100), Residual(3, stride: 3, padding: 4, side: 4),
        ], [false, true])
    func invertedResidual(configuration c: Residual, isProjected: Bool) {
        let batch = 2
        let outputHeight = (c.height + 2 * c.padding - c.kernel) / c.stride + 1
        let outputWidth = (c.width + 2 * c.padding - c.kernel) / c.stride + 1
        let (pixels, inputPixels) = (batch * outputHeight * outputWidth, batch * c.height * c.width)
        let input = Rows(inputPixels, c.inputs, seed: 1)
        let expand = Layer(inputs: c.inputs, outputs: c.channels, seed: 2, activation: c.activation)
        let project = Layer(inputs: c.channels, outputs: c.outputs, seed: 5)
        let weights = Rows(c.kernel * c.kernel, c.channels, seed: 8)
        let bias = Rows(1, c.channels, seed: 9)
        let residual = Rows(pixels, c.outputs, seed: 10)
        let geometry = ck_window_geometry(
            input_height: c.height, input_width: c.width, output_height: outputHeight, output_width: outputWidth,
            kernel_height: c.kernel, kernel_width: c.kernel, stride_height: c.stride, stride_width: c.stride,
            padding_height: c.padding, padding_width: c.padding, dilation_height: 1, dilation_width: 1)
        for set in KernelSet.available {
            let (expandPanels, projectPanels) = (expand.packed(set.kernels), project.packed(set.kernels))
            let (expanded, convolved) = (Rows(inputPixels, c.channels), Rows(pixels, c.channels))
            let (single, fused) = (Rows(pixels, c.outputs), Rows(pixels, isProjected ? c.outputs : c.channels))
            perform(expand.layer(expandPanels), set.kernels, input, expanded)
            var epilogue = c.activation.epilogue
            epilogue.upper = 5
            var channelwise = ck_channelwise_f32(
                kernels: set.kernels, geometry: geometry, input: expanded.base, input_stride: expanded.stride, group: 1,
                weights: weights.base, bias: bias.base, epilogue: epilogue, output: convolved.base,
                output_stride: convolved.stride, channels: c.channels, batch: batch, strip_rows: 2, strip_blocks: 2,
                scratch: nil)
            let scratch = Scratch(testThreads * ck_channelwise_f32_scratch(&channelwise))
            channelwise.scratch = scratch.base
            CKernelsTests.perform(channelwise, tasks: ck_channelwise_f32_tasks, ck_channelwise_f32_task)
            perform(project.layer(projectPanels, residual: residual), set.kernels, convolved, single)

            var operation = ck_inverted_residual_f32()
            operation.kernels = set.kernels
            operation.geometry = geometry
            (operation.input, operation.input_stride) = (UnsafePointer(input.base), input.stride)
            operation.expand = expand.layer(expandPanels)
            (operation.weights, operation.bias) = (UnsafePointer(weights.base), UnsafePointer(bias.base))
            operation.epilogue = epilogue
            operation.channels = c.channels
            if isProjected { operation.project = project.layer(projectPanels, residual: residual) }
            (operation.output, operation.output_stride) = (fused.base, fused.stride)
            (operation.batch, operation.strip_rows, operation.strip_panels) = (batch, c.stripRows, 1)
            let strips = Scratch(testThreads * ck_inverted_residual_f32_scratch(&operation))
            operation.scratch = strips.base
            CKernelsTests.perform(operation, tasks: ck_inverted_residual_f32_tasks, ck_inverted_residual_f32_task)
            expectEqual(fused, isProjected ? single : convolved, "\(set.name)")
            withExtendedLifetime((scratch, strips, expandPanels, projectPanels)) {}
        }
    }

    @Test("a stem by strips has the bits of its layers", arguments: [1, 3, 100], [1, 2])
    func stem(stripRows: Int, step: Int) {
        let (batch, height, width, channels, outputs) = (2, 17, 13, 24, 18)
        let (middle, side) = ((height: 9, width: 7), (height: (9 - 1) / step + 1, width: (7 - 1) / step + 1))
        let input = Rows(batch * height * width, 3, seed: 1)
        let zeros = Rows(1, 16).map { _ in 0 }
        let expand = Layer(inputs: 3, outputs: channels, taps: 9, seed: 2)
        let project = Layer(inputs: channels, outputs: outputs, seed: 5)
        let (weights, bias) = (Rows(9, channels, seed: 8), Rows(1, channels, seed: 9))
        func geometry(_ height: Int, _ width: Int, _ side: (height: Int, width: Int), stride: Int) -> ck_window_geometry
        {
            ck_window_geometry(
                input_height: height, input_width: width, output_height: side.height, output_width: side.width,
                kernel_height: 3, kernel_width: 3, stride_height: stride, stride_width: stride, padding_height: 1,
                padding_width: 1, dilation_height: 1, dilation_width: 1)
        }
        let first = geometry(height, width, middle, stride: 2)
        let second = geometry(middle.height, middle.width, side, stride: step)
        func extents(_ inputs: Int, _ outputs: Int) -> [ck_extent] {
            (0..<outputs).map {
                let (start, end) = (max($0 * step - 1, 0), min($0 * step + 2, inputs))
                return ck_extent(first: start, count: end - start, padded_count: 3)
            }
        }
        let (rows, columns) = (extents(middle.height, side.height), extents(middle.width, side.width))
        let pixels = batch * side.height * side.width
        for set in KernelSet.available {
            let (expandPanels, projectPanels) = (expand.packed(set.kernels), project.packed(set.kernels))
            let expanded = Rows(batch * middle.height * middle.width, channels)
            var layer = expand.layer(expandPanels)
            layer.epilogue.lower = 0
            perform(layer, set.kernels, input, expanded, geometry: first, zeros: zeros)
            var operation = ck_inverted_residual_f32()
            operation.kernels = set.kernels
            (operation.input, operation.input_stride) = (UnsafePointer(input.base), input.stride)
            operation.zeros = UnsafePointer(zeros.base)
            (operation.expand_geometry, operation.geometry) = (first, second)
            operation.expand = layer
            (operation.weights, operation.bias) = (UnsafePointer(weights.base), UnsafePointer(bias.base))
            operation.epilogue = ck_epilogue_none()
            operation.channels = channels
            (operation.batch, operation.strip_rows, operation.strip_panels) = (batch, stripRows, 1)

            // Depthwise convolution and projection.
            let (convolved, single, fused) = (Rows(pixels, channels), Rows(pixels, outputs), Rows(pixels, outputs))
            var channelwise = ck_channelwise_f32(
                kernels: set.kernels, geometry: second, input: expanded.base, input_stride: expanded.stride, group: 1,
                weights: weights.base, bias: bias.base, epilogue: ck_epilogue_none(), output: convolved.base,
                output_stride: convolved.stride, channels: channels, batch: batch, strip_rows: 9, strip_blocks: 1,
                scratch: nil)
            let scratch = Scratch(testThreads * ck_channelwise_f32_scratch(&channelwise))
            channelwise.scratch = scratch.base
            CKernelsTests.perform(channelwise, tasks: ck_channelwise_f32_tasks, ck_channelwise_f32_task)
            perform(project.layer(projectPanels), set.kernels, convolved, single)
            operation.project = project.layer(projectPanels)
            (operation.output, operation.output_stride) = (fused.base, fused.stride)
            let strips = Scratch(testThreads * ck_inverted_residual_f32_scratch(&operation))
            operation.scratch = strips.base
            CKernelsTests.perform(operation, tasks: ck_inverted_residual_f32_tasks, ck_inverted_residual_f32_task)
            expectEqual(fused, single, "\(set.name), depthwise")

            // Maximum.
            let (pooled, pooledByStrips) = (Rows(pixels, channels), Rows(pixels, channels))
            rows.withUnsafeBufferPointer { rows in
                columns.withUnsafeBufferPointer { columns in
                    CKernelsTests.perform(
                        ck_pool_f32(
                            kernels: set.kernels, kind: CK_POOL_MAX, input: expanded.base, input_height: middle.height,
                            input_width: middle.width, rows: rows.baseAddress, row_count: rows.count,
                            columns: columns.baseAddress, column_count: columns.count, output: pooled.base,
                            stride: pooled.stride, batch: batch), tasks: ck_pool_f32_tasks, ck_pool_f32_task)
                }
            }
            operation.windows = CK_WINDOWS_MAXIMUM
            (operation.weights, operation.bias) = (nil, nil)
            operation.project.panel_count = 0
            (operation.output, operation.output_stride) = (pooledByStrips.base, pooledByStrips.stride)
            CKernelsTests.perform(operation, tasks: ck_inverted_residual_f32_tasks, ck_inverted_residual_f32_task)
            expectEqual(pooledByStrips, pooled, "\(set.name), maximum")
            withExtendedLifetime((scratch, strips, expandPanels, projectPanels)) {}
        }
    }
}

import CKernels
import Testing

@Suite struct ChannelwiseTests {
    struct Case: CustomTestStringConvertible {
        var (kernel, stride, padding, dilation) = ((1, 1), (1, 1), (0, 0), (1, 1))
        var (height, width, channels, batch) = (9, 11, 35, 2)
        var group = 1
        var activation = Activation.all[0]
        var isAdded = false
        var (stripRows, stripBlocks) = (3, 2)

        var testDescription: String { "\(self)" }

        init(_ kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1) {
            self.kernel = (kernel, kernel)
            self.stride = (stride, stride)
            self.padding = (padding, padding)
            self.dilation = (dilation, dilation)
        }

        func expectAgreement() {
            let outputHeight = (height + 2 * padding.0 - dilation.0 * (kernel.0 - 1) - 1) / stride.0 + 1
            let outputWidth = (width + 2 * padding.1 - dilation.1 * (kernel.1 - 1) - 1) / stride.1 + 1
            let (taps, pixels) = (kernel.0 * kernel.1, batch * outputHeight * outputWidth)
            let input = Rows(batch * height * width, channels, stride: Rows.padded(channels) + 16, seed: 1)
            let (weights, bias) = (Rows(taps * group, channels, seed: 2), Rows(1, channels, seed: 3))
            let residual = Rows(pixels, channels, seed: 4)
            var exact: [Double] = []
            var tolerances: [Double] = []
            for pixel in 0..<pixels {
                let (sample, y, x) = (
                    pixel / outputWidth / outputHeight, pixel / outputWidth % outputHeight, pixel % outputWidth
                )
                for channel in 0..<channels {
                    var sum = Double(bias[0, channel])
                    var magnitude = abs(sum)
                    for tap in 0..<taps {
                        let row = y * stride.0 + tap / kernel.1 * dilation.0 - padding.0
                        let column = x * stride.1 + tap % kernel.1 * dilation.1 - padding.1
                        guard row >= 0, row < height, column >= 0, column < width else { continue }
                        let position = (sample * height + row) * width + column
                        for i in 0..<group {
                            let term =
                                Double(input[position, channel / group * group + i])
                                * Double(weights[tap * group + i, channel])
                            sum += term
                            magnitude += abs(term)
                        }
                    }
                    if isAdded { sum += Double(residual[pixel, channel]) }
                    exact.append(max(activation.exact(sum), -0.25))
                    tolerances.append((magnitude + 1) * Double(taps * group + 2) * 0x1p-23 + activation.tolerance(sum))
                }
            }
            CKernelsTests.expectAgreement(
                rows: pixels, channels: channels, exact: exact, tolerance: .each(tolerances)
            ) { set, output in
                var operation = ck_channelwise_f32()
                operation.kernels = set.kernels
                operation.geometry = ck_window_geometry(
                    input_height: height, input_width: width, output_height: outputHeight, output_width: outputWidth,
                    kernel_height: kernel.0, kernel_width: kernel.1, stride_height: stride.0, stride_width: stride.1,
                    padding_height: padding.0, padding_width: padding.1, dilation_height: dilation.0,
                    dilation_width: dilation.1)
                (operation.input, operation.input_stride) = (UnsafePointer(input.base), input.stride)
                operation.group = group
                (operation.weights, operation.bias) = (UnsafePointer(weights.base), UnsafePointer(bias.base))
                operation.epilogue = activation.epilogue
                operation.epilogue.lower = -0.25
                if isAdded { operation.epilogue.residual = UnsafePointer(residual.base) }
                operation.epilogue.residual_stride = residual.stride
                (operation.output, operation.output_stride) = (output.base, output.stride)
                (operation.channels, operation.batch) = (channels, batch)
                (operation.strip_rows, operation.strip_blocks) = (stripRows, stripBlocks)
                let scratch = Scratch(testThreads * ck_channelwise_f32_scratch(&operation))
                operation.scratch = scratch.base
                perform(operation, tasks: ck_channelwise_f32_tasks, ck_channelwise_f32_task)
                withExtendedLifetime(scratch) {}
            }
        }
    }

    @Test(
        "one filter a channel is convolved right, whatever the window",
        arguments: [
            Case(1), Case(3), Case(3, padding: 1), Case(3, stride: 2, padding: 1), Case(5, padding: 2),
            Case(5, stride: 2, padding: 2), Case(7, padding: 3), Case(7, stride: 2, padding: 3), Case(9, padding: 4),
            Case(3, padding: 2, dilation: 2), Case(7, padding: 9, dilation: 3), Case(11, padding: 5),
            Case(31, padding: 15), Case(2, stride: 2), Case(3, stride: 3, padding: 4),
        ])
    func windows(configuration: Case) {
        var configuration = configuration
        configuration.expectAgreement()
        (configuration.height, configuration.width, configuration.channels, configuration.batch) = (31, 15, 16, 1)
        (configuration.stripRows, configuration.stripBlocks) = (100, 1)
        configuration.expectAgreement()
    }

    @Test("sides differ")
    func oblong() {
        var configuration = Case(1)
        (configuration.kernel, configuration.padding) = ((1, 7), (0, 3))
        configuration.expectAgreement()
        (configuration.kernel, configuration.padding, configuration.stride) = ((21, 1), (10, 0), (1, 2))
        configuration.expectAgreement()
    }

    @Test("small groups are convolved right", arguments: [2, 4, 8, 16], [1, 2])
    func groups(group: Int, stride: Int) {
        var configuration = Case(3, stride: stride, padding: 1)
        configuration.group = group
        configuration.channels = group == 16 ? 48 : 40
        configuration.expectAgreement()
        (configuration.dilation, configuration.padding) = ((2, 2), (2, 2))
        configuration.expectAgreement()
        configuration.dilation = (1, 1)
        (configuration.kernel, configuration.padding) = ((5, 2), (2, 0))
        configuration.expectAgreement()
    }

    @Test(
        "an epilogue follows windows and single pixels",
        arguments: Activation.all.filter { $0.kind != CK_ACTIVATION_EXP }, [1, 3])
    func epilogues(activation: Activation, kernel: Int) {
        var configuration = Case(kernel, padding: kernel / 2)
        configuration.activation = activation
        configuration.expectAgreement()
        configuration.isAdded = true
        configuration.expectAgreement()
    }
}

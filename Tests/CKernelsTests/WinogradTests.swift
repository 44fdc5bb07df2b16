import CKernels
import Testing

@Suite struct WinogradTests {
    struct Case: CustomTestStringConvertible {
        var batch, height, width, inputs, outputs: Int
        var padding = (1, 1)
        var activation = Activation.all[0]
        var (isAdded, isFirst) = (false, false)
        var (chunkTiles, chunkPanels) = (7, 2)

        var testDescription: String { "\(self)" }

        init(
            _ batch: Int, _ height: Int, _ width: Int, inputs: Int, outputs: Int, padding: (Int, Int) = (1, 1),
            activation: Activation = Activation.all[0], isAdded: Bool = false, isFirst: Bool = false
        ) {
            (self.batch, self.height, self.width) = (batch, height, width)
            (self.inputs, self.outputs) = (inputs, outputs)
            self.padding = padding
            self.activation = activation
            (self.isAdded, self.isFirst) = (isAdded, isFirst)
        }

        /// G g Gᵀ of each filter, G = [1 0 0; ½ ½ ½; ½ −½ ½; 0 0 1]: `[outputs][16 · inputs]`.
        func transformed(_ weights: Rows) -> Rows {
            let matrix = [[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]]
            let result = Rows(outputs, 16 * inputs)
            for output in 0..<outputs {
                for input in 0..<inputs {
                    for position in 0..<16 {
                        var sum = 0.0
                        for tap in 0..<9 {
                            sum +=
                                matrix[position / 4][tap / 3] * matrix[position % 4][tap % 3]
                                * Double(weights[output, tap * inputs + input])
                        }
                        result[output, position * inputs + input] = Float(sum)
                    }
                }
            }
            return result
        }

        func expectAgreement() {
            let (outputHeight, outputWidth) = (height + 2 * padding.0 - 2, width + 2 * padding.1 - 2)
            let pixels = batch * outputHeight * outputWidth
            let input = Rows(batch * height * width, inputs, stride: Rows.padded(inputs) + 16, seed: 1)
            let (weights, bias) = (Rows(outputs, 9 * inputs, seed: 2), Rows(1, outputs, seed: 3))
            let residual = Rows(pixels, outputs, stride: Rows.padded(outputs) + 16, seed: 4)
            let zeros = Rows(1, Rows.padded(inputs)).map { _ in 0 }
            var exact: [Double] = []
            for pixel in 0..<pixels {
                let (y, x) = (pixel / outputWidth % outputHeight, pixel % outputWidth)
                let sample = pixel / outputWidth / outputHeight
                for output in 0..<outputs {
                    var sum = Double(bias[0, output])
                    for tap in 0..<9 {
                        let (row, column) = (y + tap / 3 - padding.0, x + tap % 3 - padding.1)
                        guard row >= 0, row < height, column >= 0, column < width else { continue }
                        let position = (sample * height + row) * width + column
                        for i in 0..<inputs {
                            sum += Double(input[position, i]) * Double(weights[output, tap * inputs + i])
                        }
                    }
                    let added = isAdded ? Double(residual[pixel, output]) : 0
                    if !isFirst { sum += added }
                    sum = max(activation.exact(sum), -0.5)
                    exact.append(isFirst ? sum + added : sum)
                }
            }
            let filters = transformed(weights)
            // The transforms sum four inputs twice and three products twice; magnitudes are at most 1.
            CKernelsTests.expectAgreement(
                rows: pixels, channels: outputs, exact: exact,
                tolerance: .uniform(2 * 16 * 9 * Double(inputs) * (Double(inputs) + 20).squareRoot() * 0x1p-24)
            ) { set, output in
                let panels = Panels(filters, taps: 16, inputs: inputs, kernels: set.kernels)
                var epilogue = activation.epilogue
                epilogue.lower = -0.5
                if isAdded { epilogue.residual = UnsafePointer(residual.base) }
                epilogue.residual_stride = residual.stride
                epilogue.activation_first = isFirst
                let scratch = Scratch(testThreads * ck_winograd_f32_scratch(Rows.padded(inputs), chunkTiles))
                perform(
                    ck_convolution_3x3_f32(
                        kernels: set.kernels, batch: batch, input_height: height, input_width: width,
                        output_height: outputHeight, output_width: outputWidth, padding_height: padding.0,
                        padding_width: padding.1, input: input.base, input_stride: input.stride, inputs: inputs,
                        zeros: zeros.base, panels: panels.panels.baseAddress, panel_count: panels.panels.count,
                        bias: bias.base, epilogue: epilogue, output: output.base, output_stride: output.stride,
                        chunk_tiles: chunkTiles, chunk_panels: chunkPanels, scratch: scratch.base),
                    tasks: ck_convolution_3x3_f32_tasks, ck_convolution_3x3_f32_task)
                withExtendedLifetime((panels, scratch)) {}
            }
        }
    }

    @Test(
        "Winograd's algorithm is right on odd sizes, with any epilogue",
        arguments: [
            Case(1, 8, 8, inputs: 32, outputs: 32), Case(2, 5, 7, inputs: 21, outputs: 150),
            Case(1, 7, 3, inputs: 17, outputs: 20, padding: (2, 0)),
            Case(1, 6, 6, inputs: 400, outputs: 16, isAdded: true),
            Case(2, 7, 9, inputs: 16, outputs: 70, activation: Activation.all[3]),
            Case(1, 9, 5, inputs: 16, outputs: 40, activation: Activation.all[1], isAdded: true, isFirst: true),
            Case(1, 9, 5, inputs: 16, outputs: 40, activation: Activation.all[3], isAdded: true),
        ])
    func windows(configuration: Case) {
        var configuration = configuration
        configuration.expectAgreement()
        (configuration.chunkTiles, configuration.chunkPanels) = (Int(CK_WINOGRAD_TILES), 100)
        configuration.expectAgreement()
    }
}

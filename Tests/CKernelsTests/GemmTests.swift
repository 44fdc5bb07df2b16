import CKernels
import Testing

@Suite struct GemmTests {
    /// y = epilogue(Σ taps · weights + bias) in double precision, and Σ |terms| of each sum.
    struct Product {
        var pixels, inputs, outputs: Int
        var taps = 1
        var chain = Int(CK_CHAIN)
        /// [taps][pixels], −1: zeros; nil: row p.
        var rows: [Int32]?
        var channels: [Int32]?
        var outputRows: [Int32]?
        var inputStride: Int?
        var activation = Activation.all[0]
        var isScaled = false
        var isAdded = false
        /// Whether the activation comes before the sum with the residual.
        var isFirst = false
        var bounds: ClosedRange<Float> = -.infinity ... .infinity

        func expectAgreement(sourceLocation: SourceLocation = #_sourceLocation) {
            let inputRows = Int(rows?.max() ?? Int32(pixels - 1)) + 1
            let width = Int(channels?.max() ?? Int32(inputs - 1)) + 1
            let input = Rows(inputRows, width, stride: inputStride, seed: 1)
            let weights = Rows(outputs, taps * inputs, seed: 2)
            let (bias, scale) = (Rows(1, outputs, seed: 3), Rows(1, outputs, seed: 4))
            let residual = Rows(pixels, outputs, stride: Rows.padded(outputs) + 32, seed: 5)
            let zeros = Rows(1, max(width, 64)).map { _ in 0 }
            var exact = [Double](repeating: 0, count: pixels * outputs)
            var magnitudes = exact
            for pixel in 0..<pixels {
                let target = outputRows.map { Int($0[pixel]) } ?? pixel
                for output in 0..<outputs {
                    var sum = Double(bias[0, output])
                    var magnitude = abs(sum)
                    for tap in 0..<taps {
                        let row = rows.map { Int($0[tap * pixels + pixel]) } ?? pixel
                        for i in 0..<inputs where row >= 0 {
                            let term =
                                Double(input[row, channels.map { Int($0[i]) } ?? i])
                                * Double(weights[output, tap * inputs + i])
                            sum += term
                            magnitude += abs(term)
                        }
                    }
                    if isScaled { sum *= Double(scale[0, output]) }
                    let added = isAdded ? Double(residual[target, output]) : 0
                    if !isFirst { sum += added }
                    // No activation but exp is steeper than 1.75.
                    let steepness = activation.kind == CK_ACTIVATION_EXP ? 2 * activation.exact(sum) : 1.75
                    sum = min(max(activation.exact(sum), Double(bounds.lowerBound)), Double(bounds.upperBound))
                    if isFirst { sum += added }
                    exact[target * outputs + output] = sum
                    magnitudes[target * outputs + output] =
                        (magnitude + 1) * Double(taps * inputs + 3) * 0x1p-24 * steepness
                        + activation.tolerance(sum)
                }
            }
            withExtendedLifetime((input, bias, scale, residual, zeros)) {
                CKernelsTests.expectAgreement(
                    rows: pixels, channels: outputs, exact: exact, tolerance: .each(magnitudes),
                    sourceLocation: sourceLocation
                ) { set, output in
                    let panels = Panels(weights, taps: taps, inputs: inputs, kernels: set.kernels)
                    var epilogue = activation.epilogue
                    if isScaled { epilogue.scale = UnsafePointer(scale.base) }
                    if isAdded { epilogue.residual = UnsafePointer(residual.base) }
                    epilogue.residual_stride = residual.stride
                    epilogue.activation_first = isFirst
                    (epilogue.lower, epilogue.upper) = (bounds.lowerBound, bounds.upperBound)
                    withTable(rows) { rows in
                        withTable(channels) { channels in
                            withTable(outputRows) { outputRows in
                                perform(
                                    ck_gemm_f32(
                                        kernels: set.kernels, input: input.base, input_stride: input.stride,
                                        zeros: zeros.base, geometry: ck_window_geometry(), rows: rows,
                                        channels: channels, taps: taps, panels: panels.panels.baseAddress,
                                        panel_count: panels.panels.count, bias: bias.base, epilogue: epilogue,
                                        output: output.base, output_stride: output.stride, output_rows: outputRows,
                                        pixels: pixels, chunk_pixels: 13, chain: chain, input_scale: nil,
                                        scale_pixels: 0, scale_stride: 0, scratch: nil), tasks: ck_gemm_f32_tasks,
                                    ck_gemm_f32_task)
                            }
                        }
                    }
                    withExtendedLifetime(panels) {}
                }
            }
        }
    }

    @Test(
        "a linear layer is right for any numbers of rows, inputs and outputs",
        arguments: [(1, 1, 1), (5, 17, 33), (14, 64, 100), (29, 600, 40), (49, 33, 16), (3, 1153, 70)])
    func linear(rows: Int, inputs: Int, outputs: Int) {
        Product(pixels: rows, inputs: inputs, outputs: outputs).expectAgreement()
    }

    @Test("a sum of short chains is right", arguments: [(1, 31), (1, 33), (3, 700)], [1, 4])
    func shortChains(size: (rows: Int, inputs: Int), taps: Int) {
        var product = Product(pixels: size.rows, inputs: size.inputs, outputs: 70, taps: taps)
        product.rows = taps == 1 ? nil : (0..<taps * size.rows).map { Int32($0) }
        product.chain = Int(CK_SINGLE_ROW_CHAIN)
        product.expectAgreement()
    }

    @Test("an epilogue scales, activates, adds and bounds in either order", arguments: Activation.all, [false, true])
    func epilogues(activation: Activation, isFirst: Bool) {
        var product = Product(pixels: 9, inputs: 7, outputs: 37, activation: activation, isFirst: isFirst)
        product.expectAgreement()
        product.isScaled = true
        product.expectAgreement()
        product.isAdded = true
        product.bounds = -0.5...0.75
        product.expectAgreement()
    }

    @Test("an epilogue follows the last span of a long sum")
    func epilogueOfLongSum() {
        Product(
            pixels: 5, inputs: 700, outputs: 19, activation: Activation.all[5], isScaled: true, isAdded: true
        ).expectAgreement()
    }

    @Test("a table says which input rows a row sums, which of them are zeros, and where it goes", arguments: [1, 4])
    func rowMaps(taps: Int) {
        let pixels = 23
        var product = Product(pixels: pixels, inputs: 21, outputs: 50, taps: taps)
        product.rows = (0..<taps * pixels).map { (index: Int) -> Int32 in index % 5 == 3 ? -1 : Int32(index * 7 % 31) }
        product.expectAgreement()
        product.outputRows = (0..<pixels).map { Int32($0 * 6 % pixels) }
        product.isAdded = true
        product.expectAgreement()
        product.activation = Activation.all[3]
        product.inputs = 700
        product.inputStride = 720
        product.expectAgreement()
    }

    @Test("a list says where the input channels lie", arguments: [10, 58, 700])
    func channelLists(inputs: Int) {
        var product = Product(pixels: 19, inputs: inputs, outputs: 58)
        product.channels = (0..<inputs).map { Int32($0 % 2 * inputs + $0 / 2) }
        product.expectAgreement()
        product.rows = (0..<19).map { Int32(18 - $0) }
        product.rows?[4] = -1
        product.expectAgreement()
    }
}

/// Calls `body` with the table's address, or nil.
func withTable<Result>(_ table: [Int32]?, _ body: (UnsafePointer<Int32>?) -> Result) -> Result {
    guard let table else { return body(nil) }
    return table.withUnsafeBufferPointer { body($0.baseAddress) }
}

import ModelGraph

extension Operation.Conv2d: OperationImplementation {
    /// For blocks of output positions, the window of each is laid out as a row, and the rows are multiplied by the
    /// filters: each output is one sum over input channels, then kernel rows, then kernel columns.
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let (input, kernel) = (operands.inputs[0].shape, operands.weights[0].shape)
        let windows = ConvolutionWindows(geometry, input: input, kernel: kernel, output: operands.shape)
        guard let weights = operands.weights[0].elements.baseAddress else { return }
        let bias = operands.weights.count > 1 ? operands.weights[1].elements.baseAddress : nil
        let (groups, outputs) = (geometry.groups, kernel[0] / geometry.groups)
        if kernel[1] == 1, outputs == 1 { return windows.evaluateDepthwise(operands, weights, bias, into: &output) }
        let inner = kernel[1] * kernel[2] * kernel[3]
        let products = (0..<groups).map { group in
            ReferenceProduct(
                weights + group * outputs * inner, columns: outputs, inner: inner, rowStride: inner,
                pool: operands.pool)
        }
        let area = operands.shape[2] * operands.shape[3]
        let block = max(8, min(64, 1 << 16 / max(1, inner) / 8 * 8))
        let blocks = (area + block - 1) / block
        operands.withInput(&output) { source, target in
            nonisolated(unsafe) let (source, target, bias) = (source, target, bias)
            operands.pool.perform(input[0] * groups * blocks) { task in
                let (plane, index) = task.quotientAndRemainder(dividingBy: blocks)
                let (sample, group) = plane.quotientAndRemainder(dividingBy: groups)
                let positions = index * block..<min(area, (index + 1) * block)
                let image = source + (sample * input[1] + group * kernel[1]) * input[2] * input[3]
                withUnsafeTemporaryAllocation(of: Double.self, capacity: positions.count * inner) { rows in
                    guard let rows = rows.baseAddress else { return }
                    for position in positions {
                        windows.copy(position, of: image, to: rows + (position - positions.lowerBound) * inner)
                    }
                    products[group].multiply(
                        rows, rows: positions.count, leftStride: inner, bias: bias.map { $0 + group * outputs },
                        into: target + (sample * groups + group) * outputs * area + positions.lowerBound,
                        resultStride: 1, columnStride: area)
                }
            }
        }
    }
}

extension Operation.Conv2d {
    func absorbs(_ epilogue: Epilogue, after others: [Epilogue]) -> Bool {
        if case .scale(_, let axis) = epilogue, axis != -3 { return false }
        return epilogue.follows(others)
    }

    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws { try plan.lower(self, step) }
}

/// The windows of one convolution.
private struct ConvolutionWindows {
    let geometry: Conv2dGeometry
    let inputs, height, width: Int
    let kernelHeight, kernelWidth, outputHeight, outputWidth: Int

    init(_ geometry: Conv2dGeometry, input: [Int], kernel: [Int], output: [Int]) {
        self.geometry = geometry
        (inputs, kernelHeight, kernelWidth) = (kernel[1], kernel[2], kernel[3])
        (height, width, outputHeight, outputWidth) = (input[2], input[3], output[2], output[3])
    }

    /// Copies the window of an output position: `[inputs, kh, kw]`, zeros in the padding.
    func copy(_ position: Int, of image: UnsafePointer<Double>, to row: UnsafeMutablePointer<Double>) {
        let (y, x) = position.quotientAndRemainder(dividingBy: outputWidth)
        let (top, left) = (
            y * geometry.stride.height - geometry.padding.height, x * geometry.stride.width - geometry.padding.width
        )
        var next = row
        for channel in 0..<inputs {
            let plane = image + channel * height * width
            for tapY in 0..<kernelHeight {
                let sourceY = top + tapY * geometry.dilation.height
                let isInside = 0..<height ~= sourceY
                for tapX in 0..<kernelWidth {
                    let sourceX = left + tapX * geometry.dilation.width
                    next[tapX] = isInside && 0..<width ~= sourceX ? plane[sourceY * width + sourceX] : 0
                }
                next += kernelWidth
            }
        }
    }

    /// One filter a channel: for each row and tap, a scaled input row is added.
    func evaluateDepthwise(
        _ operands: ReferenceOperands, _ weights: UnsafePointer<Double>, _ bias: UnsafePointer<Double>?,
        into output: inout [Double]
    ) {
        let channels = operands.shape[1]
        operands.withInput(&output) { source, target in
            nonisolated(unsafe) let (source, target, weights, bias) = (source, target, weights, bias)
            operands.pool.perform(operands.shape[0] * channels) { plane in
                let channel = plane % channels
                let target = target + plane * outputHeight * outputWidth
                target.update(repeating: bias?[channel] ?? 0, count: outputHeight * outputWidth)
                for y in 0..<outputHeight {
                    addTaps(
                        to: target + y * outputWidth, row: y, plane: source + plane * height * width,
                        kernel: weights + channel * kernelHeight * kernelWidth)
                }
            }
        }
    }

    private func addTaps(
        to target: UnsafeMutablePointer<Double>, row: Int, plane: UnsafePointer<Double>, kernel: UnsafePointer<Double>
    ) {
        let stride = geometry.stride.width
        for tapY in 0..<kernelHeight {
            let y = row * geometry.stride.height - geometry.padding.height + tapY * geometry.dilation.height
            guard 0..<height ~= y else { continue }
            let source = plane + y * width
            for tapX in 0..<kernelWidth {
                let weight = kernel[tapY * kernelWidth + tapX]
                let shift = tapX * geometry.dilation.width - geometry.padding.width
                // 0 ≤ x · stride + shift < width
                let first = shift < 0 ? (-shift + stride - 1) / stride : 0
                let end = min(outputWidth, (width - shift + stride - 1) / stride)
                guard first < end else { continue }
                for x in first..<end { target[x] += weight * source[x * stride + shift] }
            }
        }
    }
}

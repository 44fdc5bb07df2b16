import ModelGraph
import TensorCore

extension ReferenceOperation {
    /// 2-D convolution: for each output row, kernel tap and input channel, one scaled input row is added.
    func convolve(_ geometry: Conv2dGeometry, into output: inout [Double]) {
        let extents = ConvolutionExtents(geometry, input: inputs[0].shape, kernel: weights[0].shape, output: node.shape)
        nonisolated(unsafe) let kernel = weights[0].elements
        nonisolated(unsafe) let bias = weights.count > 1 ? weights[1].elements : nil
        inputs[0].scalars.withUnsafeBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                guard let input = input.baseAddress, let output = output.baseAddress else { return }
                nonisolated(unsafe) let (source, target) = (input, output)
                pool.perform(extents.batch * extents.outputs) { plane in
                    let (sample, channel) = plane.quotientAndRemainder(dividingBy: extents.outputs)
                    let target = target + plane * extents.outputArea
                    target.update(repeating: bias?[channel] ?? 0, count: extents.outputArea)
                    for row in 0..<extents.outputHeight {
                        extents.addTaps(
                            to: target + row * extents.outputWidth, row: row, channel: channel,
                            input: source + sample * extents.inputs * extents.inputArea, kernel: kernel)
                    }
                }
            }
        }
    }
}

/// The extents of one convolution.
private struct ConvolutionExtents {
    let batch, inputs, inputHeight, inputWidth: Int
    let outputs, outputHeight, outputWidth: Int
    let inputsPerGroup, outputsPerGroup, kernelHeight, kernelWidth: Int
    let geometry: Conv2dGeometry

    var inputArea: Int { inputHeight * inputWidth }
    var outputArea: Int { outputHeight * outputWidth }

    init(_ geometry: Conv2dGeometry, input: [Int], kernel: [Int], output: [Int]) {
        self.geometry = geometry
        (batch, inputs, outputs) = (input[0], input[1], output[1])
        (inputsPerGroup, outputsPerGroup) = (kernel[1], kernel[0] / geometry.groups)
        (kernelHeight, kernelWidth) = (kernel[2], kernel[3])
        if kernel[2] == 1, kernel[3] == 1, geometry.stride == .square(1), geometry.padding == .square(0) {
            // Positions are independent: one long row is the same convolution.
            (inputHeight, inputWidth) = (1, input[2] * input[3])
            (outputHeight, outputWidth) = (1, output[2] * output[3])
        } else {
            (inputHeight, inputWidth) = (input[2], input[3])
            (outputHeight, outputWidth) = (output[2], output[3])
        }
    }

    /// Adds to one output row what all taps of all input channels give; taps in the padding give nothing.
    func addTaps(
        to target: UnsafeMutablePointer<Double>, row: Int, channel: Int,
        input: UnsafePointer<Double>, kernel: UnsafeBufferPointer<Double>
    ) {
        let (stride, firstInput) = (geometry.stride.width, channel / outputsPerGroup * inputsPerGroup)
        for index in 0..<inputsPerGroup {
            for tapY in 0..<kernelHeight {
                let y = row * geometry.stride.height - geometry.padding.height + tapY * geometry.dilation.height
                guard (0..<inputHeight).contains(y) else { continue }
                let source = input + (firstInput + index) * inputArea + y * inputWidth
                for tapX in 0..<kernelWidth {
                    let weight = kernel[((channel * inputsPerGroup + index) * kernelHeight + tapY) * kernelWidth + tapX]
                    let shift = tapX * geometry.dilation.width - geometry.padding.width
                    // 0 ≤ x · stride + shift < inputWidth
                    let first = shift < 0 ? (-shift + stride - 1) / stride : 0
                    let end = min(outputWidth, (inputWidth - shift + stride - 1) / stride)
                    guard first < end else { continue }
                    if stride == 1 {
                        addScaled(source + first + shift, weight, to: target + first, count: end - first)
                    } else {
                        for x in first..<end { target[x] += weight * source[x * stride + shift] }
                    }
                }
            }
        }
    }
}

/// target[i] += factor · source[i]
private func addScaled(
    _ source: UnsafePointer<Double>, _ factor: Double, to target: UnsafeMutablePointer<Double>, count: Int
) {
    for index in 0..<count { target[index] += factor * source[index] }
}

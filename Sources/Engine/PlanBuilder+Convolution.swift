import CKernels
import ModelGraph

extension PlanBuilder {
    /// A convolution, or a linear layer as the convolution of a row of pixels.
    mutating func append(_ filters: Filters, _ geometry: Conv2dGeometry, _ layer: FusedLayer) {
        let input = layout(layer.inputs[0])
        append(
            packing: filters, window: windowGeometry(geometry, kernel: filters.kernel, input: input, layer),
            input: UnsafePointer(address(layer.inputs[0])), inputStride: input.stride, layer)
    }

    /// A stem: first its input is laid out with padding, then that is convolved.
    mutating func appendStem(_ stem: StemGeometry, _ filters: Filters, _ layer: FusedLayer, at index: Int) {
        let padding = stem.geometry.padding
        let padded = arena.base + placement.stemOffset(ofLayer: index)
        append(
            interleaving: ck_interleave_f32(
                input: nil, batch: stem.input.batch, channels: stem.input.channels, height: stem.input.height,
                width: stem.input.width, top: padding.height, bottom: padding.height, left: padding.width,
                right: padding.width, output: padded, stride: stem.input.channels))
        var window = windowGeometry(stem.geometry, kernel: stem.kernel, input: stem.input, layer)
        (window.input_height, window.input_width) = (stem.paddedHeight, stem.paddedWidth)
        (window.padding_height, window.padding_width, window.kernel_width) = (0, 0, 1)
        append(
            packing: stem.rearranged(filters), window: window, input: UnsafePointer(padded),
            inputStride: stem.input.channels, layer)
    }

    private mutating func append(
        packing filters: Filters, window: ck_window_geometry, input: UnsafePointer<Float>, inputStride: Int,
        _ layer: FusedLayer
    ) {
        let packed = PackedFilters(filters, panelBlocksLimit: ck_panel_blocks_limit(kernels))
        let output = layout(layer.output)
        let bounds = bounds(layer)
        let operation = ck_convolution_f32(
            kernels: kernels, geometry: window, input: input, input_stride: inputStride, zeros: zeros.base,
            panels: UnsafePointer(packed.panels.baseAddress), panel_count: packed.panels.count, bias: packed.bias.base,
            residual: layer.residual.map { UnsafePointer(address($0)) }, output: address(layer.output),
            output_stride: output.stride, pixels: output.pixels,
            chunk_pixels: chunk(output.pixels, tasksPerUnit: packed.panels.count, multipleOf: 12),
            lower: bounds.lowerBound, upper: bounds.upperBound)
        append(
            PlanStep(
                operation, tasks: ck_convolution_f32_tasks, ck_convolution_f32_task, owners: [packed, zeros]),
            packedBytes: packed.bytes)
    }

    mutating func append(_ winograd: WinogradGeometry, _ filters: Filters, _ layer: FusedLayer) {
        let packed = PackedFilters(
            WinogradGeometry.transformed(filters), panelBlocksLimit: ck_panel_blocks_limit(kernels))
        let (input, output, padding) = (winograd.input, winograd.output, winograd.geometry.padding)
        let bounds = bounds(layer)
        let operation = ck_winograd_f32(
            kernels: kernels, batch: input.batch, input_height: input.height, input_width: input.width,
            output_height: output.height, output_width: output.width, padding_height: padding.height,
            padding_width: padding.width, input: address(layer.inputs[0]), input_stride: input.stride,
            zeros: zeros.base, panels: UnsafePointer(packed.panels.baseAddress), panel_count: packed.panels.count,
            bias: packed.bias.base, residual: layer.residual.map { UnsafePointer(address($0)) },
            output: address(layer.output), output_stride: output.stride,
            chunk_tiles: winograd.chunk(threads: threads), scratch: scratch.base, lower: bounds.lowerBound,
            upper: bounds.upperBound)
        append(
            PlanStep(
                operation, tasks: ck_winograd_f32_tasks, ck_winograd_f32_task, owners: [packed, zeros, scratch]),
            packedBytes: packed.bytes)
    }

    mutating func append(depthwise filters: Filters, _ geometry: Conv2dGeometry, _ layer: FusedLayer) {
        let input = layout(layer.inputs[0])
        let weights = AlignedBuffer(count: filters.taps * input.stride)
        let bias = AlignedBuffer(count: input.stride)
        for channel in 0..<filters.outputs {
            bias.base[channel] = filters.bias[channel]
            for tap in 0..<filters.taps {
                weights.base[tap * input.stride + channel] = filters.weights[channel * filters.taps + tap]
            }
        }
        let bounds = bounds(layer)
        let operation = ck_depthwise_f32(
            kernels: kernels, geometry: windowGeometry(geometry, kernel: filters.kernel, input: input, layer),
            input: address(layer.inputs[0]), zeros: zeros.base, weights: weights.base, bias: bias.base,
            output: address(layer.output), stride: input.stride, batch: input.batch, lower: bounds.lowerBound,
            upper: bounds.upperBound)
        append(
            PlanStep(
                operation, tasks: ck_depthwise_f32_tasks, ck_depthwise_f32_task, owners: [weights, bias, zeros]),
            packedBytes: weights.bytes + bias.bytes)
    }

    private func windowGeometry(
        _ geometry: Conv2dGeometry, kernel: Extent2d, input: FeatureLayout, _ layer: FusedLayer
    ) -> ck_window_geometry {
        let output = layout(layer.output)
        return ck_window_geometry(
            input_height: input.height, input_width: input.width, output_height: output.height,
            output_width: output.width, kernel_height: kernel.height, kernel_width: kernel.width,
            stride_height: geometry.stride.height, stride_width: geometry.stride.width,
            padding_height: geometry.padding.height, padding_width: geometry.padding.width,
            dilation_height: geometry.dilation.height, dilation_width: geometry.dilation.width)
    }
}

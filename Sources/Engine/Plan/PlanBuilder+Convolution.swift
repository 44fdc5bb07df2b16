import CKernels
import ModelGraph

/// A feature map as rows of channels: N · H · W pixels.
struct MapView: Equatable {
    let batch, height, width: Int
    let rows: RowView

    var channels: Int { rows.channels }
}

extension PlanBuilder {
    /// `[N, C, H, W]` as pixels.
    mutating func map(of value: Value) -> MapView {
        let shape = shape(of: value)
        return MapView(batch: shape[0], height: shape[2], width: shape[3], rows: rows(of: value, axis: 1))
    }

    /// A feature map `[N, C, H, W]`, its channels innermost, as the value of the step: a new one, or its place in a
    /// concatenation.
    mutating func outputMap(of step: FusedStep) -> (view: ValueView, map: MapView) {
        let view = partOfConcatenation(step.output) ?? allocate(step.shape, order: [0, 2, 3, 1])
        define(step.output, view)
        let map = MapView(
            batch: step.shape[0], height: step.shape[2], width: step.shape[3],
            rows: RowView(
                buffer: view.buffer, offset: view.offset, count: step.shape[0] * step.shape[2] * step.shape[3],
                stride: view.strides[3], channels: step.shape[1]))
        return (view, map)
    }

    mutating func lower(_ operation: Operation.Conv2d, _ step: FusedStep) throws {
        if let stem = graph.stem(of: step) { return appendStem(stem, try filters(of: step), step) }
        let filters = graph.filterShape(of: step)
        let geometry = operation.geometry
        if filters.kernel == .square(1), geometry == Conv2dGeometry(), let list = list(of: step.inputs[0]) {
            let (view, output) = outputMap(of: step)
            return append(
                try packedFilters(of: step), window: .none, input: list.rows, channels: list.channels,
                output: output.rows, ending(of: step, output: view, axis: 1))
        }
        let input = map(of: step.inputs[0])
        let (view, output) = outputMap(of: step)
        let ending = ending(of: step, output: view, axis: 1)
        if filters.isChannelwise(inputs: input.channels) {
            appendDepthwise(try self.filters(of: step), geometry, input, output, ending)
        } else if let winograd = WinogradGeometry(geometry, kernel: filters.kernel, input: input, output: step.shape) {
            append(winograd, try packedFilters(of: step, isTransformed: true), input, output, ending)
        } else {
            append(
                try packedFilters(of: step), window: windowGeometry(geometry, kernel: filters.kernel, input, output),
                input: input.rows, output: output.rows, ending)
        }
    }

    /// A 1 × 1 convolution of a map that a gate scales.
    mutating func lowerGated(_ map: Value, _ gate: Value, _ step: FusedStep) throws {
        let input = self.map(of: map)
        let scales = rows(of: gate, axis: 1)
        let (view, output) = outputMap(of: step)
        append(
            try packedFilters(of: step), window: .none, input: input.rows,
            scale: (rows: scales, pixels: input.height * input.width), output: output.rows,
            ending(of: step, output: view, axis: 1))
    }

    /// A linear layer: the product of each row.
    mutating func lowerLinear(_ step: FusedStep) throws {
        let filters = try packedFilters(of: step)
        let axis = step.shape.count - 1
        let input = mappedRows(of: step.inputs[0])
        let view = allocate(step.shape)
        define(step.output, view)
        let ending = ending(of: step, output: view, axis: axis)
        append(filters, window: .none, input: input.rows, map: input.map, output: rows(of: view, axis: axis), ending)
    }

    /// A linear layer whose row i is added to row `targets[i]` of the other operand of `sum`.
    /// - Parameter added: the operand of `sum` that comes from the layer.
    mutating func lowerScattered(
        _ product: FusedStep, _ targets: [Int32], _ added: Value?, _ sum: FusedStep
    ) throws {
        let filters = try packedFilters(of: product)
        let axis = sum.shape.count - 1
        let input = mappedRows(of: product.inputs[0])
        let view = allocate(sum.shape)
        define(sum.output, view)
        var ending = StepEnding()
        let other = sum.inputs[0] == added ? sum.inputs[1] : sum.inputs[0]
        ending.residual = alikeRows(other, to: view, axis: axis)
        append(
            filters, window: .none, input: input.rows, map: input.map, output: rows(of: view, axis: axis),
            outputRows: RowTable(targets), ending)
    }

    /// The map with a row stride of whole blocks, copied together where it does not lie so.
    mutating func wholeRows(_ map: MapView) -> MapView {
        MapView(batch: map.batch, height: map.height, width: map.width, rows: wholeRows(map.rows))
    }

    /// The rows with a stride of whole blocks, copied together where they do not lie so.
    mutating func wholeRows(_ rows: RowView) -> RowView {
        if rows.stride == ValueView.padded(rows.channels) { return rows }
        let view = ValueView(
            buffer: rows.buffer, offset: rows.offset, shape: [rows.count, rows.channels], strides: [rows.stride, 1])
        return self.rows(of: appendCopy(of: view), axis: 1)
    }

    /// First the input is laid out with padding, then that is convolved.
    private mutating func appendStem(_ stem: StemGeometry, _ filters: Filters, _ step: FusedStep) {
        let input = stemInput(stem)
        let (view, output) = outputMap(of: step)
        append(
            packed(stem.rearranged(filters)), window: windowGeometry(stem, input, output), input: input.rows,
            output: output.rows, ending(of: step, output: view, axis: 1))
    }

    /// The graph's input laid out with padding, its rows as long as what a row of the kernel sees.
    mutating func stemInput(_ stem: StemGeometry) -> MapView {
        let padded = buffer(stem.count)
        append(reads: [], writes: [padded]) { memory in
            PlanStep(
                ck_interleave_f32(
                    input: nil, batch: stem.batch, channels: stem.channels, height: stem.height, width: stem.width,
                    top: stem.geometry.padding.height, bottom: stem.bottom, left: stem.geometry.padding.width,
                    right: stem.right, output: memory.address(padded), stride: stem.channels),
                tasks: ck_interleave_f32_tasks, ck_interleave_f32_task)
        }
        return MapView(
            batch: stem.batch, height: stem.paddedHeight, width: stem.paddedWidth,
            rows: RowView(
                buffer: padded, offset: 0, count: stem.batch * stem.paddedHeight * stem.paddedWidth,
                stride: stem.channels, channels: stem.channels * stem.kernel.width))
    }

    /// The windows of a stem on `stemInput`, which has the padding and the columns of a kernel's row.
    func windowGeometry(_ stem: StemGeometry, _ input: MapView, _ output: MapView) -> ck_window_geometry {
        var window = windowGeometry(stem.geometry, kernel: stem.kernel, input, output)
        (window.padding_height, window.padding_width, window.kernel_width) = (0, 0, 1)
        return window
    }

    /// - Parameters:
    ///   - map: the input row of each output row; nil for what `window` says.
    ///   - channels: where each input channel lies in its row; nil: side by side.
    ///   - scale: what multiplies the input's channels, one row per so many pixels.
    ///   - outputRows: the row of the output that each row is; nil: its own.
    private mutating func append(
        _ packed: PackedFilters, window: ck_window_geometry, input: RowView, map: RowTable? = nil,
        channels: RowTable? = nil,
        scale: (rows: RowView, pixels: Int)? = nil, output: RowView, outputRows: RowTable? = nil, _ ending: StepEnding
    ) {
        needZeros(input.stride + packed.shape.inputsPerGroup * packed.shape.groups)
        if scale != nil { needScratch(Int(CK_SCALED_ROWS) * ValueView.padded(input.channels)) }
        let (shape, panels) = (packed.shape, packed.panels.count)
        let chunk = productChunk(
            output.count,
            inputBytes: panels > shape.groups ? shape.inputsPerGroup * MemoryLayout<Float>.stride : 0,
            weightBytes: packed.bytes, panels: panels)
        let taps = packed.shape.taps
        let chain = Int(output.count > graph.batch ? CK_CHAIN : CK_SINGLE_ROW_CHAIN)
        append(
            reads: [input.buffer] + ending.reads + (scale.map { [$0.rows.buffer] } ?? []), writes: [output.buffer],
            packedBytes: packed.bytes
        ) { [kernels] memory in
            var operation = ck_gemm_f32()
            operation.kernels = kernels
            operation.input = UnsafePointer(memory.address(input))
            operation.input_stride = input.stride
            operation.zeros = UnsafePointer(memory.zeros.base)
            operation.geometry = window
            operation.rows = map.map { UnsafePointer($0.base) }
            operation.channels = channels.map { UnsafePointer($0.base) }
            operation.taps = taps
            operation.panels = UnsafePointer(packed.panels.baseAddress)
            operation.panel_count = packed.panels.count
            operation.bias = UnsafePointer(packed.bias.base)
            operation.epilogue = ending.epilogue(memory)
            operation.output = memory.address(output)
            operation.output_stride = output.stride
            operation.output_rows = outputRows.map { UnsafePointer($0.base) }
            operation.pixels = output.count
            operation.chunk_pixels = chunk
            operation.chain = chain
            if let scale {
                operation.input_scale = UnsafePointer(memory.address(scale.rows))
                (operation.scale_pixels, operation.scale_stride) = (scale.pixels, scale.rows.stride)
            }
            operation.scratch = memory.scratch.base
            return PlanStep(
                operation, tasks: ck_gemm_f32_tasks, ck_gemm_f32_task,
                owners: [packed, memory.zeros, memory.scratch] + [map, channels, outputRows].compactMap { $0 })
        }
    }

    private mutating func append(
        _ winograd: WinogradGeometry, _ packed: PackedFilters, _ input: MapView, _ output: MapView, _ ending: StepEnding
    ) {
        let padding = winograd.geometry.padding
        let stride = ValueView.padded(input.channels)
        needZeros(max(stride, 64))
        let chunk = winograd.chunk(threads: threads, panels: packed.panels.count)
        needScratch(ck_winograd_f32_scratch(stride, chunk.tiles))
        append(
            reads: [input.rows.buffer] + ending.reads, writes: [output.rows.buffer], packedBytes: packed.bytes
        ) { [kernels] memory in
            var operation = ck_convolution_3x3_f32()
            operation.kernels = kernels
            operation.batch = input.batch
            (operation.input_height, operation.input_width) = (input.height, input.width)
            (operation.output_height, operation.output_width) = (output.height, output.width)
            (operation.padding_height, operation.padding_width) = (padding.height, padding.width)
            operation.input = UnsafePointer(memory.address(input.rows))
            (operation.input_stride, operation.inputs) = (input.rows.stride, input.channels)
            operation.zeros = UnsafePointer(memory.zeros.base)
            operation.panels = UnsafePointer(packed.panels.baseAddress)
            operation.panel_count = packed.panels.count
            operation.bias = UnsafePointer(packed.bias.base)
            operation.epilogue = ending.epilogue(memory)
            operation.output = memory.address(output.rows)
            operation.output_stride = output.rows.stride
            (operation.chunk_tiles, operation.chunk_panels) = chunk
            operation.scratch = memory.scratch.base
            return PlanStep(
                operation, tasks: ck_convolution_3x3_f32_tasks, ck_convolution_3x3_f32_task,
                owners: [packed, memory.zeros, memory.scratch])
        }
    }

    mutating func appendDepthwise(
        _ filters: Filters, _ geometry: Conv2dGeometry, _ input: MapView, _ output: MapView, _ ending: StepEnding
    ) {
        let stride = ValueView.padded(input.channels)
        let (weights, bias) = depthwiseWeights(filters)
        var operation = ck_channelwise_f32()
        operation.kernels = kernels
        operation.geometry = windowGeometry(geometry, kernel: filters.shape.kernel, input, output)
        operation.input_stride = input.rows.stride
        operation.group = filters.shape.inputsPerGroup
        operation.output_stride = output.rows.stride
        operation.channels = input.channels
        operation.batch = input.batch
        let blocks = stride / Int(CK_BLOCK)
        if filters.shape.taps == 1 {
            (operation.strip_rows, operation.strip_blocks) = (chunk(output.height), blocks)
        } else {
            // At most 8 rows, and as many strips for each thread: it keeps the rows that it had in the layer before.
            let strips = threads * ((output.height + 8 * threads - 1) / (8 * threads))
            operation.strip_rows = (output.height + strips - 1) / strips
            operation.strip_blocks = max(1, blocks / max(1, 8 / max(1, output.height / 8)))
        }
        needScratch(ck_channelwise_f32_scratch(&operation))
        let shape = operation
        append(
            reads: [input.rows.buffer] + ending.reads, writes: [output.rows.buffer],
            packedBytes: weights.bytes + bias.bytes
        ) { memory in
            var operation = shape
            operation.input = UnsafePointer(memory.address(input.rows))
            operation.weights = UnsafePointer(weights.base)
            operation.bias = UnsafePointer(bias.base)
            operation.epilogue = ending.epilogue(memory)
            operation.output = memory.address(output.rows)
            operation.scratch = memory.scratch.base
            return PlanStep(
                operation, tasks: ck_channelwise_f32_tasks, ck_channelwise_f32_task,
                owners: [weights, bias, memory.scratch])
        }
    }

    /// The filters as `[taps, inputs of a group, channels]` and their biases, channels padded to whole blocks.
    func depthwiseWeights(_ filters: Filters) -> (weights: AlignedBuffer, bias: AlignedBuffer) {
        let (channels, taps, group) = (filters.shape.outputs, filters.shape.taps, filters.shape.inputsPerGroup)
        let stride = ValueView.padded(channels)
        let (weights, bias) = (AlignedBuffer(count: taps * group * stride), AlignedBuffer(count: stride))
        for channel in 0..<channels {
            bias.base[channel] = filters.bias[channel]
            for input in 0..<group {
                for tap in 0..<taps {
                    weights.base[(tap * group + input) * stride + channel] =
                        filters.weights[(channel * group + input) * taps + tap]
                }
            }
        }
        return (weights, bias)
    }

    func windowGeometry(
        _ geometry: Conv2dGeometry, kernel: Extent2d, _ input: MapView, _ output: MapView
    ) -> ck_window_geometry {
        ck_window_geometry(
            input_height: input.height, input_width: input.width, output_height: output.height,
            output_width: output.width, kernel_height: kernel.height, kernel_width: kernel.width,
            stride_height: geometry.stride.height, stride_width: geometry.stride.width,
            padding_height: geometry.padding.height, padding_width: geometry.padding.width,
            dilation_height: geometry.dilation.height, dilation_width: geometry.dilation.width)
    }
}

extension ck_window_geometry {
    /// No windows: each output row has one input row.
    static var none: ck_window_geometry { ck_window_geometry() }
}

/// A convolution of the graph's input, which has few channels.
///
/// The input is laid out without channel padding and with the spatial padding written out, so that the taps of
/// one kernel row lie side by side: to the kernel they are the input channels of a single tap.
struct StemGeometry: Equatable {
    let batch, channels, height, width: Int
    let geometry: Conv2dGeometry
    let kernel: Extent2d
    /// Rows and columns that the windows reach beyond the input.
    let bottom, right: Int

    /// nil if the convolution is better computed otherwise.
    /// - Parameters:
    ///   - geometry: its padding is that on top and on the left.
    ///   - input: `[N, C, H, W]`, as `output`.
    init?(_ geometry: Conv2dGeometry, _ filters: FilterShape, input: [Int], output: [Int]) {
        guard geometry.groups == 1, geometry.dilation.width == 1, input.count == 4, input[1] <= 8 else { return nil }
        (batch, channels, height, width) = (input[0], input[1], input[2], input[3])
        kernel = filters.kernel
        self.geometry = geometry
        let rows = (output[2] - 1) * geometry.stride.height + geometry.dilation.height * (kernel.height - 1) + 1
        let columns = (output[3] - 1) * geometry.stride.width + kernel.width
        bottom = max(0, rows - height - geometry.padding.height)
        right = max(0, columns - width - geometry.padding.width)
    }

    var paddedHeight: Int { height + geometry.padding.height + bottom }
    var paddedWidth: Int { width + geometry.padding.width + right }
    /// Floats of the padded input.
    var count: Int { batch * paddedHeight * paddedWidth * channels }

    /// The filters with the taps of a kernel row as input channels: `[outputs, kw · C, kh]`.
    func rearranged(_ filters: Filters) -> Filters {
        let (width, height) = (kernel.width, kernel.height)
        var weights = [Float](repeating: 0, count: filters.weights.count)
        for output in 0..<filters.shape.outputs {
            for channel in 0..<channels {
                for y in 0..<height {
                    for x in 0..<width {
                        let source = ((output * channels + channel) * height + y) * width + x
                        weights[(output * width * channels + x * channels + channel) * height + y] =
                            filters.weights[source]
                    }
                }
            }
        }
        return Filters(
            shape: FilterShape(
                outputs: filters.shape.outputs, inputsPerGroup: width * channels, groups: 1,
                kernel: Extent2d(height: height, width: 1)),
            weights: weights, bias: filters.bias)
    }
}

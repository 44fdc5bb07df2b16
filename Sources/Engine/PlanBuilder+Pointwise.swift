import CKernels
import ModelGraph

extension PlanBuilder {
    /// The graph's input in the layout of feature maps.
    mutating func appendInput(_ layer: FusedLayer) {
        let layout = layout(layer.output)
        append(
            interleaving: ck_interleave_f32(
                input: nil, batch: layout.batch, channels: layout.channels, height: layout.height, width: layout.width,
                top: 0, bottom: 0, left: 0, right: 0, output: address(layer.output), stride: layout.stride))
    }

    mutating func append(interleaving operation: ck_interleave_f32) {
        let box = OperationBox(operation)
        append(input: box)
        append(PlanStep(box, tasks: ck_interleave_f32_tasks, ck_interleave_f32_task))
    }

    mutating func appendFlatten(_ layer: FusedLayer) {
        let input = layout(layer.inputs[0])
        let operation = ck_separate_f32(
            input: address(layer.inputs[0]), batch: input.batch, channels: input.channels, area: input.area,
            stride: input.stride, output: address(layer.output), sample_stride: layout(layer.output).stride)
        append(PlanStep(operation, tasks: ck_separate_f32_tasks, ck_separate_f32_task))
    }

    /// A batch normalisation that no convolution took in.
    mutating func append(_ norm: ChannelScale, _ layer: FusedLayer) {
        let stride = layout(layer.output).stride
        let (scale, shift) = (AlignedBuffer(count: stride), AlignedBuffer(count: stride))
        for channel in norm.scale.indices {
            scale.base[channel] = Float(norm.scale[channel])
            shift.base[channel] = Float(norm.shift[channel])
        }
        append(
            pointwise: CK_AFFINE, layer, right: UnsafePointer(scale.base), shift: UnsafePointer(shift.base),
            bounds: bounds(layer), owners: [scale, shift])
    }

    mutating func append(_ activation: Activation, _ layer: FusedLayer) {
        let bounds = activation.bounds ?? -Float.infinity...Float.infinity
        append(pointwise: activation == .sigmoid ? CK_SIGMOID : CK_COPY, layer, right: nil, bounds: bounds)
    }

    /// An operation on two values.
    mutating func append(_ kind: ck_pointwise_kind, _ layer: FusedLayer) {
        append(pointwise: kind, layer, right: UnsafePointer(address(layer.inputs[1])), bounds: bounds(layer))
    }

    private mutating func append(
        pointwise kind: ck_pointwise_kind, _ layer: FusedLayer, right: UnsafePointer<Float>?,
        shift: UnsafePointer<Float>? = nil, bounds: ClosedRange<Float>, owners: [AnyObject] = []
    ) {
        let layout = layout(layer.output)
        let operation = ck_pointwise_f32(
            kernels: kernels, kind: kind, left: address(layer.inputs[0]), right: right, shift: shift,
            output: address(layer.output), pixels: layout.pixels, stride: layout.stride, sample_pixels: layout.area,
            chunk_pixels: chunk(layout.pixels), lower: bounds.lowerBound, upper: bounds.upperBound)
        append(PlanStep(operation, tasks: ck_pointwise_f32_tasks, ck_pointwise_f32_task, owners: owners))
    }
}

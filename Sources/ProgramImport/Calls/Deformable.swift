import ModelGraph
import TensorCore

/// Convolutions whose taps are read where the model says.
extension ATenCalls {
    static let deformable: [String: Body] = [
        "torch.ops.torchvision.deform_conv2d.default": { call in [.tensor(try call.deformableConvolution())] },
        // Without a GPU.
        "torch.ops.torchvision._cuda_version.default": { _ in [.number(-1)] },
    ]
}

extension Call {
    /// Source: `deform_conv2d_kernel.cpp` of torchvision. The maps of each offset group are sampled at all taps of
    /// all windows. The samples are a map of `C · kh · kw` channels; each output channel is one weighted sum of them.
    fileprivate func deformableConvolution() throws -> ProgramTensor {
        let (input, kernel, offsets) = (try tensor("input"), try tensor("weight"), try tensor("offset"))
        let stride = Extent2d(height: try int("stride_h"), width: try int("stride_w"))
        let padding = Extent2d(height: try int("pad_h"), width: try int("pad_w"))
        let dilation = Extent2d(height: try int("dilation_h"), width: try int("dilation_w"))
        let (groups, offsetGroups) = (try int("groups"), try int("offset_groups"))
        guard input.shape.count == 4, kernel.shape.count == 4, offsets.shape.count == 4, offsetGroups > 0,
            input.shape[1] % offsetGroups == 0
        else {
            throw CallError("its input has the shape \(input.shape), its kernel \(kernel.shape)")
        }
        let geometry = Conv2dGeometry(stride: stride, padding: padding, dilation: dilation, groups: groups)
        let output = try Operation.Conv2d(geometry).outputShape(
            Operands(inputs: [input.shape], weights: [kernel.shape]))
        let (samples, channels, height, width) = (input.shape[0], input.shape[1], output[2], output[3])
        let (rows, columns) = (kernel.shape[2], kernel.shape[3])
        let taps = rows * columns
        guard offsets.shape == [samples, offsetGroups * 2 * taps, height, width] else {
            throw CallError("its offsets have the shape \(offsets.shape)")
        }
        // Where the taps are without offsets, y before x as in the offsets: [taps, 2, h', w'].
        let area = height * width
        try tracer.spend(multipliedSaturated(2 * taps, area))
        let places = (0..<taps * 2 * area).map { index -> Double in
            let (tap, isX, place) = (index / (2 * area), index / area % 2 == 1, index % area)
            return isX
                ? Double(place % width * stride.width - padding.width + tap % columns * dilation.width)
                : Double(place / width * stride.height - padding.height + tap / columns * dilation.height)
        }
        let grid = try tracer.constant(.float32, [taps, 2, area], places)
        let groupsInAll = samples * offsetGroups
        let moved = try combined(
            .tensor(reshaped(offsets, [groupsInAll, taps, 2, area])), .tensor(grid), .add)
        // x before y, at the end: [N · groups, taps, h' · w', 2].
        let turned = try gathered(permuted(moved, [0, 1, 3, 2]), 3, [1, 0], [2])
        let maps = try reshaped(input, [groupsInAll, channels / offsetGroups, input.shape[2], input.shape[3]])
        let sampled = try scope.record(
            .gridSample(.init(.bilinear, isInElements: true)), value(maps), value(turned))
        var parts = tracer.tensor(sampled)
        if bool("use_mask", default: false) {
            let mask = try reshaped(tensor("mask"), [groupsInAll, 1, taps, area])
            parts = try combined(.tensor(parts), .tensor(mask), .multiply)
        }
        let flat = try reshaped(parts, [samples, channels * taps, height, width])
        let filters = try reshaped(kernel, [kernel.shape[0], kernel.shape[1] * taps, 1, 1])
        let product = Operation.Convolve(.init(Conv2dGeometry(groups: groups)))
        let sum = tracer.tensor(try scope.record(.convolve(product), value(flat), value(filters)))
        guard let bias = try optionalTensor("bias") else { return sum }
        guard bias.shape == [kernel.shape[0]] else { throw CallError("its bias has the shape \(bias.shape)") }
        return try combined(.tensor(sum), .tensor(reshaped(bias, bias.shape + [1, 1])), .add)
    }
}

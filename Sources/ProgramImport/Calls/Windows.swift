import ModelGraph
import TensorCore

/// Windows of maps as columns, and back.
extension ATenCalls {
    static let windows: [String: Body] = [
        "im2col.default": { call in
            let padding = try call.extent("padding", default: .square(0))
            let operation = Operation.Unfold(
                kernel: try call.extent("kernel_size"), stride: try call.extent("stride", default: .square(1)),
                dilation: try call.extent("dilation", default: .square(1)))
            guard (0...1 << 20).contains(padding.height), (0...1 << 20).contains(padding.width) else {
                throw CallError("it pads by \(padding)")
            }
            var x = try call.value(call.first())
            if padding != .square(0) {
                let edges = [0, 0, padding.height, padding.width]
                x = try call.scope.record(.pad(.init(before: edges, after: edges)), x)
            }
            return [call.result(try call.scope.record(.unfold(operation), x))]
        },
        "col2im.default": { call in
            let columns = try call.first()
            func pair(_ name: String, _ standard: Int?) throws -> [Int] {
                let extent = try call.extent(name, default: standard.map { .square($0) })
                guard [extent.height, extent.width].allSatisfy({ 0...1 << 20 ~= $0 }) else {
                    throw CallError("'\(name)' is \(extent)")
                }
                return [extent.height, extent.width]
            }
            let windows = Windows(
                kernel: try pair("kernel_size", nil), stride: try pair("stride", 1), padding: try pair("padding", 0),
                dilation: try pair("dilation", 1))
            return [call.result(try call.folded(call.value(columns), windows, to: pair("output_size", nil)))]
        },
    ]
}

/// Windows over the last axes of a tensor.
struct Windows {
    let kernel, stride, padding, dilation: [Int]
}

extension Call {
    /// `torch.nn.Fold` over any number of axes: what `Unfold` takes apart, overlapping elements summed.
    /// - Parameter columns: `[N, C · taps, windows]`.
    /// - Returns: `[N, C]` and the extents of `output`.
    func folded(_ columns: Value, _ windows: Windows, to output: [Int]) throws -> Value {
        let shape = scope.shape(of: columns)
        let taps = windows.kernel.reduce(1, multipliedSaturated)
        guard shape.count == 3, taps > 0, shape[1] % taps == 0 else {
            throw CallError("its columns have the shape \(shape) for windows of \(taps) elements")
        }
        // The limits of a tensor's extents keep all that follows from overflow.
        try requireSize([1, 1] + output)
        let counts = try output.indices.map { axis in
            try windowCount(
                output[axis], kernel: windows.kernel[axis], stride: windows.stride[axis],
                padding: windows.padding[axis], dilation: windows.dilation[axis])
        }
        guard counts.reduce(1, multipliedSaturated) == shape[2] else {
            throw CallError(
                "\(shape[2]) windows are not those of \(output.map(String.init).joined(separator: " × "))")
        }
        let area = output.reduce(1, *)
        // Large paddings make many more windows than places.
        try tracer.spend(multipliedSaturated(max(area, shape[2]), multipliedSaturated(2, taps)))
        // The elements that fall on each place; past the last one there is a zero.
        var sources = [[Double]](repeating: [], count: area)
        for tap in 0..<taps {
            for window in 0..<shape[2] {
                guard let place = windows.place(of: tap, in: window, counts: counts, output) else { continue }
                sources[place].append(Double(tap * shape[2] + window))
            }
        }
        let most = max(1, sources.map(\.count).max() ?? 1)
        let zero = taps * shape[2]
        let channels = shape[1] / taps
        var rows = try scope.permute(scope.reshape(columns, [shape[0], channels, zero]), [0, 2, 1])
        if sources.contains(where: { $0.count < most }) {
            rows = try scope.record(.pad(.init(before: [0, 0, 0], after: [0, 1, 0])), rows)
        }
        let index = (0..<most).flatMap { turn in
            sources.map { $0.indices.contains(turn) ? $0[turn] : Double(zero) }
        }
        let table = try tracer.table(ConstantTensor(.int64, [most, area], index))
        var map = try scope.record(.gather(.init(axis: 1, index: table)), rows)
        if most > 1 { map = try scope.record(.reduce(.init(.sum, axes: [1])), map) }
        map = try scope.permute(scope.reshape(map, [shape[0], area, channels]), [0, 2, 1])
        return try scope.reshape(map, [shape[0], channels] + output)
    }
}

extension Windows {
    /// The place, row by row, of an element of a window; nil in the padding.
    func place(of tap: Int, in window: Int, counts: [Int], _ output: [Int]) -> Int? {
        var (tap, window, place, step) = (tap, window, 0, 1)
        for axis in output.indices.reversed() {
            let position =
                window % counts[axis] * stride[axis] - padding[axis] + tap % kernel[axis] * dilation[axis]
            guard 0..<output[axis] ~= position else { return nil }
            place += position * step
            step *= output[axis]
            (tap, window) = (tap / kernel[axis], window / counts[axis])
        }
        return place
    }
}

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
            let windows = Operation.Unfold(
                kernel: try call.extent("kernel_size"), stride: try call.extent("stride", default: .square(1)),
                padding: try call.extent("padding", default: .square(0)),
                dilation: try call.extent("dilation", default: .square(1)))
            return [call.result(try call.folded(call.value(columns), windows, to: call.extent("output_size")))]
        },
    ]
}

extension Call {
    /// `torch.nn.Fold`: what `Unfold` takes apart, overlapping elements summed.
    /// - Parameter columns: `[N, C · kh · kw, windows]`.
    /// - Returns: `[N, C, height, width]`.
    func folded(_ columns: Value, _ windows: Operation.Unfold, to output: Extent2d) throws -> Value {
        let shape = scope.shape(of: columns)
        let taps = multipliedSaturated(windows.kernel.height, windows.kernel.width)
        guard shape.count == 3, taps > 0, shape[1] % taps == 0 else {
            throw CallError("its columns have the shape \(shape) for windows of \(taps) elements")
        }
        // The limits of a map's extents keep all that follows from overflow.
        _ = try Operation.unfold(windows).outputShape(inputs: [[1, 1, output.height, output.width]])
        let count = try windows.windows(height: output.height, width: output.width)
        guard count.height * count.width == shape[2] else {
            throw CallError("\(shape[2]) windows are not those of \(output.height) × \(output.width)")
        }
        let area = multipliedSaturated(output.height, output.width)
        try tracer.spend(multipliedSaturated(area, 2 * taps))
        // Of each place the elements that fall on it; past the last one there is a zero.
        var sources = [[Double]](repeating: [], count: area)
        for tap in 0..<taps {
            for window in 0..<shape[2] {
                let y =
                    window / count.width * windows.stride.height - windows.padding.height
                    + tap / windows.kernel.width * windows.dilation.height
                let x =
                    window % count.width * windows.stride.width - windows.padding.width
                    + tap % windows.kernel.width * windows.dilation.width
                guard 0..<output.height ~= y, 0..<output.width ~= x else { continue }
                sources[y * output.width + x].append(Double(tap * shape[2] + window))
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
        return try scope.reshape(map, [shape[0], channels, output.height, output.width])
    }
}

import ModelGraph
import TensorCore

extension ATenCalls {
    static let pools: [String: Body] = {
        var table: [String: Body] = [:]
        for name in ["max_pool2d.default", "max_pool2d_with_indices.default"] {
            table[name] = { call in
                let dilation = try call.extent("dilation", default: .square(1))
                let (window, input) = (try call.window(), try call.first())
                let largest = try call.overMaps(input) { maps in
                    try dilation == .square(1)
                        ? call.record(.maxPool2d(window), maps) : call.dilatedMaximum(of: maps, window, dilation)
                }
                guard call.outputCount > 1 else { return [.tensor(largest)] }
                let places = try call.overMaps(input) { try call.placesOfMaximum(in: $0, window, dilation) }
                return [.tensor(largest), .tensor(places)]
            }
        }
        table["avg_pool2d.default"] = { call in
            let divisor = try call.optionalNumber("divisor_override")
            // A window that reaches past the padding is averaged over fewer elements.
            guard divisor == nil || !call.bool("ceil_mode", default: false) else {
                throw CallError("it rounds up and has a divisor of its own")
            }
            let pool = Operation.AveragePool2d(
                try call.window(), countIncludePad: divisor != nil || call.bool("count_include_pad", default: true))
            let mean = try call.overMaps(call.first()) { try call.record(.averagePool2d(pool), $0) }
            guard let divisor else { return [.tensor(mean)] }
            let count = Double(pool.geometry.kernel.height * pool.geometry.kernel.width)
            return [.tensor(try call.record(.affine(.init(scale: count / divisor)), mean))]
        }
        for name in ["adaptive_avg_pool2d.default", "_adaptive_avg_pool2d.default"] {
            table[name] = { call in
                let output = try call.extent("output_size")
                return [
                    .tensor(
                        try call.overMaps(call.first()) {
                            try call.record(.adaptiveAveragePool2d(.init(output)), $0)
                        })
                ]
            }
        }
        for name in ["max_pool1d.default", "max_pool1d_with_indices.default"] {
            table[name] = { call in
                guard try call.ints("dilation", default: [1]) == [1] else { throw CallError("it is dilated") }
                let largest = try call.ofRows(.maxPool2d(call.rowWindow()))
                guard call.outputCount > 1 else { return [largest] }
                let rows = try call.first()
                let maps = try call.reshaped(rows, rows.shape.dropLast() + [1, rows.shape[rows.shape.count - 1]])
                let places = try call.overMaps(maps) {
                    try call.placesOfMaximum(in: $0, call.rowWindow(), .square(1))
                }
                return [
                    largest,
                    .tensor(
                        try call.reshaped(places, places.shape.dropLast(2) + [places.shape[places.shape.count - 1]])),
                ]
            }
        }
        table["avg_pool1d.default"] = { call in
            [
                try call.ofRows(
                    .averagePool2d(
                        .init(try call.rowWindow(), countIncludePad: call.bool("count_include_pad", default: true))))
            ]
        }
        table["adaptive_avg_pool1d.default"] = { call in
            let width = try call.ints("output_size").first ?? 0
            return [try call.ofRows(.adaptiveAveragePool2d(.init(Extent2d(height: 1, width: width))))]
        }
        table["adaptive_max_pool2d.default"] = { call in
            let output = try call.extent("output_size")
            return [.tensor(try call.overMaps(call.first()) { try call.adaptiveMaximum(of: $0, to: output) })]
        }
        table["adaptive_max_pool1d.default"] = { call in
            let tensor = try call.first()
            guard tensor.shape.count == 3 else { throw CallError("its input has the shape \(tensor.shape)") }
            let rows = try call.reshaped(tensor, Array(tensor.shape.prefix(2)) + [1, tensor.shape[2]])
            let width = try call.ints("output_size").first ?? 0
            let output = try call.adaptiveMaximum(of: rows, to: Extent2d(height: 1, width: width))
            return [.tensor(try call.reshaped(output, Array(tensor.shape.prefix(2)) + [width]))]
        }
        return table
    }()
}

extension Call {
    /// A function of `[N, C, H, W]`, of a tensor that may be a single sample `[C, H, W]`.
    func overMaps(
        _ tensor: ProgramTensor, _ function: (ProgramTensor) throws -> ProgramTensor
    ) throws -> ProgramTensor {
        guard tensor.shape.count == 3 else { return try function(tensor) }
        let result = try function(reshaped(tensor, [1] + tensor.shape))
        return try reshaped(result, Array(result.shape.dropFirst()))
    }

    fileprivate func window() throws -> Pool2dGeometry {
        let kernel = try extent("kernel_size")
        return Pool2dGeometry(
            kernel: kernel, stride: try extent("stride", default: kernel),
            padding: try extent("padding", default: .square(0)),
            ceilMode: bool("ceil_mode", default: false))
    }

    /// The maximum of dilated windows: along each axis, that of one slice per element of the kernel.
    fileprivate func dilatedMaximum(
        of maps: ProgramTensor, _ window: Pool2dGeometry, _ dilation: Extent2d
    ) throws -> ProgramTensor {
        var tensor = maps
        guard tensor.shape.count == 4, !window.ceilMode else {
            throw CallError("it is dilated and rounds up, or its input has the shape \(tensor.shape)")
        }
        for (axis, path) in [(2, \Extent2d.height), (3, \Extent2d.width)] {
            let (kernel, stride, padding, step) = (
                window.kernel[keyPath: path], window.stride[keyPath: path], window.padding[keyPath: path],
                dilation[keyPath: path]
            )
            guard [kernel, stride, step].allSatisfy({ 1...1 << 20 ~= $0 }), 0...kernel / 2 ~= padding else {
                throw CallError("it has windows of \(kernel) at a stride of \(stride), padded by \(padding)")
            }
            let reach = tensor.shape[axis] + 2 * padding - step * (kernel - 1) - 1
            guard reach >= 0 else { throw CallError("its window is larger than its input") }
            try tracer.spend(parts: kernel)
            if padding > 0 {
                var edge = tensor.shape
                edge[axis] = padding
                let least = try tracer.filled(Self.hidden, .float32, edge)
                tensor = try joined([least, tensor, least], axis)
            }
            // Slices side by side along an axis of their own.
            let slices = try (0..<kernel).map { tap in
                let slice = try part(tensor, axis, from: tap * step, count: reach / stride + 1, by: stride)
                return try reshaped(slice, [1] + slice.shape)
            }
            let largest = try scope.record(.reduce(.init(.max, axes: [0])), value(joined(slices, 0)))
            tensor = tracer.tensor(try scope.reshape(largest, Array(slices[0].shape.dropFirst())))
        }
        return tensor
    }

    /// The same over the last axis alone.
    fileprivate func rowWindow() throws -> Pool2dGeometry {
        func width(_ name: String, _ standard: Int) throws -> Int { try ints(name, default: []).first ?? standard }
        let kernel = try width("kernel_size", 1)
        return Pool2dGeometry(
            kernel: Extent2d(height: 1, width: kernel), stride: Extent2d(height: 1, width: try width("stride", kernel)),
            padding: Extent2d(height: 0, width: try width("padding", 0)), ceilMode: bool("ceil_mode", default: false))
    }

    /// An operation of maps on rows `[N, C, L]`, as maps of height 1.
    fileprivate func ofRows(_ operation: Operation) throws -> ProgramValue {
        let tensor = try first()
        guard 2...3 ~= tensor.shape.count else { throw CallError("its input has the shape \(tensor.shape)") }
        let outer = tensor.shape.count == 2 ? [1, tensor.shape[0]] : Array(tensor.shape.prefix(2))
        let rows = try scope.reshape(value(tensor), outer + [1, tensor.shape[tensor.shape.count - 1]])
        let output = try scope.record(operation, rows)
        let shape = scope.shape(of: output)
        return result(try scope.reshape(output, tensor.shape.dropLast() + [shape[3]]))
    }

    /// The maximum of the windows that `torch.nn.AdaptiveAvgPool2d` averages.
    func adaptiveMaximum(of tensor: ProgramTensor, to output: Extent2d) throws -> ProgramTensor {
        guard tensor.shape.count == 4, output.height > 0, output.width > 0 else {
            throw CallError("its input has the shape \(tensor.shape)")
        }
        if tensor.shape[2] % output.height == 0, tensor.shape[3] % output.width == 0 {
            let kernel = Extent2d(height: tensor.shape[2] / output.height, width: tensor.shape[3] / output.width)
            return tracer.tensor(
                try scope.record(.maxPool2d(.init(kernel: kernel, stride: kernel)), value(tensor)), tensor.dtype)
        }
        try tracer.spend(parts: output.height)
        try tracer.spend(parts: output.width)
        func largest(_ tensor: ProgramTensor, _ axis: Int, _ count: Int) throws -> ProgramTensor {
            let extent = tensor.shape[axis]
            return try joined(
                try (0..<count).map { cell in
                    let start = cell * extent / count
                    let end = ((cell + 1) * extent + count - 1) / count
                    let window = try part(tensor, axis, from: start, count: end - start)
                    return tracer.tensor(try scope.record(.reduce(.init(.max, axes: [axis])), value(window)))
                }, axis)
        }
        return try largest(largest(tensor, 2, output.height), 3, output.width)
    }
}

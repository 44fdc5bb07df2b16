import ModelGraph
import TensorCore

extension ATenCalls {
    static let convolutions: [String: Body] = [
        "conv2d.default": { call in [.tensor(try call.convolution(rank: 2))] },
        "conv1d.default": { call in [.tensor(try call.convolution(rank: 1))] },
        "conv3d.default": { call in [.tensor(try call.deepConvolution())] },
        "conv2d.padding": { call in [.tensor(try call.convolution(rank: 2))] },
        "conv1d.padding": { call in [.tensor(try call.convolution(rank: 1))] },
        "convolution.default": { call in
            [.tensor(try call.anyConvolution())]
        },
        "_convolution.default": { call in [.tensor(try call.anyConvolution())] },
        "conv_transpose1d.default": { call in [.tensor(try call.transposedConvolution(rank: 1))] },
        "conv_transpose2d.input": { call in [.tensor(try call.transposedConvolution(rank: 2))] },
    ]
}

extension Call {
    /// One of any rank, in either direction.
    fileprivate func anyConvolution() throws -> ProgramTensor {
        let rank = try tensor("input").shape.count - 2
        if bool("transposed", default: false) { return try transposedConvolution(rank: rank) }
        return try rank == 3 ? deepConvolution() : convolution(rank: rank)
    }

    /// A convolution of maps, or of rows as maps of height 1.
    fileprivate func convolution(rank: Int) throws -> ProgramTensor {
        guard 1...2 ~= rank else { throw CallError("it is a convolution over \(rank) axes") }
        let (input, kernel) = (try tensor("input"), try tensor("weight"))
        guard input.shape.count == rank + 2, kernel.shape.count == rank + 2 else {
            throw CallError("its input has the shape \(input.shape), its kernel \(kernel.shape)")
        }
        var geometry = Conv2dGeometry(
            stride: try extent("stride", 1, rank: rank), dilation: try extent("dilation", 1, rank: rank),
            groups: try int("groups", default: 1))
        var x = try value(input)
        if rank == 1 { x = try scope.reshape(x, [input.shape[0], input.shape[1], 1, input.shape[2]]) }
        let isSamePadded = string("padding") == "same"
        if isSamePadded {
            // An odd rest is padded after.
            let heightRest = geometry.dilation.height * (rank == 1 ? 0 : kernel.shape[2] - 1)
            let widthRest = geometry.dilation.width * (kernel.shape[rank + 1] - 1)
            geometry.padding = Extent2d(height: heightRest / 2, width: widthRest / 2)
            x = try scope.pad(x, right: widthRest % 2, bottom: heightRest % 2)
        } else if string("padding") == nil {
            geometry.padding = try extent("padding", 0, rank: rank)
        }
        let operation = Operation.Conv2d(geometry, isSamePadded: isSamePadded)
        let bias = try optionalTensor("bias")
        let output = try convolved(x, kernel, bias, operation, rank: rank)
        guard rank == 1 else { return tracer.tensor(output) }
        let shape = scope.shape(of: output)
        return tracer.tensor(try scope.reshape(output, [shape[0], shape[1], shape[3]]))
    }

    /// An extent of two axes, or of one: its height is then `standard`.
    private func extent(_ name: String, _ standard: Int, rank: Int) throws -> Extent2d {
        let ints = try ints(name, default: [standard])
        guard ints.count == 1 || ints.count == rank, ints.allSatisfy({ 0...1 << 20 ~= $0 }) else {
            throw CallError("'\(name)' is \(ints)")
        }
        return Extent2d(height: rank == 1 ? standard : ints[0], width: ints[ints.count - 1])
    }

    /// The adjoint of a convolution: each element times the kernel gives a window, and windows are summed.
    fileprivate func transposedConvolution(rank: Int) throws -> ProgramTensor {
        let (input, kernel) = (try tensor("input"), try tensor("weight"))
        let groups = try int("groups", default: 1)
        guard 1...2 ~= rank, input.shape.count == rank + 2, kernel.shape.count == rank + 2, groups > 0,
            kernel.shape[0] == input.shape[1], kernel.shape[0] % groups == 0
        else {
            throw CallError("it is transposed, its input has the shape \(input.shape), its kernel \(kernel.shape)")
        }
        let (stride, padding) = (try extent("stride", 1, rank: rank), try extent("padding", 0, rank: rank))
        let (dilation, rest) = (try extent("dilation", 1, rank: rank), try extent("output_padding", 0, rank: rank))
        let size = rank == 1 ? [1] + kernel.shape.suffix(1) : Array(kernel.shape.suffix(2))
        let area = rank == 1 ? [1] + input.shape.suffix(1) : Array(input.shape.suffix(2))
        let (taps, outputs) = (size[0] * size[1], kernel.shape[1])
        // [in, out / groups, kh, kw] → a 1 × 1 kernel [out · kh · kw, in / groups].
        let inputs = kernel.shape[0] / groups
        var filters = try scope.applying(.reshape([groups, inputs, outputs * taps]), to: value(kernel))
        filters = try scope.permute(filters, [0, 2, 1])
        filters = try scope.reshape(filters, [groups * outputs * taps, inputs, 1, 1])
        let x = try scope.applying(.reshape(Array(input.shape.prefix(2)) + area), to: value(input))
        let product = Operation.Convolve(.init(Conv2dGeometry(groups: groups)))
        let columns = try scope.record(.convolve(product), x, filters)
        let windows = Operation.Unfold(
            kernel: Extent2d(height: size[0], width: size[1]), stride: stride, padding: padding, dilation: dilation)
        func length(_ extent: Int, _ kernel: Int, _ path: KeyPath<Extent2d, Int>) -> Int {
            (extent - 1) * stride[keyPath: path] - 2 * padding[keyPath: path] + dilation[keyPath: path] * (kernel - 1)
                + rest[keyPath: path] + 1
        }
        let target = Extent2d(
            height: length(area[0], size[0], \.height), width: length(area[1], size[1], \.width))
        guard target.height > 0, target.width > 0 else { throw CallError("it leaves nothing") }
        var output = try folded(
            scope.reshape(columns, [input.shape[0], groups * outputs * taps, area[0] * area[1]]), windows, to: target)
        if let bias = try optionalTensor("bias") {
            output = try scope.add(output, scope.applying(.reshape(bias.shape + [1, 1]), to: value(bias)))
        }
        guard rank == 1 else { return tracer.tensor(output) }
        return tracer.tensor(try scope.reshape(output, [input.shape[0], groups * outputs, target.width]))
    }

    /// A convolution over three axes: one of maps, over the channels of all taps along the first axis; or, where the
    /// kernel has extent 1 along an axis, of maps for each place of that axis.
    fileprivate func deepConvolution() throws -> ProgramTensor {
        let (input, kernel) = (try tensor("input"), try tensor("weight"))
        func extents(_ name: String, _ standard: Int) throws -> [Int] {
            let ints = try ints(name, default: [standard])
            return ints.count == 1 ? [ints[0], ints[0], ints[0]] : ints
        }
        let (stride, padding, dilation) = (
            try extents("stride", 1), try extents("padding", 0), try extents("dilation", 1)
        )
        guard input.shape.count == 5, kernel.shape.count == 5,
            [stride, padding, dilation].allSatisfy({ $0.count == 3 })
        else { throw CallError("its input has the shape \(input.shape), its kernel \(kernel.shape)") }
        guard let flat = (0..<3).first(where: { kernel.shape[2 + $0] == 1 && stride[$0] == 1 && padding[$0] == 0 })
        else { return try convolutionOfTaps(stride, padding, dilation) }
        let wide = (0..<3).filter { $0 != flat }
        let x = try scope.permute(value(input), [0, 2 + flat, 1, 2 + wide[0], 2 + wide[1]])
        let shape = scope.shape(of: x)
        let maps = try scope.reshape(x, [shape[0] * shape[1]] + shape.dropFirst(2))
        func pair(_ extents: [Int]) -> Extent2d { Extent2d(height: extents[wide[0]], width: extents[wide[1]]) }
        let geometry = Conv2dGeometry(
            stride: pair(stride), padding: pair(padding), dilation: pair(dilation),
            groups: try int("groups", default: 1))
        var filters = kernel.shape
        filters.remove(at: 2 + flat)
        let output = try convolved(
            maps, kernel.viewed(.reshape(filters), filters), try optionalTensor("bias"), Operation.Conv2d(geometry),
            rank: 2)
        let apart = try scope.reshape(output, Array(shape.prefix(2) + scope.shape(of: output).dropFirst()))
        // Back to where the axis was.
        var axes = [0, 2, 3, 4]
        axes.insert(1, at: 2 + flat)
        return tracer.tensor(try scope.permute(apart, axes))
    }

    /// As `[N · depths, taps · C, H, W]`.
    private func convolutionOfTaps(_ stride: [Int], _ padding: [Int], _ dilation: [Int]) throws -> ProgramTensor {
        let (input, kernel) = (try tensor("input"), try tensor("weight"))
        let (taps, groups) = (kernel.shape[2], try int("groups", default: 1))
        let channels = input.shape[1]
        guard groups > 0, channels % groups == 0, kernel.shape[1] == channels / groups, stride[0] > 0, dilation[0] > 0,
            (stride + padding + dilation).allSatisfy({ 0...1 << 20 ~= $0 })
        else { throw CallError("its kernel has the shape \(kernel.shape) for \(groups) groups of \(channels)") }
        var x = try value(input)
        if padding[0] > 0 {
            let edges = [0, 0, padding[0], 0, 0]
            x = try scope.record(.pad(.init(before: edges, after: edges)), x)
        }
        let reach = input.shape[2] + 2 * padding[0] - dilation[0] * (taps - 1) - 1
        guard reach >= 0 else { throw CallError("its kernel is deeper than its input") }
        let depths = reach / stride[0] + 1
        try tracer.spend(parts: taps)
        // [N, depths, groups, taps, C / groups, H, W]
        let shape = [input.shape[0], depths, groups, 1, channels / groups] + input.shape.suffix(2)
        let parts = try (0..<taps).map { tap in
            let part = try scope.record(
                .slice(.init(axis: 2, start: tap * dilation[0], count: depths, step: stride[0])), x)
            return try scope.reshape(scope.permute(part, [0, 2, 1, 3, 4]), shape)
        }
        let joined = taps == 1 ? parts[0] : try scope.concat(parts, axis: 3)
        let maps = try scope.reshape(
            joined, [input.shape[0] * depths, taps * channels] + Array(input.shape.suffix(2)))
        var filters = try scope.permute(value(kernel), [0, 2, 1, 3, 4])
        filters = try scope.reshape(
            filters, [kernel.shape[0], taps * kernel.shape[1]] + Array(kernel.shape.suffix(2)))
        let geometry = Conv2dGeometry(
            stride: Extent2d(height: stride[1], width: stride[2]),
            padding: Extent2d(height: padding[1], width: padding[2]),
            dilation: Extent2d(height: dilation[1], width: dilation[2]), groups: groups)
        var output = try scope.record(.convolve(.init(.init(geometry))), maps, filters)
        if let bias = try optionalTensor("bias") {
            output = try scope.add(output, scope.applying(.reshape(bias.shape + [1, 1]), to: value(bias)))
        }
        let apart = try scope.reshape(output, [input.shape[0], depths] + Array(scope.shape(of: output).dropFirst()))
        return tracer.tensor(try scope.permute(apart, [0, 2, 1, 3, 4]))
    }

    private func convolved(
        _ x: Value, _ kernel: ProgramTensor, _ bias: ProgramTensor?, _ operation: Operation.Conv2d, rank: Int
    ) throws -> Value {
        let ownBias = bias?.parameter.map { [$0] } ?? []
        let output: Value
        if rank == 2, let weight = kernel.parameter {
            output = try scope.record(.conv2d(operation), x, weights: [weight] + ownBias)
        } else {
            let shape = rank == 2 ? kernel.shape : kernel.shape[..<2] + [1, kernel.shape[2]]
            let filters = try scope.applying(.reshape(Array(shape)), to: value(kernel))
            output = try scope.record(.convolve(.init(operation)), x, filters, weights: ownBias)
        }
        guard let bias, ownBias.isEmpty else { return output }
        return try scope.add(output, scope.applying(.reshape(bias.shape + [1, 1]), to: value(bias)))
    }
}

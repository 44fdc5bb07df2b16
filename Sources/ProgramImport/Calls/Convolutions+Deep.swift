import ModelGraph
import TensorCore

extension Call {
    /// A convolution over three axes: one of maps, over the channels of all taps along the first axis; or, where the
    /// kernel has extent 1 along an axis, of maps for each place of that axis.
    func deepConvolution() throws -> ProgramTensor {
        let kernel = try tensor("weight")
        var (input, isSample) = try batch(rank: 3)
        func extents(_ name: String, _ standard: Int) throws -> [Int] {
            let ints = try ints(name, default: [standard])
            return ints.count == 1 ? [ints[0], ints[0], ints[0]] : ints
        }
        let (stride, dilation) = (try extents("stride", 1), try extents("dilation", 1))
        var padding = string("padding") == nil ? try extents("padding", 0) : [0, 0, 0]
        guard input.shape.count == 5, kernel.shape.count == 5,
            [stride, padding, dilation].allSatisfy({ $0.count == 3 })
        else { throw CallError("its input has the shape \(input.shape), its kernel \(kernel.shape)") }
        if string("padding") == "same" {
            // An odd rest is padded after.
            let rests = try (0..<3).map { axis -> Int in
                let (rest, isOver) = dilation[axis].multipliedReportingOverflow(by: kernel.shape[2 + axis] - 1)
                guard !isOver, 0...1 << 20 ~= rest else { throw CallError("its dilation is \(dilation)") }
                return rest
            }
            padding = rests.map { $0 / 2 }
            if rests.contains(where: { $0 % 2 == 1 }) {
                let edges = Operation.Pad(before: [0, 0, 0, 0, 0], after: [0, 0] + rests.map { $0 % 2 })
                input = try record(.pad(edges), input)
            }
        }
        return try sample(deepConvolution(of: input, kernel, stride, padding, dilation), isSample)
    }

    private func deepConvolution(
        of input: ProgramTensor, _ kernel: ProgramTensor, _ stride: [Int], _ padding: [Int], _ dilation: [Int]
    ) throws -> ProgramTensor {
        guard let flat = (0..<3).first(where: { kernel.shape[2 + $0] == 1 && stride[$0] == 1 && padding[$0] == 0 })
        else { return try convolutionOfTaps(input, stride, padding, dilation) }
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

    /// The taps of the kernel's depth as channels: `[N · depths, taps · C, H, W]`.
    private func convolutionOfTaps(
        _ input: ProgramTensor, _ stride: [Int], _ padding: [Int], _ dilation: [Int]
    ) throws -> ProgramTensor {
        let kernel = try tensor("weight")
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
}

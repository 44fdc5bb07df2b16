import ModelGraph
import TensorCore

extension ATenCalls {
    static let convolutions: [String: Body] = [
        "conv2d.default": { call in [.tensor(try call.convolution(rank: 2))] },
        "conv1d.default": { call in [.tensor(try call.convolution(rank: 1))] },
        "conv3d.default": { call in [.tensor(try call.flatConvolution())] },
        "conv2d.padding": { call in [.tensor(try call.convolution(rank: 2))] },
        "conv1d.padding": { call in [.tensor(try call.convolution(rank: 1))] },
        "convolution.default": { call in
            guard !call.bool("transposed", default: false) else { throw CallError("it is a transposed convolution") }
            let rank = try call.tensor("input").shape.count - 2
            return [.tensor(try rank == 3 ? call.flatConvolution() : call.convolution(rank: rank))]
        },
        "_convolution.default": { call in
            guard !call.bool("transposed", default: false) else { throw CallError("it is a transposed convolution") }
            return [.tensor(try call.convolution(rank: try call.tensor("input").shape.count - 2))]
        },
        "im2col.default": { call in
            let operation = Operation.Unfold(
                kernel: try call.extent("kernel_size"), stride: try call.extent("stride", default: .square(1)),
                padding: try call.extent("padding", default: .square(0)),
                dilation: try call.extent("dilation", default: .square(1)))
            return [.tensor(try call.record(.unfold(operation), call.first()))]
        },
    ]
}

extension Call {
    /// A convolution of maps, or of rows as maps of height 1.
    fileprivate func convolution(rank: Int) throws -> ProgramTensor {
        guard 1...2 ~= rank else { throw CallError("it is a convolution over \(rank) axes") }
        let (input, kernel) = (try tensor("input"), try tensor("weight"))
        guard input.shape.count == rank + 2, kernel.shape.count == rank + 2 else {
            throw CallError("its input has the shape \(input.shape), its kernel \(kernel.shape)")
        }
        func extent(_ name: String, _ standard: Int) throws -> Extent2d {
            let ints = try ints(name, default: [standard])
            guard rank == 1 || ints.count != 1 else { return .square(ints[0]) }
            guard ints.count == rank else { throw CallError("'\(name)' has \(ints.count) extents") }
            return rank == 1
                ? Extent2d(height: name == "padding" ? 0 : 1, width: ints[0])
                : Extent2d(height: ints[0], width: ints[1])
        }
        var geometry = Conv2dGeometry(
            stride: try extent("stride", 1), dilation: try extent("dilation", 1), groups: try int("groups", default: 1))
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
            geometry.padding = try extent("padding", 0)
        }
        let operation = Operation.Conv2d(geometry, isSamePadded: isSamePadded)
        let bias = try optionalTensor("bias")
        let output = try convolved(x, kernel, bias, operation, rank: rank)
        guard rank == 1 else { return tracer.tensor(output) }
        let shape = scope.shape(of: output)
        return tracer.tensor(try scope.reshape(output, [shape[0], shape[1], shape[3]]))
    }

    /// A convolution over three axes whose kernel has extent 1 along one of them: of maps, for each place of that axis.
    fileprivate func flatConvolution() throws -> ProgramTensor {
        let (input, kernel) = (try tensor("input"), try tensor("weight"))
        func extents(_ name: String, _ standard: Int) throws -> [Int] {
            let ints = try ints(name, default: [standard])
            return ints.count == 1 ? [ints[0], ints[0], ints[0]] : ints
        }
        let (stride, padding, dilation) = (
            try extents("stride", 1), try extents("padding", 0), try extents("dilation", 1)
        )
        guard input.shape.count == 5, kernel.shape.count == 5,
            [stride, padding, dilation].allSatisfy({ $0.count == 3 }),
            let flat = (0..<3).first(where: { kernel.shape[2 + $0] == 1 && stride[$0] == 1 && padding[$0] == 0 })
        else { throw CallError("it is a convolution over 3 axes") }
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

import ModelGraph
import TensorCore

extension ATenCalls {
    static let convolutions: [String: Body] = [
        "conv2d.default": { call in [.tensor(try call.convolution(rank: 2))] },
        "conv1d.default": { call in [.tensor(try call.convolution(rank: 1))] },
        "conv2d.padding": { call in [.tensor(try call.convolution(rank: 2))] },
        "conv1d.padding": { call in [.tensor(try call.convolution(rank: 1))] },
        "convolution.default": { call in
            guard !call.bool("transposed", default: false) else { throw CallError("it is a transposed convolution") }
            return [.tensor(try call.convolution(rank: try call.tensor("input").shape.count - 2))]
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
                ? Extent2d(height: name == "padding" ? 0 : 1, width: ints[0]) : Extent2d(height: ints[0], width: ints[1])
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

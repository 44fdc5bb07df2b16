import ModelGraph
import TensorCore

extension ATenCalls {
    static let convolutions: [String: Body] = [
        "conv2d.default": { call in [.tensor(try call.convolution(rank: 2))] },
        "conv1d.default": { call in [.tensor(try call.convolution(rank: 1))] },
        "conv2d.padding": { call in [.tensor(try call.convolution(rank: 2))] },
        "conv1d.padding": { call in [.tensor(try call.convolution(rank: 1))] },
        "conv3d.default": { call in [.tensor(try call.deepConvolution())] },
        "conv3d.padding": { call in [.tensor(try call.deepConvolution())] },
        "convolution.default": { call in
            [.tensor(try call.anyConvolution())]
        },
        "_convolution.default": { call in [.tensor(try call.anyConvolution())] },
        "conv_transpose1d.default": { call in [.tensor(try call.transposedConvolution(rank: 1))] },
        "conv_transpose2d.input": { call in [.tensor(try call.transposedConvolution(rank: 2))] },
        "conv_transpose3d.input": { call in [.tensor(try call.transposedConvolution(rank: 3))] },
    ]
}

extension Call {
    /// One of any rank, in either direction.
    fileprivate func anyConvolution() throws -> ProgramTensor {
        let rank = try tensor("weight").shape.count - 2
        if bool("transposed", default: false) { return try transposedConvolution(rank: rank) }
        return try rank == 3 ? deepConvolution() : convolution(rank: rank)
    }

    /// A convolution of maps, or of rows as maps of height 1.
    fileprivate func convolution(rank: Int) throws -> ProgramTensor {
        guard 1...2 ~= rank else { throw CallError("it is a convolution over \(rank) axes") }
        let kernel = try tensor("weight")
        let (input, isSample) = try batch(rank: rank)
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
        var output = try convolved(x, kernel, bias, operation, rank: rank)
        if rank == 1 {
            let shape = scope.shape(of: output)
            output = try scope.reshape(output, [shape[0], shape[1], shape[3]])
        }
        return try sample(tracer.tensor(output), isSample)
    }

    /// The input as a batch, and whether it is a single sample.
    func batch(rank: Int) throws -> (input: ProgramTensor, isSample: Bool) {
        let input = try tensor("input")
        guard input.shape.count == rank + 1 else { return (input, false) }
        return (try reshaped(input, [1] + input.shape), true)
    }

    /// The only sample of a batch where the input was one.
    func sample(_ output: ProgramTensor, _ isSample: Bool) throws -> ProgramTensor {
        isSample ? try reshaped(output, Array(output.shape.dropFirst())) : output
    }

    /// An extent of two axes, or of one: its height is then `standard`.
    private func extent(_ name: String, _ standard: Int, rank: Int) throws -> Extent2d {
        let ints = try ints(name, default: [standard])
        guard ints.count == 1 || ints.count == rank, ints.allSatisfy({ 0...1 << 20 ~= $0 }) else {
            throw CallError("'\(name)' is \(ints)")
        }
        return Extent2d(height: rank == 1 ? standard : ints[0], width: ints[ints.count - 1])
    }

    func convolved(
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

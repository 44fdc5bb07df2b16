import ModelGraph
import TensorCore

extension Call {
    /// The adjoint of a convolution over one axis to three: each element times the kernel gives a window, and windows are
    /// summed.
    func transposedConvolution(rank: Int) throws -> ProgramTensor {
        let kernel = try tensor("weight")
        let (input, isSample) = try batch(rank: rank)
        let groups = try int("groups", default: 1)
        guard 1...3 ~= rank, input.shape.count == rank + 2, kernel.shape.count == rank + 2, groups > 0,
            kernel.shape[0] == input.shape[1], kernel.shape[0] % groups == 0
        else {
            throw CallError("it is transposed, its input has the shape \(input.shape), its kernel \(kernel.shape)")
        }
        func extents(_ name: String, _ standard: Int) throws -> [Int] {
            let ints = try ints(name, default: [standard])
            guard ints.count == 1 || ints.count == rank, ints.allSatisfy({ 0...1 << 20 ~= $0 }) else {
                throw CallError("'\(name)' is \(ints)")
            }
            return ints.count == 1 ? [Int](repeating: ints[0], count: rank) : ints
        }
        let windows = Windows(
            kernel: Array(kernel.shape.suffix(rank)), stride: try extents("stride", 1),
            padding: try extents("padding", 0), dilation: try extents("dilation", 1))
        let rest = try extents("output_padding", 0)
        let area = Array(input.shape.suffix(rank))
        let (taps, outputs) = (windows.kernel.reduce(1, multipliedSaturated), kernel.shape[1])
        // [in, out / groups, taps] → a 1 × 1 kernel [out · taps, in / groups].
        let inputs = kernel.shape[0] / groups
        var filters = try scope.applying(.reshape([groups, inputs, outputs * taps]), to: value(kernel))
        filters = try scope.permute(filters, [0, 2, 1])
        filters = try scope.reshape(filters, [groups * outputs * taps, inputs, 1, 1])
        let count = area.reduce(1, *)
        let plane = rank == 2 ? area : [1, count]
        let x = try scope.applying(.reshape(Array(input.shape.prefix(2)) + plane), to: value(input))
        let product = Operation.Convolve(.init(Conv2dGeometry(groups: groups)))
        let columns = try scope.record(.convolve(product), x, filters)
        let target = (0..<rank).map { axis -> Int in
            let reach = windows.dilation[axis] * (windows.kernel[axis] - 1) + rest[axis] + 1
            return (area[axis] - 1) * windows.stride[axis] - 2 * windows.padding[axis] + reach
        }
        guard target.allSatisfy({ $0 > 0 }) else { throw CallError("it leaves nothing") }
        var output = try folded(
            scope.reshape(columns, [input.shape[0], groups * outputs * taps, count]), windows, to: target)
        if let bias = try optionalTensor("bias") {
            let shape = bias.shape + [Int](repeating: 1, count: rank)
            output = try scope.add(output, scope.applying(.reshape(shape), to: value(bias)))
        }
        return try sample(tracer.tensor(output), isSample)
    }
}

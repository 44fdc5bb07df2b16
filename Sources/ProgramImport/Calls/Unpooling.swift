import ModelGraph
import TensorCore

/// Maxima put back to where they came from.
extension ATenCalls {
    static let unpooling: [String: Body] = [
        "max_unpool2d.default": { call in [.tensor(try call.unpooled(rank: 2))] },
        "max_unpool3d.default": { call in [.tensor(try call.unpooled(rank: 3))] },
    ]
}

extension Call {
    /// The elements at their positions of maps of zeros.
    fileprivate func unpooled(rank: Int) throws -> ProgramTensor {
        let (input, index) = (try first(), try tensor("indices"))
        let extents = try ints("output_size")
        guard extents.count == rank, extents.allSatisfy({ 1...1 << 24 ~= $0 }), input.shape == index.shape,
            input.shape.count > rank
        else { throw CallError("it makes maps of \(extents) from a tensor of \(input.shape)") }
        let outer = Array(input.shape.dropLast(rank))
        let area = extents.reduce(1, multipliedSaturated)
        let zeros = try tracer.filled(0, .float32, outer + [area])
        let flat = outer + [input.shape.suffix(rank).reduce(1, *)]
        let put = try scatter(
            .replace, zeros, reshaped(index, flat), .tensor(reshaped(input, flat)), axis: outer.count)
        return try reshaped(put, outer + extents)
    }

    /// For each window, the position of its largest element in the map, counted row by row.
    func placesOfMaximum(
        in maps: ProgramTensor, _ window: Pool2dGeometry, _ dilation: Extent2d
    ) throws -> ProgramTensor {
        guard maps.shape.count == 4, dilation.height > 0, dilation.width > 0 else {
            throw CallError("its input has the shape \(maps.shape)")
        }
        let kernel = Extent2d(
            height: (window.kernel.height - 1) * dilation.height + 1,
            width: (window.kernel.width - 1) * dilation.width + 1)
        var reach = window
        reach.kernel = kernel
        let shape = try Operation.maxPool2d(reach).outputShape(inputs: [maps.shape])
        let (height, width) = (maps.shape[2], maps.shape[3])
        let (taps, windows) = (window.kernel.height * window.kernel.width, shape[2] * shape[3])
        try tracer.spend(multipliedSaturated(multipliedSaturated(taps, windows), 2))
        let (counts, extents) = (Array(shape.suffix(2)), [height, width])
        let own = Windows(
            kernel: [window.kernel.height, window.kernel.width], stride: [window.stride.height, window.stride.width],
            padding: [window.padding.height, window.padding.width], dilation: [dilation.height, dilation.width])
        // A place in the padding holds less than any other.
        let places = (0..<windows).flatMap { index in
            (0..<taps).map { tap in
                own.place(of: tap, in: index, counts: counts, extents) ?? height * width
            }
        }
        let outer = Array(maps.shape.prefix(2))
        let least = try tracer.filled(-3.4e38, .float32, outer + [1])
        let flat = try joined([reshaped(maps, outer + [height * width]), least], 2)
        let taken = try gathered(flat, 2, places, [windows, taps])
        let best = tracer.tensor(try scope.record(.topK(.init(1)), value(taken)), .int64)
        // The place of the best tap of each window.
        let table = try tracer.constant(.int64, [windows * taps], places.map { Double($0) })
        let starts = try tracer.constant(.int64, [windows, 1], (0..<windows).map { Double($0 * taps) })
        let found = try gathered(table, 0, combined(.tensor(best), .tensor(starts), .add))
        return try reshaped(found, outer + shape.suffix(2))
    }
}

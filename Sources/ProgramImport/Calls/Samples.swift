import ModelGraph
import TensorCore

/// Maps read at places between their elements.
extension ATenCalls {
    static let samples: [String: Body] = {
        var table: [String: Body] = [:]
        for name in ["grid_sampler.default", "grid_sampler_2d.default"] {
            table[name] = { call in
                let (maps, grid) = (try call.tensor("input"), try call.tensor("grid"))
                guard let mode = Operation.GridSample.Mode(rawValue: try call.int("interpolation_mode", default: 0)),
                    let padding = Operation.GridSample.Padding(rawValue: try call.int("padding_mode", default: 0))
                else { throw CallError("it samples in a way that is not known") }
                let operation = Operation.GridSample(
                    mode, padding: padding, alignCorners: call.bool("align_corners", default: false))
                return [call.result(try call.scope.record(.gridSample(operation), call.value(maps), call.value(grid)))]
            }
        }
        table["affine_grid_generator.default"] = { call in
            let (theta, size) = (try call.tensor("theta"), try call.ints("size"))
            let extents = Array(size.dropFirst(2))
            guard 2...3 ~= extents.count, theta.shape == [size[0], extents.count, extents.count + 1],
                extents.allSatisfy({ 1...1 << 20 ~= $0 })
            else { throw CallError("it makes a grid of \(size) from a tensor of \(theta.shape)") }
            // Places from −1 to 1 along each axis, the last one first, and a 1: [places, axes + 1].
            let corners = call.bool("align_corners", default: false)
            let count = extents.reduce(1, multipliedSaturated)
            try call.tracer.spend(multipliedSaturated(count, extents.count + 1))
            let strides = StridedLayout.contiguousStrides(of: extents)
            let base = (0..<count).flatMap { place -> [Double] in
                extents.indices.reversed().map { axis in
                    let (position, extent) = (Double(place / strides[axis] % extents[axis]), Double(extents[axis]))
                    if corners { return extent > 1 ? 2 * position / (extent - 1) - 1 : 0 }
                    return (2 * position + 1) / extent - 1
                } + [1]
            }
            let places = try call.tracer.constant(.float32, [count, extents.count + 1], base)
            let grid = try call.product(places, call.permuted(theta, [0, 2, 1]))
            return [.tensor(try call.reshaped(grid, [size[0]] + extents + [extents.count]))]
        }
        return table
    }()
}

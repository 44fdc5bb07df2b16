import ModelGraph
import TensorCore

/// Pools over three axes: one of maps, then one along the depth. Means and maxima of boxes are those of the means and
/// maxima of their slices.
extension ATenCalls {
    static let deepPools: [String: Body] = {
        var table: [String: Body] = [:]
        for name in ["max_pool3d.default", "max_pool3d_with_indices.default"] {
            table[name] = { call in
                guard try call.optionalInts("dilation")?.allSatisfy({ $0 == 1 }) ?? true else {
                    throw CallError("it is dilated")
                }
                return [.tensor(try call.deepPool { .maxPool2d($0) })]
            }
        }
        table["avg_pool3d.default"] = { call in
            let divisor = try call.optionalNumber("divisor_override")
            guard divisor == nil || !call.bool("ceil_mode", default: false) else {
                throw CallError("it rounds up and has a divisor of its own")
            }
            let countsPadding = divisor != nil || call.bool("count_include_pad", default: true)
            let mean = try call.deepPool { .averagePool2d(.init($0, countIncludePad: countsPadding)) }
            guard let divisor else { return [.tensor(mean)] }
            let count = try call.triple("kernel_size").reduce(1.0) { $0 * Double($1) }
            return [.tensor(try call.combined(.tensor(mean), .number(count / divisor), .multiply))]
        }
        for name in ["adaptive_avg_pool3d.default", "_adaptive_avg_pool3d.default"] {
            table[name] = { call in
                [
                    .tensor(
                        try call.adaptiveDeepPool { tensor, output in
                            try call.record(.adaptiveAveragePool2d(.init(output)), tensor)
                        })
                ]
            }
        }
        table["adaptive_max_pool3d.default"] = { call in
            [.tensor(try call.adaptiveDeepPool { try call.adaptiveMaximum(of: $0, to: $1) })]
        }
        return table
    }()
}

extension Call {
    /// Three extents, of one number or three.
    func triple(_ name: String, default standard: [Int]? = nil) throws -> [Int] {
        var ints = try ints(name, default: standard)
        if ints.isEmpty, let standard { ints = standard }
        if ints.count == 1 { return [ints[0], ints[0], ints[0]] }
        guard ints.count == 3 else { throw CallError("'\(name)' has \(ints.count) extents, not three") }
        return ints
    }

    fileprivate func deepPool(_ pool: (Pool2dGeometry) -> Operation) throws -> ProgramTensor {
        let kernel = try triple("kernel_size")
        let (stride, padding) = (try triple("stride", default: kernel), try triple("padding", default: [0]))
        let ceilMode = bool("ceil_mode", default: false)
        return try overMaps { tensor in
            try record(
                pool(
                    .init(
                        kernel: Extent2d(height: kernel[1], width: kernel[2]),
                        stride: Extent2d(height: stride[1], width: stride[2]),
                        padding: Extent2d(height: padding[1], width: padding[2]), ceilMode: ceilMode)), tensor)
        } alongDepth: { tensor in
            try record(
                pool(
                    .init(
                        kernel: Extent2d(height: kernel[0], width: 1), stride: Extent2d(height: stride[0], width: 1),
                        padding: Extent2d(height: padding[0], width: 0), ceilMode: ceilMode)), tensor)
        }
    }

    fileprivate func adaptiveDeepPool(
        _ pool: (ProgramTensor, Extent2d) throws -> ProgramTensor
    ) throws -> ProgramTensor {
        var size = try triple("output_size")
        // None, which is written as −1 or left open, keeps an extent.
        let shape = try first().shape
        for axis in 0..<3 where size[axis] < 0 && shape.count >= 3 { size[axis] = shape[shape.count - 3 + axis] }
        return try overMaps {
            try pool($0, Extent2d(height: size[1], width: size[2]))
        } alongDepth: {
            try pool($0, Extent2d(height: size[0], width: $0.shape[3]))
        }
    }

    /// - Parameters:
    ///   - maps: of `[N, C · D, H, W]`.
    ///   - depth: of `[N, C, D, H' · W']`.
    private func overMaps(
        _ maps: (ProgramTensor) throws -> ProgramTensor, alongDepth depth: (ProgramTensor) throws -> ProgramTensor
    ) throws -> ProgramTensor {
        let input = try first()
        guard 4...5 ~= input.shape.count else { throw CallError("its input has the shape \(input.shape)") }
        let shape = input.shape.count == 4 ? [1] + input.shape : input.shape
        let flat = try maps(reshaped(input, [shape[0], shape[1] * shape[2], shape[3], shape[4]]))
        let (height, width) = (flat.shape[2], flat.shape[3])
        let pooled = try depth(reshaped(flat, [shape[0], shape[1], shape[2], height * width]))
        let output = [shape[0], shape[1], pooled.shape[2], height, width]
        return try reshaped(pooled, input.shape.count == 4 ? Array(output.dropFirst()) : output)
    }
}

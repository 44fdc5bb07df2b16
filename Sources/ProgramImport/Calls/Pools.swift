import ModelGraph
import TensorCore

extension ATenCalls {
    static let pools: [String: Body] = {
        var table: [String: Body] = [:]
        for name in ["max_pool2d.default", "max_pool2d_with_indices.default"] {
            table[name] = { call in
                guard try call.extent("dilation", default: .square(1)) == .square(1) else {
                    throw CallError("it is dilated")
                }
                return [.tensor(try call.record(.maxPool2d(call.window()), call.first()))]
            }
        }
        table["avg_pool2d.default"] = { call in
            let divisor = try call.optionalNumber("divisor_override")
            let pool = Operation.AveragePool2d(
                try call.window(), countIncludePad: divisor != nil || call.bool("count_include_pad", default: true))
            let mean = try call.record(.averagePool2d(pool), call.first())
            guard let divisor else { return [.tensor(mean)] }
            let count = Double(pool.geometry.kernel.height * pool.geometry.kernel.width)
            return [.tensor(try call.record(.affine(.init(scale: count / divisor)), mean))]
        }
        for name in ["adaptive_avg_pool2d.default", "_adaptive_avg_pool2d.default"] {
            table[name] = { call in
                let output = try call.extent("output_size")
                return [.tensor(try call.record(.adaptiveAveragePool2d(.init(output)), call.first()))]
            }
        }
        table["adaptive_avg_pool1d.default"] = { call in
            let tensor = try call.first()
            guard tensor.shape.count == 3 else { throw CallError("its input has the shape \(tensor.shape)") }
            let rows = try call.scope.reshape(
                call.value(tensor), [tensor.shape[0], tensor.shape[1], 1, tensor.shape[2]])
            let width = try call.ints("output_size")[0]
            let pool = Operation.AdaptiveAveragePool2d(Extent2d(height: 1, width: width))
            let output = try call.scope.record(.adaptiveAveragePool2d(pool), rows)
            return [call.result(try call.scope.reshape(output, [tensor.shape[0], tensor.shape[1], width]))]
        }
        table["adaptive_max_pool2d.default"] = { call in
            let (tensor, output) = (try call.first(), try call.extent("output_size"))
            guard tensor.shape.count == 4, output.height > 0, output.width > 0, tensor.shape[2] % output.height == 0,
                tensor.shape[3] % output.width == 0
            else { throw CallError("its windows have several sizes") }
            let kernel = Extent2d(height: tensor.shape[2] / output.height, width: tensor.shape[3] / output.width)
            return [.tensor(try call.record(.maxPool2d(.init(kernel: kernel, stride: kernel)), tensor))]
        }
        return table
    }()
}

extension Call {
    fileprivate func window() throws -> Pool2dGeometry {
        let kernel = try extent("kernel_size")
        return Pool2dGeometry(
            kernel: kernel, stride: try extent("stride", default: kernel),
            padding: try extent("padding", default: .square(0)),
            ceilMode: bool("ceil_mode", default: false))
    }
}

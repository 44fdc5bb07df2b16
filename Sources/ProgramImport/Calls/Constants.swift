import ModelGraph
import TensorCore

/// Tensors that follow from numbers alone.
extension ATenCalls {
    static let constants: [String: Body] = {
        var table: [String: Body] = [:]
        let fills: [(String, Double?)] = [("zeros", 0), ("ones", 1), ("empty", 0), ("full", nil)]
        for (name, number) in fills {
            for overload in ["default", "memory_format", "names"] {
                table["\(name).\(overload)"] = { call in
                    let number = try number ?? call.number("fill_value")
                    let isWhole = !call.isFloat("fill_value") && number == number.rounded() && number.isFinite
                    let standard: DType =
                        name != "full" ? .float32 : call.isBool("fill_value") ? .bool : isWhole ? .int64 : .float32
                    return [.tensor(try call.tracer.filled(number, call.dtype() ?? standard, call.extents("size")))]
                }
            }
            table["\(name)_like.default"] = { call in
                let tensor = try call.first()
                return [
                    .tensor(
                        try call.tracer.filled(
                            number ?? call.number("fill_value"), call.dtype() ?? tensor.dtype, tensor.shape))
                ]
            }
            table["new_\(name).default"] = { call in
                let tensor = try call.first()
                return [
                    .tensor(
                        try call.tracer.filled(
                            number ?? call.number("fill_value"), call.dtype() ?? tensor.dtype, call.extents("size")))
                ]
            }
        }
        table["fill.Scalar"] = { call in
            let tensor = try call.first()
            return [.tensor(try call.tracer.filled(call.number("value"), tensor.dtype, tensor.shape))]
        }
        table["empty_permuted.default"] = table["empty.default"]
        table["empty_strided.default"] = table["empty.default"]
        table["scalar_tensor.default"] = { call in
            [.tensor(try call.tracer.constant(call.dtype() ?? .float32, [], [call.number("s")]))]
        }
        for overload in ["default", "start", "start_step"] {
            table["arange." + overload] = { call in
                let (start, end) = (try call.number("start", default: 0), try call.number("end"))
                let step = try call.number("step", default: 1)
                let length = ((end - start) / step).rounded(.up)
                guard step != 0, length >= 1, length < 0x1p40 else {
                    throw CallError("\(start) to \(end) by \(step) are not numbers")
                }
                try call.tracer.spend(Int(length))
                let isWhole =
                    [start, end, step].allSatisfy { $0 == $0.rounded() }
                    && !["start", "end", "step"].contains(where: call.isFloat)
                let elements = (0..<Int(length)).map { start + Double($0) * step }
                return [
                    .tensor(
                        try call.tracer.constant(
                            call.dtype() ?? (isWhole ? .int64 : .float32), [elements.count], elements))
                ]
            }
        }
        for overload in ["default", "Scalar_Scalar"] {
            table["linspace." + overload] = { call in
                let (start, end, count) = (try call.number("start"), try call.number("end"), try call.int("steps"))
                guard count > 0 else { throw CallError("it has \(count) steps") }
                try call.tracer.spend(count)
                let step = (end - start) / Double(max(1, count - 1))
                // From both ends, as PyTorch does.
                let elements = (0..<count).map {
                    $0 < count / 2 ? start + step * Double($0) : end - step * Double(count - 1 - $0)
                }
                return [
                    .tensor(
                        try call.tracer.constant(call.dtype() ?? .float32, [count], count == 1 ? [start] : elements))
                ]
            }
        }
        for name in ["eye.default", "eye.m"] {
            table[name] = { call in
                let rows = try call.int("n")
                let columns = try call.int("m", default: rows)
                guard rows > 0, columns > 0 else { throw CallError("it is empty") }
                try call.tracer.spend(multipliedSaturated(rows, columns))
                let elements = (0..<rows * columns).map { $0 / columns == $0 % columns ? 1.0 : 0 }
                return [.tensor(try call.tracer.constant(call.dtype() ?? .float32, [rows, columns], elements))]
            }
        }
        let windows: [(String, [Double])] = [
            ("hann_window", [0.5, 0.5]), ("hamming_window", [0.54, 0.46]), ("blackman_window", [0.42, 0.5, 0.08]),
        ]
        for (name, terms) in windows {
            for overload in ["default", "periodic"] {
                table["\(name).\(overload)"] = { call in
                    let count = try call.int("window_length")
                    guard count > 0 else { throw CallError("it has a length of \(count)") }
                    try call.tracer.spend(count)
                    let period = Double(call.bool("periodic", default: true) ? count : max(1, count - 1))
                    let elements = (0..<count).map { place -> Double in
                        // Σ of cosines with alternating signs.
                        terms.enumerated().reduce(0) { sum, term in
                            let angle = 2 * Double.pi * Double(term.offset * place) / period
                            return sum + (term.offset % 2 == 0 ? 1 : -1) * term.element
                                * Operation.Function.cosine(angle)
                        }
                    }
                    return [
                        .tensor(
                            try call.tracer.constant(call.dtype() ?? .float32, [count], count == 1 ? [1] : elements))
                    ]
                }
            }
        }
        for name in ["meshgrid.default", "meshgrid.indexing"] {
            table[name] = { call in
                let tensors = try call.tensors("tensors")
                try call.tracer.requireAxes(tensors.count)
                let isSwapped = call.string("indexing") == "xy" && tensors.count >= 2
                var shape = tensors.map { $0.shape.reduce(1, *) }
                if isSwapped { shape.swapAt(0, 1) }
                return [
                    .tensors(
                        try tensors.enumerated().map { position, tensor in
                            var own = [Int](repeating: 1, count: tensors.count)
                            own[isSwapped && position < 2 ? 1 - position : position] = tensor.shape.reduce(1, *)
                            return try call.expanded(call.reshaped(tensor, own), shape)
                        })
                ]
            }
        }
        return table
    }()
}

extension Call {
    fileprivate func extents(_ name: String) throws -> [Int] {
        let extents = try ints(name)
        guard extents.allSatisfy({ $0 >= 0 }) else { throw CallError("no tensor has the shape \(extents)") }
        return extents
    }
}

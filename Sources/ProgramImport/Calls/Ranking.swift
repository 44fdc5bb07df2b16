import ModelGraph
import TensorCore

/// Elements in order of size, and where they stand.
extension ATenCalls {
    static let ranking: [String: Body] = {
        var table: [String: Body] = [:]
        table["topk.default"] = { call in
            let tensor = try call.first()
            return try call.ranked(
                tensor, call.axis(of: tensor, default: -1), count: try call.int("k"),
                isFalling: call.bool("largest", default: true))
        }
        for name in ["sort.default", "sort.stable"] {
            table[name] = { call in
                let tensor = try call.first()
                let axis = try call.axis(of: tensor, default: -1)
                return try call.ranked(
                    tensor, axis, count: tensor.shape[axis], isFalling: call.bool("descending", default: false))
            }
        }
        for name in ["argsort.default", "argsort.stable"] {
            table[name] = { call in
                let tensor = try call.first()
                let axis = try call.axis(of: tensor, default: -1)
                return [
                    try call.ranked(
                        tensor, axis, count: tensor.shape[axis], isFalling: call.bool("descending", default: false))[1]
                ]
            }
        }
        table["msort.default"] = { call in
            let tensor = try call.first()
            guard !tensor.isScalar else { return [.tensor(tensor)] }
            return [try call.ranked(tensor, 0, count: tensor.shape[0], isFalling: false)[0]]
        }
        table["kthvalue.default"] = { call in
            let tensor = try call.first()
            return try call.ranked(
                tensor, axis: call.axis(of: tensor, default: -1), place: max(0, call.int("k")) - 1)
        }
        table["median.dim"] = { call in
            let tensor = try call.first()
            let axis = try call.axis(of: tensor, default: -1)
            return try call.ranked(tensor, axis: axis, place: (tensor.shape[axis] - 1) / 2)
        }
        table["median.default"] = { call in
            let flat = try call.reshaped(call.first(), [-1])
            return [try call.ranked(flat, axis: 0, place: (flat.shape[0] - 1) / 2)[0]]
        }
        table["aminmax.default"] = { call in
            try [false, true].map { try call.extreme(isFalling: $0).element }
        }
        for (name, isFalling) in [("argmax.default", true), ("argmin.default", false)] {
            table[name] = { call in [try call.extreme(isFalling: isFalling).position] }
        }
        for (name, isFalling) in [("max.dim", true), ("min.dim", false)] {
            table[name] = { call in
                let (element, position) = try call.extreme(isFalling: isFalling)
                return [element, position]
            }
        }
        return table
    }()
}

extension Call {
    /// The first elements of an axis by size, and their positions.
    fileprivate func ranked(
        _ tensor: ProgramTensor, _ axis: Int, count: Int, isFalling: Bool
    ) throws -> [ProgramValue] {
        guard !tensor.isScalar, count >= 1, count <= tensor.shape[axis] else {
            throw CallError("it takes \(count) of \(tensor.isScalar ? 1 : tensor.shape[axis]) elements")
        }
        let last = tensor.shape.indices.filter { $0 != axis } + [axis]
        let lines = try permuted(tensor, last)
        let back = Operation.Permute(last).inverse.axes
        let shape = Array(lines.shape.dropLast()) + [count]
        let positions: ProgramTensor
        if let known = lines.constant {
            try tracer.spend(2 * known.count)
            let (elements, extent) = (known.elements, tensor.shape[axis])
            let order = stride(from: 0, to: elements.count, by: extent).flatMap { start in
                (0..<extent).sorted { left, right in
                    let (a, b) = (elements[start + left], elements[start + right])
                    return a == b ? left < right : isFalling ? a > b : a < b
                }.prefix(count)
            }
            positions = try tracer.constant(.int64, shape, order.map { Double($0) })
        } else {
            let x = try isFalling ? value(lines) : scope.scale(value(lines), by: -1)
            positions = tracer.tensor(try scope.record(.topK(.init(count)), x), .int64)
        }
        guard case .tensor(let elements)? = try gatheredAlong(lines, lines.shape.count - 1, positions).first else {
            return []
        }
        return [.tensor(try permuted(elements, back)), .tensor(try permuted(positions, back))]
    }

    /// The element that stands at a place of an axis in order of size, and its position.
    fileprivate func ranked(_ tensor: ProgramTensor, axis: Int, place: Int) throws -> [ProgramValue] {
        guard 0..<tensor.shape[axis] ~= place else {
            throw CallError("it takes element \(place + 1) of \(tensor.shape[axis]) by size")
        }
        let keeps = bool("keepdim", default: false)
        return try ranked(tensor, axis, count: place + 1, isFalling: false).map { result in
            guard case .tensor(let sorted) = result else { return result }
            return .tensor(
                keeps
                    ? try part(sorted, axis, from: place, count: 1) : try selected(sorted, axis, place))
        }
    }

    /// The largest or smallest element of an axis, or of all, and its position.
    fileprivate func extreme(isFalling: Bool) throws -> (element: ProgramValue, position: ProgramValue) {
        let whole = try first()
        let isFlat = !has("dim")
        let tensor = isFlat ? try reshaped(whole, [-1]) : whole
        let axis = isFlat ? 0 : try axis(of: tensor)
        var results = try ranked(tensor, axis, count: 1, isFalling: isFalling)
        if tensor.constant == nil {
            // The element is computed apart from its position, so that the search for that drops out if nothing reads it.
            let signed = try isFalling ? value(tensor) : scope.scale(value(tensor), by: -1)
            let largest = try scope.record(.reduce(.init(.max, axes: [axis])), signed)
            results[0] = .tensor(
                tracer.tensor(isFalling ? largest : try scope.scale(largest, by: -1), tensor.dtype))
        }
        var shape = tensor.shape
        if bool("keepdim", default: false) { shape[axis] = 1 } else { shape.remove(at: axis) }
        if isFlat { shape = bool("keepdim", default: false) ? whole.shape.map { _ in 1 } : [] }
        let cut = try results.map { result in
            guard case .tensor(let found) = result else { return result }
            return ProgramValue.tensor(try reshaped(found, shape))
        }
        return (cut[0], cut[1])
    }
}

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
        for overload in ["default", "scalar"] {
            table["quantile." + overload] = { call in [.tensor(try call.quantiles())] }
        }
        table["histc.default"] = { call in [.tensor(try call.histogram())] }
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
                    if a == b || a.isNaN && b.isNaN { return left < right }
                    // NaN is above all numbers.
                    return a.isNaN || b.isNaN ? a.isNaN == isFalling : isFalling ? a > b : a < b
                }.prefix(count)
            }
            positions = try tracer.constant(.int64, shape, order.map { Double($0) })
        } else {
            let keys = try isFalling ? value(lines) : rising(lines)
            positions = tracer.tensor(try scope.record(.topK(.init(count)), keys), .int64)
        }
        guard case .tensor(let elements)? = try gatheredAlong(lines, lines.shape.count - 1, positions).first else {
            return []
        }
        return [.tensor(try permuted(elements, back)), .tensor(try permuted(positions, back))]
    }

    /// What falls as a tensor rises: NaN, which is above all numbers, is the last.
    private func rising(_ tensor: ProgramTensor) throws -> Value {
        let negative = try scope.scale(value(tensor), by: -1)
        guard tensor.dtype.isFloatingPoint else { return negative }
        let isBroken = try compared(.tensor(tensor), .tensor(tensor), .ne)
        return try value(chosen(isBroken, .number(-.infinity), .tensor(tracer.tensor(negative, tensor.dtype))))
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

    /// The quantiles `q` of an axis, or of all elements; NaN where one of these is NaN.
    fileprivate func quantiles() throws -> ProgramTensor {
        let whole = try first()
        let parts: ConstantTensor
        switch try operand("q") {
        case .number(let number, _): parts = ConstantTensor(scalar: number, .float32)
        case .tensor(let tensor):
            guard let known = tensor.constant else { throw CallError("its quantiles depend on the input") }
            parts = known
        }
        let isFlat = !has("dim")
        let tensor = isFlat ? try reshaped(whole, [-1]) : whole
        let axis = isFlat ? 0 : try axis(of: tensor)
        let last = Float(tensor.shape[axis] - 1)
        var shape = tensor.shape
        if bool("keepdim", default: false) { shape[axis] = 1 } else { shape.remove(at: axis) }
        if isFlat { shape = bool("keepdim", default: false) ? whole.shape.map { _ in 1 } : [] }
        guard case .tensor(let sorted)? = try ranked(tensor, axis, count: tensor.shape[axis], isFalling: false).first
        else { throw CallError("it orders nothing") }
        try tracer.spend(parts: parts.count)
        let found = try parts.elements.map { part -> ProgramTensor in
            guard 0...1 ~= part else { throw CallError("its quantile \(part) is not in 0 to 1") }
            // PyTorch's place is a float32.
            let place = Float(part) * last
            let below = try selected(sorted, axis, Int(place.rounded(.down)))
            let above = try selected(sorted, axis, Int(place.rounded(.up)))
            switch string("interpolation") ?? "linear" {
            case "lower": return below
            case "higher": return above
            case "nearest": return try selected(sorted, axis, Int(place.rounded(.toNearestOrEven)))
            case "midpoint": return try between(below, above, at: 0.5)
            case "linear": return try between(below, above, at: Double(place - place.rounded(.down)))
            case let other: throw CallError("it interpolates by '\(other)'")
            }
        }
        let isBroken = try reducedAway(compared(.tensor(tensor), .tensor(tensor), .ne), .max, axis: axis)
        let condition = try reshaped(compared(.tensor(isBroken), .number(0), .ne), shape)
        let results = try found.map { try chosen(condition, .number(.nan), .tensor(reshaped($0, shape))) }
        guard parts.shape.isEmpty else { return try joined(results.map { try reshaped($0, [1] + shape) }, 0) }
        return results[0]
    }

    /// below + place · (above − below), as `torch.lerp` has it.
    private func between(
        _ below: ProgramTensor, _ above: ProgramTensor, at place: Double
    ) throws -> ProgramTensor {
        if place == 0 { return below }
        let way = try combined(.tensor(above), .tensor(below), .subtract)
        let isFirstHalf = place < 0.5
        let step = try combined(.tensor(way), .number(isFirstHalf ? place : 1 - place), .multiply)
        return try combined(.tensor(isFirstHalf ? below : above), .tensor(step), isFirstHalf ? .add : .subtract)
    }

    /// How many elements are in each of equal parts of a range; the last one has its upper end.
    fileprivate func histogram() throws -> ProgramTensor {
        let tensor = try first()
        let (count, parts) = (tensor.shape.reduce(1, *), try int("bins", default: 100))
        let (lower, upper) = (try number("min", default: 0), try number("max", default: 0))
        guard parts > 0, lower < upper else { throw CallError("its range is not given") }
        try tracer.spend(multipliedSaturated(count, parts))
        let elements = try reshaped(tensor, [count, 1])
        let offset = try combined(.tensor(elements), .number(lower, isFloat: true), .subtract)
        let share = try combined(.tensor(offset), .number(upper - lower, isFloat: true), .divide)
        let place = try applied(.floor, to: combined(.tensor(share), .number(Double(parts), isFloat: true), .multiply))
        let bounded = try scope.activate(.clamp(lower: -1, upper: Double(parts - 1)), value(place))
        let isInside = try compared(.tensor(elements), .number(upper), .le)
        let own = try chosen(isInside, .tensor(tracer.tensor(bounded)), .number(-1))
        let numbers = try tracer.constant(.float32, [parts], (0..<parts).map { Double($0) })
        return try reducedAway(compared(.tensor(own), .tensor(numbers), .eq), .sum, axis: 0)
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

import ModelGraph
import TensorCore

extension Call {
    /// Positions of an axis as `slice.Tensor` names them.
    func slice(of tensor: ProgramTensor) throws -> (axis: Int, start: Int, count: Int, step: Int) {
        let axis = try axis(of: tensor, default: 0)
        guard !tensor.shape.isEmpty else { throw CallError("it slices a scalar") }
        let extent = tensor.shape[axis]
        func clamped(_ name: String, _ standard: Int) throws -> Int {
            guard let number = try optionalNumber(name) else { return standard }
            guard !number.isNaN else { throw CallError("'\(name)' is not a number") }
            // A Double rounds sys.maxsize up to 2⁶³, which is not an Int.
            let position = number >= Double(extent) ? extent : number <= -Double(extent) ? 0 : Int(number)
            return position < 0 ? position + extent : position
        }
        let (start, end) = (try clamped("start", 0), try clamped("end", extent))
        let step = try int("step", default: 1)
        guard step > 0 else { throw CallError("positions \(start) to \(end) by \(step) are none") }
        return (axis, start, start < end ? (end - start - 1) / step + 1 : 0, step)
    }

    func part(
        _ tensor: ProgramTensor, _ axis: Int, from start: Int, count: Int, by step: Int = 1
    ) throws -> ProgramTensor {
        var shape = tensor.shape
        guard 0...shape[axis] ~= start, 0...shape[axis] ~= count, 1...1 << 40 ~= step,
            count == 0 || multipliedSaturated(count - 1, step) < shape[axis] - start
        else {
            throw CallError("\(count) positions from \(start) are not in an extent of \(shape[axis])")
        }
        if count == shape[axis] { return tensor }
        shape[axis] = count
        // What is left over may be nothing, which no value of the graph is.
        if count == 0, tensor.constant == nil { return try tracer.constant(tensor.dtype, shape, []) }
        return tensor.viewed(.slice(axis: axis, start: start, count: count, step: step), shape)
    }

    func selected(_ tensor: ProgramTensor, _ axis: Int, _ index: Int) throws -> ProgramTensor {
        guard !tensor.shape.isEmpty else { throw CallError("it selects of a scalar") }
        let position = index < 0 ? index + tensor.shape[axis] : index
        var shape = tensor.shape
        shape.remove(at: axis)
        return try reshaped(part(tensor, axis, from: position, count: 1), shape, isView: true)
    }

    func split(_ tensor: ProgramTensor, _ axis: Int, by size: Int) throws -> ProgramValue {
        let extent = tensor.shape[axis]
        guard size > 0 else { throw CallError("it makes parts of \(size) of \(extent)") }
        try tracer.spend(parts: extent / size)
        return .tensors(
            try stride(from: 0, to: extent, by: size).map { start in
                try part(tensor, axis, from: start, count: min(size, extent - start))
            })
    }

    func joined(_ tensors: [ProgramTensor], _ axis: Int) throws -> ProgramTensor {
        // What has no elements adds none, and may be of another rank.
        let present = tensors.filter { !$0.shape.contains(0) }
        guard let first = present.first ?? tensors.first else { throw CallError("it joins nothing") }
        let axis = try self.axis(axis, rank: first.shape.count)
        let dtype = tensors.reduce(first.dtype) {
            DType.promoted($0, isScalar: false, $1.dtype, isScalar: false)
        }
        if tensors.count == 1 || present.count == 1 { return try typed(copy(first), dtype) }
        let known = present.compactMap(\.constant)
        guard known.count == present.count else {
            return tracer.tensor(try scope.concat(try tracer.values(present), axis: axis), dtype)
        }
        let shape = try Operation.concat(.init(axis: axis)).outputShape(inputs: present.map(\.shape))
        try tracer.spend(shape.reduce(2, multipliedSaturated))
        let outer = shape[..<axis].reduce(1, *)
        let parts = known.map { (elements: $0.elements, length: $0.count / outer) }
        let elements = (0..<outer).flatMap { row in
            parts.flatMap { $0.elements[row * $0.length..<(row + 1) * $0.length] }
        }
        return try tracer.constant(dtype, shape, elements)
    }

    func rolled() throws -> ProgramTensor {
        let tensor = try first()
        let (shifts, axes) = (try ints("shifts"), try ints("dims", default: []))
        guard !axes.isEmpty, !tensor.isScalar else {
            let flat = try reshaped(tensor, [-1])
            guard shifts.count == 1 else { throw CallError("it rolls by \(shifts) without axes") }
            let value = try scope.roll(value(flat), shifts: shifts, axes: [0])
            return tracer.tensor(try scope.reshape(value, tensor.shape), tensor.dtype)
        }
        guard shifts.count == axes.count else { throw CallError("it rolls by \(shifts) along \(axes)") }
        let positive = try axes.map { try axis($0, rank: tensor.shape.count) }
        guard tensor.constant != nil else {
            return tracer.tensor(try scope.roll(value(tensor), shifts: shifts, axes: positive), tensor.dtype)
        }
        var rolled = tensor
        for (shift, axis) in zip(shifts, positive) {
            let extent = tensor.shape[axis]
            try tracer.spend(extent)
            rolled = try gathered(
                rolled, axis, (0..<extent).map { (($0 - shift % extent) + extent) % extent }, [extent])
        }
        return rolled
    }

    // MARK: Padding

    /// The last axes padded, two numbers an axis, the last axis first.
    func padded(mode: String) throws -> ProgramTensor {
        var tensor = try first()
        let pads = try has("pad") ? ints("pad") : ints("padding")
        let number = try number("value", default: 0)
        let rank = tensor.shape.count
        guard pads.count % 2 == 0, pads.count / 2 <= rank else {
            throw CallError("\(pads) pads no tensor of \(tensor.shape)")
        }
        var (before, after) = ([Int](repeating: 0, count: rank), [Int](repeating: 0, count: rank))
        for axis in 0..<pads.count / 2 {
            (before[rank - 1 - axis], after[rank - 1 - axis]) = (pads[2 * axis], pads[2 * axis + 1])
        }
        for axis in 0..<rank where before[axis] != 0 || after[axis] != 0 {
            let extent = tensor.shape[axis]
            guard before[axis].magnitude <= 1 << 31, after[axis].magnitude <= 1 << 31 else {
                throw CallError("it pads by \(pads)")
            }
            if mode == "constant" {
                // Negative padding cuts.
                let first = max(0, -before[axis])
                tensor = try part(tensor, axis, from: first, count: extent - first - max(0, -after[axis]))
                (before[axis], after[axis]) = (max(0, before[axis]), max(0, after[axis]))
                continue
            }
            guard before[axis] >= 0, after[axis] >= 0, mode == "replicate" || max(before[axis], after[axis]) < extent
            else {
                throw CallError("it pads \(extent) elements by \(max(before[axis], after[axis]))")
            }
            try tracer.spend(extent + before[axis] + after[axis])
            let index = (-before[axis]..<extent + after[axis]).map { position in
                switch mode {
                case "reflect": position < 0 ? -position : position >= extent ? 2 * extent - 2 - position : position
                case "circular": (position + extent) % extent
                default: min(max(position, 0), extent - 1)
                }
            }
            tensor = try gathered(tensor, axis, index, [index.count])
        }
        guard mode == "constant", before + after != [Int](repeating: 0, count: 2 * rank) else {
            return try copy(tensor)
        }
        return try padded(tensor, before, after, with: number)
    }

    private func padded(
        _ tensor: ProgramTensor, _ before: [Int], _ after: [Int], with number: Double
    ) throws -> ProgramTensor {
        let shape = try Operation.pad(.init(before: before, after: after)).outputShape(inputs: [tensor.shape])
        func frame(inside: Double, outside: Double) throws -> ProgramTensor {
            let frame = try tracer.filled(outside, tensor.dtype, shape)
            var place = frame
            for axis in shape.indices { place = try part(place, axis, from: before[axis], count: tensor.shape[axis]) }
            try assign(ProgramTensor(ConstantTensor(scalar: inside, tensor.dtype)), to: place)
            return frame
        }
        if tensor.constant != nil {
            let frame = try tracer.filled(number, tensor.dtype, shape)
            var place = frame
            for axis in shape.indices { place = try part(place, axis, from: before[axis], count: tensor.shape[axis]) }
            try assign(tensor, to: place)
            return frame
        }
        let zeros = tracer.tensor(
            try scope.record(.pad(.init(before: before, after: after)), value(tensor)), tensor.dtype)
        if number == 0 { return zeros }
        let edge = try frame(inside: 0, outside: number)
        return tracer.tensor(try scope.add(value(zeros), value(edge)), tensor.dtype)
    }
}

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
        guard step > 0, start < end || tensor.constant != nil else {
            throw CallError("positions \(start) to \(end) by \(step) are none")
        }
        return (axis, start, start < end ? (end - start - 1) / step + 1 : 0, step)
    }

    func part(
        _ tensor: ProgramTensor, _ axis: Int, from start: Int, count: Int, by step: Int = 1
    ) throws -> ProgramTensor {
        var shape = tensor.shape
        // Of a constant there may be nothing: a window that leaves nothing over.
        let least = tensor.constant == nil ? 1 : 0
        guard 0...shape[axis] ~= start, least...shape[axis] ~= count, 1...1 << 40 ~= step,
            count == 0 || multipliedSaturated(count - 1, step) < shape[axis] - start
        else {
            throw CallError("\(count) positions from \(start) are not in an extent of \(shape[axis])")
        }
        if count == shape[axis] { return tensor }
        shape[axis] = count
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
        guard let first = tensors.first else { throw CallError("it joins nothing") }
        let axis = try self.axis(axis, rank: first.shape.count)
        if tensors.count == 1 { return first }
        let known = tensors.compactMap(\.constant)
        let dtype = tensors.dropFirst().reduce(first.dtype) {
            DType.promoted($0, isScalar: false, $1.dtype, isScalar: false)
        }
        guard known.count == tensors.count else {
            return tracer.tensor(try scope.concat(try tracer.values(tensors), axis: axis), dtype)
        }
        let shape = try Operation.concat(.init(axis: axis)).outputShape(inputs: tensors.map(\.shape))
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
            return tracer.tensor(try scope.reshape(value, tensor.shape))
        }
        guard shifts.count == axes.count else { throw CallError("it rolls by \(shifts) along \(axes)") }
        let positive = try axes.map { try axis($0, rank: tensor.shape.count) }
        guard tensor.constant != nil else {
            return tracer.tensor(try scope.roll(value(tensor), shifts: shifts, axes: positive))
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
        guard mode == "constant", before + after != [Int](repeating: 0, count: 2 * rank) else { return tensor }
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
        let edge = try frame(inside: 0, outside: max(number, -3e38))
        return tracer.tensor(try scope.add(value(zeros), value(edge)), tensor.dtype)
    }

    // MARK: Indices

    /// Positions of an axis by a table, its shape in place of the axis.
    func gathered(_ tensor: ProgramTensor, _ axis: Int, _ index: [Int], _ shape: [Int]) throws -> ProgramTensor {
        let extent = tensor.shape[axis]
        let positions = try index.map { position in
            guard -extent..<extent ~= position else {
                throw CallError("index \(position) is not in an extent of \(extent)")
            }
            return position < 0 ? position + extent : position
        }
        let target = tensor.shape[..<axis] + shape + tensor.shape[(axis + 1)...]
        if let known = tensor.constant {
            try tracer.spend(target.reduce(1, multipliedSaturated))
            let (outer, inner) = (tensor.shape[..<axis].reduce(1, *), tensor.shape[(axis + 1)...].reduce(1, *))
            let elements = known.elements
            return try tracer.constant(
                known.dtype, Array(target),
                (0..<outer).flatMap { row in
                    positions.flatMap { position in
                        let start = (row * extent + position) * inner
                        return elements[start..<start + inner]
                    }
                })
        }
        let table = try tracer.table(ConstantTensor(.int64, shape, positions.map { Double($0) }))
        return tracer.tensor(try scope.record(.gather(.init(axis: axis, index: table)), value(tensor)), tensor.dtype)
    }

    /// The elements of an index as positions of an axis, counted from the front.
    private func positions(of index: ConstantTensor, in extent: Int) throws -> [Int] {
        try index.elements.map { element in
            guard let position = Int(exactly: element), -extent..<extent ~= position else {
                throw CallError("index \(element) is not in an extent of \(extent)")
            }
            return position < 0 ? position + extent : position
        }
    }

    func gathered(_ tensor: ProgramTensor, _ axis: Int, _ index: ProgramTensor) throws -> ProgramTensor {
        guard !tensor.shape.isEmpty else { throw CallError("it indexes a scalar") }
        guard let known = index.constant else { return try chosen(tensor, axis, index) }
        try tracer.spend(known.count)
        return try gathered(tensor, axis, positions(of: known, in: tensor.shape[axis]), known.shape)
    }

    /// Positions of an axis by numbers that depend on the input.
    private func chosen(_ tensor: ProgramTensor, _ axis: Int, _ index: ProgramTensor) throws -> ProgramTensor {
        guard !index.dtype.isFloatingPoint, index.dtype != .bool else {
            throw CallError("its indices are not integers")
        }
        guard tensor.shape[axis] <= 1 << 24 else { throw CallError("an axis of \(tensor.shape[axis]) is indexed") }
        let rest = tensor.shape.indices.filter { $0 != axis }
        let (inner, count) = (rest.map { tensor.shape[$0] }, index.shape.reduce(1, *))
        let rows = try reshaped(permuted(tensor, [axis] + rest), [1, tensor.shape[axis], inner.reduce(1, *)])
        let found = try scope.record(.selectRows(.init()), value(rows), value(reshaped(index, [1, count, 1])))
        let apart = tracer.tensor(try scope.reshape(found, index.shape + inner), tensor.dtype)
        // The index's axes stand where the axis was.
        let own = Array(0..<index.shape.count)
        let others = inner.indices.map { index.shape.count + $0 }
        return try permuted(apart, Array(others[..<axis]) + own + Array(others[axis...]))
    }

    /// The same for `torch.gather`.
    private func chosenAlong(_ tensor: ProgramTensor, _ axis: Int, _ index: ProgramTensor) throws -> ProgramTensor {
        let rank = tensor.shape.count
        guard index.shape.count == rank, rank > 0 else { throw CallError("its index has the shape \(index.shape)") }
        // Whole rows, where one position counts for all of a row.
        if rank >= 2, axis == rank - 2, let origin = index.origin, case .expand = origin.step,
            origin.base.shape == Array(index.shape.dropLast()) + [1], index.shape.last == tensor.shape.last,
            index.shape.dropLast(2) == tensor.shape.dropLast(2)
        {
            let outer = tensor.shape.dropLast(2).reduce(1, *)
            let rows = try reshaped(tensor, [outer] + tensor.shape.suffix(2))
            let positions = try reshaped(origin.base, [outer, index.shape[axis], 1])
            let found = try scope.record(.selectRows(.init()), value(rows), value(positions))
            return tracer.tensor(try scope.reshape(found, index.shape), tensor.dtype)
        }
        let strides = StridedLayout.contiguousStrides(of: tensor.shape)
        let steps = StridedLayout.contiguousStrides(of: index.shape)
        let count = index.shape.reduce(1, *)
        try tracer.spend(2 * count)
        let own = (0..<count).map { place in
            tensor.shape.indices.reduce(0) { sum, at in
                at == axis ? sum : sum + strides[at] * (place / steps[at] % index.shape[at])
            }
        }
        let scaled = try combined(.tensor(index), .number(Double(strides[axis])), .multiply)
        let offsets = try tracer.constant(.int64, index.shape, own.map { Double($0) })
        return try chosen(reshaped(tensor, [-1]), 0, combined(.tensor(scaled), .tensor(offsets), .add))
    }

    /// `torch.gather` by a known index: of everything else each place keeps its own position.
    func gatheredAlong(
        _ tensor: ProgramTensor, _ axis: Int, _ index: ProgramTensor
    ) throws -> [ProgramValue] {
        guard let known = index.constant else { return [.tensor(try chosenAlong(tensor, axis, index))] }
        guard known.shape.count == tensor.shape.count else { throw CallError("its index has the shape \(known.shape)") }
        try tracer.spend(2 * known.count)
        let strides = StridedLayout.contiguousStrides(of: tensor.shape)
        let steps = StridedLayout.contiguousStrides(of: known.shape)
        let positions = try positions(of: known, in: tensor.shape[axis]).enumerated().map { place, index in
            tensor.shape.indices.reduce(0) { sum, at in
                sum + strides[at] * (at == axis ? index : place / steps[at] % known.shape[at])
            }
        }
        return [.tensor(try gathered(reshaped(tensor, [-1]), 0, positions, known.shape))]
    }

    /// Positions of which negative ones count from the end, all counted from the front.
    func countedFromFront(_ index: ProgramTensor, in extent: Int) throws -> ProgramTensor {
        guard index.dtype != .bool, try canBeNegative(index) else { return index }
        let isNegative = try compared(.tensor(index), .number(0), .lt)
        let shift = try scope.scale(value(isNegative), by: Double(extent))
        return tracer.tensor(try scope.add(value(index), shift), .int64)
    }

    /// Whether some elements may be below 0, by what they were made of.
    private func canBeNegative(_ tensor: ProgramTensor) throws -> Bool {
        var pending = [try value(tensor)]
        var visited: Set<Value> = []
        while let value = pending.popLast() {
            guard visited.insert(value).inserted else { continue }
            let node = tracer.builder.node(of: value)
            switch node.operation {
            case .topK, .compare, .activation(.relu), .activation(.sigmoid): break
            case .constant(let constant):
                let elements = constant.table.elements
                try tracer.spend(elements.count)
                if elements.contains(where: { $0 < 0 }) { return true }
            case .affine(let affine) where affine.scale >= 0 && affine.shift >= 0: pending += node.inputs
            case .binary(let binary) where binary.kind != .subtract: pending += node.inputs
            case .choose: pending += node.inputs[1...]
            case .selectRows: pending.append(node.inputs[0])
            case .reshape, .permute, .expand, .slice, .concat, .gather, .roll, .pad: pending += node.inputs
            default: return true
            }
        }
        return false
    }

    /// tensor[indices], some of which depend on the input.
    private func chosen(_ tensor: ProgramTensor, _ indices: [ProgramTensor?]) throws -> ProgramTensor {
        let axes = indices.indices.filter { indices[$0] != nil }
        guard indices.count <= tensor.shape.count, indices.allSatisfy({ $0?.dtype != .bool }) else {
            throw CallError("it chooses by truths, or along more axes than there are")
        }
        let isTogether = axes.last == axes[0] + axes.count - 1
        let front = isTogether ? axes[0] : 0
        let others = tensor.shape.indices.filter { !axes.contains($0) }
        let moved = try permuted(tensor, Array(others[..<front]) + axes + Array(others[front...]))
        var positions: ProgramTensor?
        for axis in axes {
            guard let given = indices[axis] else { continue }
            let index = try countedFromFront(given, in: tensor.shape[axis])
            guard let sum = positions else {
                positions = index
                continue
            }
            let scaled = try combined(.tensor(sum), .number(Double(tensor.shape[axis])), .multiply)
            positions = try combined(.tensor(scaled), .tensor(index), .add)
        }
        guard let positions else { throw CallError("it has no indices") }
        let end = front + axes.count
        let joined = moved.shape[..<front] + [moved.shape[front..<end].reduce(1, *)] + moved.shape[end...]
        return try chosen(reshaped(moved, Array(joined)), front, positions)
    }

    /// tensor[indices], of which None stands for a whole axis.
    func indexed(_ tensor: ProgramTensor, _ indices: [ProgramTensor?]) throws -> ProgramTensor {
        if indices.contains(where: { $0 != nil && $0?.constant == nil }) { return try chosen(tensor, indices) }
        var constants: [(axis: Int, index: ConstantTensor)] = []
        var axis = 0
        for index in indices {
            guard let index else {
                axis += 1
                continue
            }
            guard let known = index.constant else { throw CallError("its indices depend on the input") }
            if known.dtype == .bool {
                // The places where the mask holds, an index for each of its axes.
                try tracer.spend(2 * known.count)
                let steps = StridedLayout.contiguousStrides(of: known.shape)
                let places = known.elements.indices.filter { known.elements[$0] != 0 }
                for at in known.shape.indices {
                    let own = places.map { Double($0 / steps[at] % known.shape[at]) }
                    constants.append((axis + at, ConstantTensor(.int64, [places.count], own)))
                }
                axis += known.shape.count
            } else {
                constants.append((axis, known))
                axis += 1
            }
        }
        guard let first = constants.first, axis <= tensor.shape.count else { throw CallError("it has no indices") }
        if constants.count == 1 {
            return try gathered(
                tensor, first.axis, positions(of: first.index, in: tensor.shape[first.axis]), first.index.shape)
        }
        guard constants.last?.axis == first.axis + constants.count - 1 else {
            // Those that are not side by side come first.
            let chosen = constants.map(\.axis)
            let front = try permuted(tensor, chosen + tensor.shape.indices.filter { !chosen.contains($0) })
            return try indexed(front, constants.map { ProgramTensor($0.index) })
        }
        // Several axes are one, indexed by one number.
        var shape: [Int] = []
        for (_, index) in constants {
            shape = try spreadShape(shape, index.shape)
        }
        try tracer.spend(shape.reduce(constants.count, multipliedSaturated))
        var joint = [Int](repeating: 0, count: shape.reduce(1, *))
        for (axis, index) in constants {
            let extent = tensor.shape[axis]
            for (place, position) in try positions(of: index.spread(to: shape), in: extent).enumerated() {
                joint[place] = joint[place] * extent + position
            }
        }
        let end = first.axis + constants.count
        let joined = tensor.shape[..<first.axis] + [tensor.shape[first.axis..<end].reduce(1, *)] + tensor.shape[end...]
        return try gathered(reshaped(tensor, Array(joined)), first.axis, joint, shape)
    }
}

import ModelGraph
import TensorCore

/// Elements by their positions, known or by the input.
extension Call {
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
            throw CallError("it chooses by booleans, or along more axes than there are")
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

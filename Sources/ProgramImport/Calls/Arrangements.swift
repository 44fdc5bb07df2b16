import ModelGraph
import TensorCore

/// Calls of convenience: other names and arrangements of simpler calls.
extension ATenCalls {
    static let arrangements: [String: Body] = {
        var table: [String: Body] = [:]
        table["ravel.default"] = { call in [.tensor(try call.reshaped(call.first(), [-1]))] }
        for (name, least) in [("atleast_1d", 1), ("atleast_2d", 2)] {
            table[name + ".default"] = { call in
                let tensor = try call.first()
                let lead = [Int](repeating: 1, count: max(0, least - tensor.shape.count))
                return [.tensor(try call.reshaped(tensor, lead + tensor.shape))]
            }
        }
        table["atleast_3d.default"] = { call in [.tensor(try call.deep(call.first()))] }
        for (name, axis) in [("fliplr.default", 1), ("flipud.default", 0)] {
            table[name] = { call in
                let tensor = try call.first()
                guard tensor.shape.count > axis else { throw CallError("its input has the shape \(tensor.shape)") }
                return [.tensor(try call.turned(tensor, axis))]
            }
        }
        table["rot90.default"] = { call in
            let tensor = try call.first()
            let axes = try call.ints("dims", default: [0, 1]).map { try call.axis($0, rank: tensor.shape.count) }
            guard axes.count == 2, axes[0] != axes[1] else { throw CallError("it turns in the plane of \(axes)") }
            var order = Array(tensor.shape.indices)
            order.swapAt(axes[0], axes[1])
            switch (try call.int("k", default: 1) % 4 + 4) % 4 {
            case 1: return [.tensor(try call.permuted(call.turned(tensor, axes[1]), order))]
            case 2: return [.tensor(try call.turned(call.turned(tensor, axes[0]), axes[1]))]
            case 3: return [.tensor(try call.turned(call.permuted(tensor, order), axes[1]))]
            default: return [.tensor(try call.copy(tensor))]
            }
        }
        table["column_stack.default"] = { call in
            let columns = try call.tensors("tensors").map { tensor in
                tensor.shape.count < 2 ? try call.reshaped(tensor, [tensor.shape.reduce(1, *), 1]) : tensor
            }
            return [.tensor(try call.joined(columns, 1))]
        }
        table["dstack.default"] = { call in
            [.tensor(try call.joined(call.tensors("tensors").map { try call.deep($0) }, 2))]
        }
        table["broadcast_tensors.default"] = { call in
            let tensors = try call.tensors("tensors")
            var shape: [Int] = []
            for tensor in tensors {
                shape = try spreadShape(shape, tensor.shape)
            }
            return [.tensors(try tensors.map { try call.expanded($0, shape) })]
        }
        table["tensor_split.indices"] = { call in
            let tensor = try call.first()
            return [try call.split(tensor, at: call.ints("indices"), try call.axis(of: tensor, default: 0))]
        }
        for (name, axis) in [("hsplit", 1), ("vsplit", 0), ("dsplit", 2)] {
            for overload in ["int", "array"] {
                table["\(name).\(overload)"] = { call in
                    let tensor = try call.first()
                    let own = tensor.shape.count == 1 && axis == 1 ? 0 : axis
                    guard tensor.shape.count > own else { throw CallError("its input has the shape \(tensor.shape)") }
                    if overload == "array" { return [try call.split(tensor, at: call.ints("indices"), own)] }
                    let count = try call.int("sections")
                    guard count > 0, tensor.shape[own] % count == 0 else {
                        throw CallError("\(tensor.shape[own]) does not divide into \(count) parts")
                    }
                    return [try call.split(tensor, own, by: tensor.shape[own] / count)]
                }
            }
        }
        table["take.default"] = { call in
            [.tensor(try call.gathered(call.reshaped(call.first(), [-1]), 0, call.tensor("index")))]
        }
        table["put.default"] = { call in
            let tensor = try call.first()
            let (index, source) = (try call.tensor("index"), try call.tensor("source"))
            let flat = try call.scatter(
                call.bool("accumulate", default: false) ? .sum : .replace, call.reshaped(tensor, [-1]),
                call.reshaped(index, [-1]), .tensor(call.reshaped(source, [-1])), axis: 0)
            return [.tensor(try call.reshaped(flat, tensor.shape))]
        }
        for name in ["repeat_interleave.self_Tensor", "repeat_interleave.Tensor"] {
            table[name] = { call in
                // Of counts alone: each position as often as its count says.
                let counts = try call.tensor("repeats")
                guard let known = counts.constant, known.shape.count == 1 else {
                    throw CallError("how often it repeats depends on the input")
                }
                let numbers = try known.elements.map { element in
                    guard let count = Int(exactly: element), 0...1 << 31 ~= count else {
                        throw CallError("it repeats \(element) times")
                    }
                    return count
                }
                try call.tracer.spend(numbers.reduce(0) { $0.addingSaturated($1) })
                let index = numbers.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) }
                guard name.hasSuffix("self_Tensor") else {
                    return [.tensor(try call.tracer.constant(.int64, [index.count], index.map { Double($0) }))]
                }
                let tensor = try call.has("dim") ? call.first() : call.reshaped(call.first(), [-1])
                let axis = try call.has("dim") ? call.axis(of: tensor) : 0
                guard numbers.count == tensor.shape[axis] else {
                    throw CallError("\(numbers.count) counts are not those of \(tensor.shape[axis]) elements")
                }
                return [.tensor(try call.gathered(tensor, axis, index, [index.count]))]
            }
        }
        for name in ["nonzero.default", "argwhere.default"] {
            table[name] = { call in
                guard let known = try call.first().constant else {
                    throw CallError("how many elements it gives depends on the input")
                }
                try call.tracer.spend(2 * known.count)
                let places = known.elements.indices.filter { known.elements[$0] != 0 }
                let steps = StridedLayout.contiguousStrides(of: known.shape)
                let rows = places.flatMap { place in
                    known.shape.indices.map { Double(place / steps[$0] % known.shape[$0]) }
                }
                return [.tensor(try call.tracer.constant(.int64, [places.count, known.shape.count], rows))]
            }
        }
        table["masked_select.default"] = { call in
            let (tensor, mask) = (try call.first(), try call.tensor("mask"))
            guard mask.constant != nil else { throw CallError("how many elements it gives depends on the input") }
            let shape = try spreadShape(tensor.shape, mask.shape)
            return [.tensor(try call.indexed(call.expanded(tensor, shape), [call.expanded(mask, shape)]))]
        }
        table["masked_scatter.default"] = { call in
            let (tensor, mask, source) = (try call.first(), try call.tensor("mask"), try call.tensor("source"))
            let shape = try spreadShape(tensor.shape, mask.shape)
            guard let known = try call.expanded(mask, shape).constant else {
                return [.tensor(try call.filling(tensor, where: mask, with: source, shape))]
            }
            try call.tracer.spend(2 * known.count)
            let places = known.elements.indices.filter { known.elements[$0] != 0 }
            guard places.count <= source.shape.reduce(1, *) else {
                throw CallError("it writes \(places.count) of \(source.shape.reduce(1, *)) elements")
            }
            let index = try call.tracer.constant(.int64, [places.count], places.map { Double($0) })
            let given = try call.part(call.reshaped(source, [-1]), 0, from: 0, count: places.count)
            let flat = try call.scatter(
                .replace, call.reshaped(call.expanded(tensor, shape), [-1]), index, .tensor(given), axis: 0)
            return [.tensor(try call.reshaped(flat, shape))]
        }
        for overload in ["Tensor", "Scalar"] {
            for name in ["bucketize", "searchsorted"] {
                table["\(name).\(overload)"] = { call in
                    let isBucket = name == "bucketize"
                    guard !call.has("sorter") else { throw CallError("its sequence is sorted by 'sorter'") }
                    let bounds = try call.tensor(isBucket ? "boundaries" : "sorted_sequence")
                    let query = try call.operand("self")
                    let isRight = call.bool("right", default: false) || call.string("side") == "right"
                    return [.tensor(try call.count(of: bounds, below: query, orEqual: isRight))]
                }
            }
        }
        for name in ["count_nonzero.default", "count_nonzero.dim_IntList"] {
            table[name] = { call in
                let tensor = try call.first()
                let (axes, _) = try call.reducedAxes(of: tensor)
                let isOne = try call.compared(.tensor(tensor), .number(0), .ne)
                let sum = try call.scope.record(.reduce(.init(.sum, axes: axes)), call.value(isOne))
                let shape = call.reducedShape(tensor.shape, axes, keeps: false)
                return [.tensor(call.tracer.tensor(try call.scope.applying(.reshape(shape), to: sum), .int64))]
            }
        }
        table["diff.default"] = { call in
            var tensor = try call.first()
            let axis = try call.axis(of: tensor, default: -1)
            let parts = [try call.optionalTensor("prepend"), tensor, try call.optionalTensor("append")].compactMap {
                $0
            }
            if parts.count > 1 { tensor = try call.joined(parts, axis) }
            let count = try call.int("n", default: 1)
            guard 0..<tensor.shape[axis] ~= count else { throw CallError("it takes \(count) differences") }
            try call.tracer.spend(parts: count)
            for _ in 0..<count {
                let extent = tensor.shape[axis]
                let next = try call.part(tensor, axis, from: 1, count: extent - 1)
                let own = try call.part(tensor, axis, from: 0, count: extent - 1)
                tensor = try call.combined(.tensor(next), .tensor(own), .subtract)
            }
            return [.tensor(tensor)]
        }
        return table
    }()

    /// Operators by other names.
    static let synonyms: [(name: String, same: String)] =
        ["Tensor", "Scalar"].flatMap { overload in
            [
                ("subtract", "sub"), ("multiply", "mul"), ("divide", "div"), ("greater", "gt"), ("greater_equal", "ge"),
                ("less", "lt"), ("less_equal", "le"), ("not_equal", "ne"),
            ].map { ("\($0.0).\(overload)", "\($0.1).\(overload)") }
        } + [
            ("divide.Tensor_mode", "div.Tensor_mode"), ("divide.Scalar_mode", "div.Scalar_mode"),
            ("special_log_softmax.int", "log_softmax.int"), ("special_log_softmax.default", "log_softmax.int"),
            ("special_logsumexp.default", "logsumexp.default"), ("row_stack.default", "vstack.default"),
            ("special_round.default", "round.decimals"),
            ("permute_copy.default", "permute.default"), ("transpose_copy.int", "transpose.int"),
            ("t_copy.default", "t.default"), ("unsqueeze_copy.default", "unsqueeze.default"),
            ("squeeze_copy.default", "squeeze.default"), ("squeeze_copy.dim", "squeeze.dim"),
            ("squeeze_copy.dims", "squeeze.dims"), ("unbind_copy.int", "unbind.int"),
            ("unfold_copy.default", "unfold.default"), ("_reshape_alias.default", "view.default"),
            ("_reshape_copy.default", "view.default"), ("as_strided_copy.default", "as_strided.default"),
            ("narrow_copy.default", "narrow.default"),
            ("fill.Tensor", "fill.Scalar"), ("matrix_H.default", "mT.default"), ("mH.default", "mT.default"),
            ("std_mean.default", "std_mean.correction"), ("sym_stride.int", "stride.int"),
        ]
}

extension Call {
    /// The tensor with the elements of a source, one after the other, where a mask holds that depends on the input.
    /// - Parameter shape: what tensor and mask spread to.
    fileprivate func filling(
        _ tensor: ProgramTensor, where mask: ProgramTensor, with source: ProgramTensor, _ shape: [Int]
    ) throws -> ProgramTensor {
        var mask = mask
        if let origin = mask.origin, case .expand = origin.step { mask = origin.base }
        // Whole rows where the mask is one for all of a row, as that of an image's tokens is.
        let width = shape.last ?? 1
        let isOfRows =
            mask.shape.count == shape.count && mask.shape.last == 1 && source.shape.reduce(1, *) % width == 0
        let places = try expanded(mask, isOfRows ? Array(shape.dropLast()) + [1] : shape)
        let count = try scanned(.sum, of: reshaped(places, [-1]), axis: 0)
        let rows = try reshaped(source, [-1, isOfRows ? width : 1])
        let chosenRows = try gathered(rows, 0, combined(.tensor(count), .number(1), .subtract))
        return try chosen(places, .tensor(reshaped(chosenRows, shape)), .tensor(tensor))
    }

    /// With at least three axes: a matrix is one map, a vector one row of it.
    fileprivate func deep(_ tensor: ProgramTensor) throws -> ProgramTensor {
        switch tensor.shape.count {
        case 0: try reshaped(tensor, [1, 1, 1])
        case 1: try reshaped(tensor, [1] + tensor.shape + [1])
        case 2: try reshaped(tensor, tensor.shape + [1])
        default: tensor
        }
    }

    /// An axis backwards.
    fileprivate func turned(_ tensor: ProgramTensor, _ axis: Int) throws -> ProgramTensor {
        let extent = tensor.shape[axis]
        try tracer.spend(extent)
        return try gathered(tensor, axis, (0..<extent).map { extent - 1 - $0 }, [extent])
    }

    /// The parts between positions of an axis.
    fileprivate func split(_ tensor: ProgramTensor, at positions: [Int], _ axis: Int) throws -> ProgramValue {
        let extent = tensor.shape[axis]
        let ends = positions.map { min(max($0 < 0 ? $0 + extent : $0, 0), extent) } + [extent]
        try tracer.spend(parts: ends.count)
        var start = 0
        return .tensors(
            try ends.map { end in
                defer { start = end }
                return try part(tensor, axis, from: start, count: max(0, end - start))
            })
    }

    /// How many of the last axis's elements, which rise, are smaller than each element of a query, or not larger.
    fileprivate func count(of bounds: ProgramTensor, below query: Operand, orEqual: Bool) throws -> ProgramTensor {
        guard !bounds.isScalar else { throw CallError("its bounds are a scalar") }
        var places = query
        var shape: [Int] = []
        if case .tensor(let tensor) = query {
            shape = tensor.shape
            places = .tensor(try reshaped(tensor, tensor.shape + [1]))
        }
        var own = bounds
        if bounds.shape.count > 1 {
            // A row of bounds for each row of the query.
            guard bounds.shape.dropLast() == shape.dropLast() else {
                throw CallError("it seeks \(shape) in rows of \(bounds.shape)")
            }
            own = try reshaped(bounds, bounds.shape.dropLast() + [1, bounds.shape[bounds.shape.count - 1]])
        }
        let isBelow = try compared(places, .tensor(own), orEqual ? .ge : .gt)
        guard let known = isBelow.constant else {
            let sum = try reducedAway(isBelow, .sum, axis: isBelow.shape.count - 1)
            return tracer.tensor(try value(sum), .int64)
        }
        return try tracer.constant(
            .int64, Array(known.shape.dropLast()), rows(of: known, [known.shape.count - 1]).map { $0.reduce(0, +) })
    }
}

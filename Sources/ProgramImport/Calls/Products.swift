import ModelGraph
import TensorCore

extension ATenCalls {
    static let products: [String: Body] = [
        "linear.default": { call in
            [.tensor(try call.linear(call.tensor("input"), call.tensor("weight"), call.optionalTensor("bias")))]
        },
        "addmm.default": { call in
            let (left, right) = (try call.tensor("mat1"), try call.tensor("mat2"))
            let (alpha, beta) = (try call.number("alpha", default: 1), try call.number("beta", default: 1))
            let bias = try call.tensor("self")
            if alpha == 1, beta == 1, right.transposedParameter != nil, let weight = right.origin?.base {
                return [.tensor(try call.linear(left, weight, bias))]
            }
            let product = try call.scaled(.tensor(call.product(left, right)), by: alpha)
            return [.tensor(try call.combined(call.scaled(.tensor(bias), by: beta), product, .add))]
        },
        "baddbmm.default": { call in
            let product = try call.product(call.tensor("batch1"), call.tensor("batch2"))
            let scaled = try call.scaled(.tensor(product), by: call.number("alpha", default: 1))
            let bias = try call.scaled(.tensor(call.tensor("self")), by: call.number("beta", default: 1))
            return [.tensor(try call.combined(scaled, bias, .add))]
        },
        "mm.default": { call in [.tensor(try call.product(call.tensor("self"), call.tensor("mat2")))] },
        "bmm.default": { call in [.tensor(try call.product(call.tensor("self"), call.tensor("mat2")))] },
        "matmul.default": { call in [.tensor(try call.product(call.tensor("self"), call.tensor("other")))] },
        "linalg_matmul.default": { call in [.tensor(try call.product(call.tensor("self"), call.tensor("other")))] },
        "mv.default": { call in [.tensor(try call.product(call.tensor("self"), call.tensor("vec")))] },
        "addmv.default": { call in
            let product = try call.product(call.tensor("mat"), call.tensor("vec"))
            return [.tensor(try call.shifted(product))]
        },
        "addr.default": { call in
            let (left, right) = (try call.tensor("vec1"), try call.tensor("vec2"))
            let column = try call.reshaped(left, left.shape + [1])
            return [.tensor(try call.shifted(call.combined(.tensor(column), .tensor(right), .multiply)))]
        },
        "addbmm.default": { call in
            let products = try call.product(call.tensor("batch1"), call.tensor("batch2"))
            return [.tensor(try call.shifted(call.reducedAway(products, .sum, axis: 0)))]
        },
        "linalg_multi_dot.default": { call in
            let tensors = try call.tensors("tensors")
            guard let first = tensors.first else { throw CallError("it multiplies nothing") }
            return [.tensor(try tensors.dropFirst().reduce(first) { try call.product($0, $1) })]
        },
        "tensordot.default": { call in
            let (left, right) = (try call.tensor("self"), try call.tensor("other"))
            let own = try call.axes(call.ints("dims_self"), of: left)
            let others = try call.axes(call.ints("dims_other"), of: right)
            guard own.count == others.count, Set(own).count == own.count, Set(others).count == others.count,
                own.map({ left.shape[$0] }) == others.map({ right.shape[$0] })
            else { throw CallError("it contracts axes \(own) and \(others)") }
            let rows = left.shape.indices.filter { !own.contains($0) }
            let columns = right.shape.indices.filter { !others.contains($0) }
            let inner = own.reduce(1) { $0 * left.shape[$1] }
            let a = try call.reshaped(call.permuted(left, rows + own), [-1, inner])
            let b = try call.reshaped(call.permuted(right, others + columns), [inner, -1])
            return [
                .tensor(
                    try call.reshaped(
                        call.product(a, b), rows.map { left.shape[$0] } + columns.map { right.shape[$0] }))
            ]
        },
        "linalg_cross.default": { call in
            let (a, b) = (try call.tensor("self"), try call.tensor("other"))
            let shape = try spreadShape(a.shape, b.shape)
            let axis = try call.axis(try call.int("dim", default: -1), rank: shape.count)
            guard !shape.isEmpty, shape[axis] == 3 else {
                throw CallError("axis \(axis) of \(shape) has no extent of 3")
            }
            let (left, right) = (try call.expanded(a, shape), try call.expanded(b, shape))
            func turned(_ tensor: ProgramTensor, by count: Int) throws -> Call.Operand {
                .tensor(try call.gathered(tensor, axis, (0..<3).map { ($0 + count) % 3 }, [3]))
            }
            let first = try call.combined(turned(left, by: 1), turned(right, by: 2), .multiply)
            let second = try call.combined(turned(left, by: 2), turned(right, by: 1), .multiply)
            return [.tensor(try call.combined(.tensor(first), .tensor(second), .subtract))]
        },
        "vdot.default": { call in [.tensor(try call.product(call.tensor("self"), call.tensor("other")))] },
        "dot.default": { call in [.tensor(try call.product(call.tensor("self"), call.tensor("tensor")))] },
        "einsum.default": { call in
            guard let equation = call.string("equation") else { throw CallError("'equation' is missing") }
            return [.tensor(try call.einsum(equation, try call.tensors("tensors")))]
        },
        "_grouped_mm.default": { call in
            guard !call.has("bias"), let ends = try call.optionalTensor("offs") else {
                throw CallError("it has a bias, or no offsets")
            }
            return [.tensor(try call.groupedProduct(call.tensor("self"), call.tensor("mat2"), ends: ends))]
        },
        // What transformers has experts call for float32.
        "torch.ops.transformers.grouped_mm_fallback.default": { call in
            [.tensor(try call.groupedProduct(call.tensor("input"), call.tensor("weight"), ends: call.tensor("offs")))]
        },
        "scaled_dot_product_attention.default": { call in [.tensor(try call.attention(mask: "attn_mask"))] },
        "_scaled_dot_product_flash_attention_for_cpu.default": { call in
            [.tensor(try call.attention(mask: "attn_mask"))]
        },
    ]
}

extension Call {
    /// x·Wᵀ + b over the last axis, which a vector W leaves out.
    func linear(
        _ input: ProgramTensor, _ weight: ProgramTensor, _ bias: ProgramTensor?
    ) throws -> ProgramTensor {
        if weight.shape.count == 1 {
            let product = try product(input, weight)
            return try bias.map { try combined(.tensor(product), .tensor($0), .add) } ?? product
        }
        guard weight.shape.count == 2 else { throw CallError("its weight has the shape \(weight.shape)") }
        guard let kernel = weight.parameter, !input.shape.isEmpty else {
            let product = try product(input, transposed(weight))
            guard let bias else { return product }
            return try combined(.tensor(product), .tensor(bias), .add)
        }
        // The product of each row: how the rows are folded does not matter.
        if let folded = foldedRows(of: input) {
            let output = try linear(folded, weight, bias)
            let shape = Array(input.shape.dropLast()) + [weight.shape[0]]
            return output.copied(.reshape(shape), try scope.applying(.reshape(shape), to: value(output)), shape)
        }
        let own = bias.flatMap { $0.shape == [weight.shape[0]] ? $0.parameter : nil }
        let output = try scope.record(.linear, value(input), weights: [kernel] + (own.map { [$0] } ?? []))
        guard let bias, own == nil else { return tracer.tensor(output) }
        return try combined(.tensor(tracer.tensor(output)), .tensor(bias), .add)
    }

    /// The tensor whose leading axes this one has as a single one; nil where it is none such.
    private func foldedRows(of tensor: ProgramTensor) -> ProgramTensor? {
        guard tensor.shape.count == 2, let origin = tensor.origin, case .reshape = origin.step, tensor.constant == nil,
            origin.base.shape.count > 2, origin.base.shape.last == tensor.shape.last
        else { return nil }
        return origin.base
    }

    /// beta · self + alpha · product
    fileprivate func shifted(_ product: ProgramTensor) throws -> ProgramTensor {
        let scaled = try scaled(.tensor(product), by: number("alpha", default: 1))
        return try combined(self.scaled(.tensor(tensor("self")), by: number("beta", default: 1)), scaled, .add)
    }

    /// Rows of which each is multiplied by one of several matrices: those before the first end by the first, and so on.
    /// - Parameters:
    ///   - rows: `[n, k]`.
    ///   - matrices: `[groups, k, m]`.
    ///   - ends: `[groups]`, ascending.
    /// - Returns: `[n, m]`; a row after the last end is 0.
    fileprivate func groupedProduct(
        _ rows: ProgramTensor, _ matrices: ProgramTensor, ends: ProgramTensor
    ) throws -> ProgramTensor {
        guard rows.shape.count == 2, matrices.shape.count == 3, ends.shape == [matrices.shape[0]] else {
            throw CallError("it multiplies rows of \(rows.shape) by matrices of \(matrices.shape) up to \(ends.shape)")
        }
        let (count, groups) = (rows.shape[0], matrices.shape[0])
        try tracer.spend(count.addingSaturated(groups))
        let numbers = try tracer.constant(.int64, [1, count], (0..<count).map { Double($0) })
        let isPast = try compared(.tensor(reshaped(ends, [groups, 1])), .tensor(numbers), .le)
        // As many groups end at a row or before it as stand before its own.
        let group = try reshaped(reducedAway(isPast, .sum, axis: 0), [1, count, 1])
        let all = try tracer.constant(.int64, [groups, 1, 1], (0..<groups).map { Double($0) })
        let products = try product(reshaped(rows, [1, count, rows.shape[1]]), matrices)
        let own = try chosen(compared(.tensor(group), .tensor(all), .eq), .tensor(products), .number(0))
        return try reducedAway(own, .sum, axis: 0)
    }

    private func transposed(_ tensor: ProgramTensor) -> ProgramTensor {
        let rank = tensor.shape.count
        let axes = Array(0..<rank - 2) + [rank - 1, rank - 2]
        return tensor.viewed(.permute(axes), axes.map { tensor.shape[$0] })
    }

    /// As `torch.matmul`.
    func product(_ left: ProgramTensor, _ right: ProgramTensor) throws -> ProgramTensor {
        guard !left.shape.isEmpty, !right.shape.isEmpty else { throw CallError("it multiplies a scalar") }
        // Vectors are matrices of one row or column.
        if left.shape.count == 1 || right.shape.count == 1 {
            let rows = left.shape.count == 1 ? left.viewed(.reshape([1] + left.shape), [1] + left.shape) : left
            let columns = right.shape.count == 1 ? right.viewed(.reshape(right.shape + [1]), right.shape + [1]) : right
            let matrix = try product(rows, columns)
            var shape = matrix.shape
            if right.shape.count == 1 { shape.removeLast() }
            if left.shape.count == 1 { shape.remove(at: shape.count - (right.shape.count == 1 ? 1 : 2)) }
            return matrix.viewed(.reshape(shape), shape)
        }
        if right.transposedParameter != nil, let weight = right.origin?.base { return try linear(left, weight, nil) }
        if let (a, b) = try unfolded(left, right) {
            let output = try product(a, b)
            let shape = Array(left.shape.dropLast()) + [right.shape[right.shape.count - 1]]
            return output.copied(.reshape(shape), try scope.applying(.reshape(shape), to: value(output)), shape)
        }
        let swapped = Array(0..<right.shape.count - 2) + [right.shape.count - 1, right.shape.count - 2]
        if let origin = right.origin, origin.step == .permute(swapped), right.constant == nil {
            return tracer.tensor(try scope.matmul(value(left), value(origin.base), transposed: true))
        }
        return tracer.tensor(try scope.matmul(value(left), value(right)))
    }

    /// Batches of matrices whose several leading axes were folded into one: as they were before.
    private func unfolded(
        _ left: ProgramTensor, _ right: ProgramTensor
    ) throws -> (ProgramTensor, ProgramTensor)? {
        func base(_ tensor: ProgramTensor) -> ProgramTensor? {
            guard tensor.shape.count == 3, let origin = tensor.origin, case .reshape = origin.step,
                tensor.constant == nil,
                origin.base.shape.count > 3, origin.base.shape.suffix(2) == tensor.shape.suffix(2)
            else { return nil }
            // Expanded to what it is already.
            if let inner = origin.base.origin, case .expand = inner.step, inner.base.shape == origin.base.shape {
                return inner.base
            }
            return origin.base
        }
        let (a, b) = (base(left), base(right))
        guard let leading = (a ?? b)?.shape.dropLast(2), left.constant == nil, right.constant == nil else { return nil }
        func inFront(_ own: ProgramTensor?, _ tensor: ProgramTensor) throws -> ProgramTensor? {
            // Extents of 1 make no difference.
            guard let own else { return try reshaped(tensor, leading + tensor.shape.suffix(2), isView: true) }
            guard own.shape.dropLast(2) != leading else { return own }
            guard own.shape.dropLast(2).filter({ $0 > 1 }) == leading.filter({ $0 > 1 }) else { return nil }
            return try reshaped(own, leading + own.shape.suffix(2), isView: true)
        }
        guard left.shape[0] == right.shape[0], let first = try inFront(a, left), let second = try inFront(b, right)
        else { return nil }
        return (first, second)
    }

    /// Heads of keys or values, each of which serves several heads of queries, side by side: `[…, heads, n, C]`.
    private func repeated(_ tensor: ProgramTensor, heads: Int) throws -> ProgramTensor {
        let axis = tensor.shape.count - 3
        guard tensor.shape[axis] > 0, heads % tensor.shape[axis] == 0 else {
            throw CallError("\(heads) heads are not a multiple of \(tensor.shape[axis])")
        }
        var shape = tensor.shape
        shape.insert(1, at: axis + 1)
        let apart = try reshaped(tensor, shape)
        shape[axis + 1] = heads / tensor.shape[axis]
        var joined = tensor.shape
        joined[axis] = heads
        return try reshaped(expanded(apart, shape), joined)
    }

    fileprivate func attention(mask name: String) throws -> ProgramTensor {
        let query = try tensor("query")
        var (key, values) = (try tensor("key"), try tensor("value"))
        guard try number("dropout_p", default: 0) == 0 else { throw CallError("it draws random numbers") }
        let rank = query.shape.count
        guard rank >= 2, key.shape.count == rank, values.shape.count == rank else {
            throw CallError("its operands have the shapes \(query.shape), \(key.shape), \(values.shape)")
        }
        let (rows, columns) = (query.shape[rank - 2], key.shape[rank - 2])
        var mask = try optionalTensor(name).map { try attentionMask($0) } ?? AttentionMask()
        if bool("is_causal", default: false) {
            try tracer.spend(multipliedSaturated(rows, columns))
            mask.bias = try tracer.constant(
                .float32, [rows, columns], (0..<rows * columns).map { $0 % columns > $0 / columns ? Self.hidden : 0 })
        }
        if bool("enable_gqa", default: false), rank >= 3 {
            let heads = query.shape[rank - 3]
            (key, values) = (try repeated(key, heads: heads), try repeated(values, heads: heads))
        }
        var leading = Array(query.shape.dropLast(2))
        // Leading axes spread to each other, as those of a single query to all of its keys.
        for tensor in [key, values] {
            for axis in leading.indices where leading[axis] == 1 { leading[axis] = tensor.shape[axis] }
        }
        let operands = try [query, key, values].map { tensor in
            try scope.applying(.expand(leading + tensor.shape.suffix(2)), to: value(tensor))
        }
        let output = try scope.attention(
            operands[0], operands[1], operands[2], mask: try mask.bias.map(value), scale: try optionalNumber("scale"))
        guard let seen = mask.seen else { return tracer.tensor(output) }
        return tracer.tensor(
            try scope.record(.choose(.init()), value(seen), output, operandValue(.number(0))))
    }
}

import ModelGraph
import TensorCore

/// The same elements in another order or under another shape.
extension ATenCalls {
    static let shapes: [String: Body] = {
        var table: [String: Body] = [:]
        for name in ["view.default", "_unsafe_view.default", "view_copy.default"] {
            table[name] = { call in [.tensor(try call.reshaped(call.first(), call.ints("size"), isView: true))] }
        }
        table["reshape.default"] = { call in [.tensor(try call.reshaped(call.first(), call.ints("shape")))] }
        for name in ["view_as.default", "reshape_as.default"] {
            table[name] = { call in [.tensor(try call.reshaped(call.first(), call.tensor("other").shape))] }
        }
        table["flatten.using_ints"] = { call in
            let tensor = try call.first()
            let rank = tensor.shape.count
            guard rank > 0 else { return [.tensor(try call.reshaped(tensor, [1]))] }
            let first = try call.axis("start_dim", of: tensor, default: 0)
            let last = try call.axis("end_dim", of: tensor, default: -1)
            guard first <= last else { throw CallError("it flattens axes \(first) to \(last)") }
            let middle = tensor.shape[first...last].reduce(1, *)
            return [.tensor(try call.reshaped(tensor, tensor.shape[..<first] + [middle] + tensor.shape[(last + 1)...]))]
        }
        table["unflatten.int"] = { call in
            let tensor = try call.first()
            let axis = try call.axis(of: tensor)
            let sizes = try call.filled(try call.ints("sizes"), count: tensor.shape[axis])
            return [.tensor(try call.reshaped(tensor, tensor.shape[..<axis] + sizes + tensor.shape[(axis + 1)...]))]
        }
        for name in ["squeeze.default", "squeeze.dim", "squeeze.dims"] {
            table[name] = { call in
                let tensor = try call.first()
                let axes = try call.optionalInts("dim").map {
                    try $0.map { try call.axis($0, rank: tensor.shape.count) }
                }
                let kept = tensor.shape.indices.filter { tensor.shape[$0] != 1 || !(axes?.contains($0) ?? true) }
                return [.tensor(try call.reshaped(tensor, kept.map { tensor.shape[$0] }, isView: true))]
            }
        }
        table["unsqueeze.default"] = { call in
            let tensor = try call.first()
            var shape = tensor.shape
            shape.insert(1, at: try call.axis(try call.int("dim"), rank: shape.count + 1))
            return [.tensor(try call.reshaped(tensor, shape, isView: true))]
        }
        table["permute.default"] = { call in
            let tensor = try call.first()
            return [
                .tensor(
                    try call.permuted(tensor, try call.ints("dims").map { try call.axis($0, rank: tensor.shape.count) })
                )
            ]
        }
        for (name, first, second) in [
            ("transpose.int", "dim0", "dim1"), ("swapaxes.default", "axis0", "axis1"),
            ("swapdims.default", "dim0", "dim1"),
        ] {
            table[name] = { call in
                let tensor = try call.first()
                var axes = Array(tensor.shape.indices)
                if !axes.isEmpty { axes.swapAt(try call.axis(first, of: tensor), try call.axis(second, of: tensor)) }
                return [.tensor(try call.permuted(tensor, axes))]
            }
        }
        for name in ["t.default", "numpy_T.default", "mT.default"] {
            table[name] = { call in
                let tensor = try call.first()
                var axes = Array(tensor.shape.indices)
                if name == "mT.default", axes.count >= 2 {
                    axes.swapAt(axes.count - 1, axes.count - 2)
                } else {
                    axes.reverse()
                }
                return [.tensor(try call.permuted(tensor, axes))]
            }
        }
        for name in ["movedim.int", "movedim.intlist", "moveaxis.int", "moveaxis.intlist"] {
            table[name] = { call in
                let tensor = try call.first()
                let rank = tensor.shape.count
                let from = try call.ints("source").map { try call.axis($0, rank: rank) }
                let to = try call.ints("destination").map { try call.axis($0, rank: rank) }
                guard from.count == to.count, Set(from).count == from.count, Set(to).count == to.count else {
                    throw CallError("it moves axes \(from) to \(to)")
                }
                var axes = tensor.shape.indices.filter { !from.contains($0) }
                for (source, place) in zip(from, to).sorted(by: { $0.1 < $1.1 }) { axes.insert(source, at: place) }
                return [.tensor(try call.permuted(tensor, axes))]
            }
        }
        for name in ["expand.default", "broadcast_to.default", "expand_copy.default"] {
            table[name] = { call in [.tensor(try call.expanded(call.first(), call.ints("size")))] }
        }
        table["expand_as.default"] = { call in [.tensor(try call.expanded(call.first(), call.tensor("other").shape))] }
        table["as_strided.default"] = { call in
            // It steps over the memory that the tensor may show a part of.
            let (tensor, start) = try call.first().place
            let (shape, strides) = (try call.ints("size"), try call.ints("stride"))
            let offset = try call.int("storage_offset", default: start)
            guard shape.allSatisfy({ $0 > 0 }), shape.reduce(1, multipliedSaturated) <= 1 << 40 else {
                throw CallError("a tensor of \(shape) has no elements, or too many")
            }
            // Another shape of the same elements is a view.
            let wide = shape.indices.filter { shape[$0] != 1 && $0 < strides.count }
            let rowMajor = StridedLayout.contiguousStrides(of: shape)
            guard offset == 0, tensor.isDense, shape.reduce(1, multipliedSaturated) == tensor.shape.reduce(1, *),
                wide.allSatisfy({ strides[$0] == rowMajor[$0] })
            else { return [.tensor(try call.strided(tensor, shape, strides, from: offset))] }
            return [.tensor(try call.reshaped(tensor, shape, isView: true))]
        }
        for name in ["repeat.default", "tile.default"] {
            table[name] = { call in
                let tensor = try call.first()
                var counts = try call.has("repeats") ? call.ints("repeats") : call.ints("dims")
                if counts.count < tensor.shape.count {
                    counts = [Int](repeating: 1, count: tensor.shape.count - counts.count) + counts
                }
                let own = [Int](repeating: 1, count: counts.count - tensor.shape.count) + tensor.shape
                let apart = try call.reshaped(tensor, own.flatMap { [1, $0] })
                let wide = try call.expanded(apart, zip(counts, own).flatMap { [$0, $1] })
                let result = try call.reshaped(wide, zip(counts, own).map(multipliedSaturated))
                // What spreads has memory of its own when it is reshaped, as a rule.
                let isShared = counts.allSatisfy { $0 == 1 } || result.origin?.isAlias != false
                return [.tensor(isShared ? try call.copy(result) : result)]
            }
        }
        table["repeat_interleave.self_int"] = { call in
            let (tensor, count) = (try call.first(), try call.int("repeats"))
            let flat = try call.has("dim") ? tensor : call.reshaped(tensor, [-1])
            let axis = try call.has("dim") ? call.axis(of: flat) : 0
            var shape = flat.shape
            shape.insert(1, at: axis + 1)
            let apart = try call.reshaped(flat, shape)
            shape[axis + 1] = count
            let wide = try call.expanded(apart, shape)
            shape = flat.shape
            shape[axis] = multipliedSaturated(shape[axis], count)
            let result = try call.reshaped(wide, shape)
            return [.tensor(count == 1 || result.origin?.isAlias != false ? try call.copy(result) : result)]
        }
        table["pixel_shuffle.default"] = { call in
            let (tensor, r) = (try call.first(), try call.int("upscale_factor"))
            let own = Array(tensor.shape.suffix(3))
            guard own.count == 3, 1...1 << 20 ~= r, own[0] % (r * r) == 0 else {
                throw CallError("\(tensor.shape) does not divide")
            }
            let outer = Array(tensor.shape.dropLast(3))
            let (n, c, h, w) = (outer.reduce(1, *), own[0] / (r * r), own[1], own[2])
            let moved = try call.permuted(call.reshaped(tensor, [n, c, r, r, h, w]), [0, 1, 4, 2, 5, 3])
            return [.tensor(try call.copy(call.reshaped(moved, outer + [c, h * r, w * r])))]
        }
        table["pixel_unshuffle.default"] = { call in
            let (tensor, r) = (try call.first(), try call.int("downscale_factor"))
            let own = Array(tensor.shape.suffix(3))
            guard own.count == 3, 1...1 << 20 ~= r, own[1] % r == 0, own[2] % r == 0 else {
                throw CallError("\(tensor.shape) does not divide")
            }
            let outer = Array(tensor.shape.dropLast(3))
            let (n, c, h, w) = (outer.reduce(1, *), own[0], own[1] / r, own[2] / r)
            let moved = try call.permuted(call.reshaped(tensor, [n, c, h, r, w, r]), [0, 1, 3, 5, 2, 4])
            return [.tensor(try call.copy(call.reshaped(moved, outer + [c * r * r, h, w])))]
        }
        for name in ["channel_shuffle.default", "native_channel_shuffle.default"] {
            table[name] = { call in
                let (tensor, groups) = (try call.first(), try call.int("groups"))
                let shape = tensor.shape
                guard shape.count >= 2, groups > 0, shape[1] % groups == 0 else {
                    throw CallError("\(shape) does not divide")
                }
                let apart = [shape[0], groups, shape[1] / groups] + shape[2...]
                let axes = [0, 2, 1] + (3..<apart.count)
                let moved = try call.permuted(call.reshaped(tensor, apart), axes)
                return [.tensor(try call.copy(call.reshaped(moved, shape)))]
            }
        }
        return table
    }()
}

extension Call {
    /// Elements of a row-major tensor by steps over its memory, which may overlap.
    /// - Parameter shape: of positive extents.
    fileprivate func strided(
        _ tensor: ProgramTensor, _ shape: [Int], _ strides: [Int], from offset: Int
    ) throws -> ProgramTensor {
        let count = tensor.shape.reduce(1, *)
        guard tensor.isDense, shape.count == strides.count, offset >= 0, strides.allSatisfy({ $0 >= 0 }),
            zip(shape, strides).reduce(offset, { $0.addingSaturated(multipliedSaturated($1.0 - 1, $1.1)) }) < count
        else { throw CallError("it steps over memory by \(strides)") }
        try tracer.requireAxes(shape.count)
        try tracer.spend(shape.reduce(1, multipliedSaturated))
        var places = [offset]
        for (extent, stride) in zip(shape, strides) {
            places = places.flatMap { first in (0..<extent).map { first + $0 * stride } }
        }
        let steps = zip(shape, strides).map { $0 == 1 ? 1 : $1 }
        return try gathered(reshaped(tensor, [-1]), 0, places, shape).showing(tensor, strides: steps)
    }

    /// The sizes with the one that is −1 worked out.
    fileprivate func filled(_ sizes: [Int], count: Int) throws -> [Int] {
        guard let open = sizes.firstIndex(of: -1) else { return sizes }
        let rest = sizes.enumerated().filter { $0.offset != open }.map(\.element).reduce(1, multipliedSaturated)
        guard rest > 0, count % rest == 0 else { throw CallError("\(count) elements do not fill \(sizes)") }
        var sizes = sizes
        sizes[open] = count / rest
        return sizes
    }

    /// - Parameter isView: whether PyTorch gives a view, whatever the strides.
    func reshaped(_ tensor: ProgramTensor, _ sizes: [Int], isView: Bool = false) throws -> ProgramTensor {
        try tracer.requireAxes(sizes.count)
        let shape = try filled(sizes, count: tensor.shape.reduce(1, *))
        guard shape.allSatisfy({ $0 >= (tensor.constant == nil ? 1 : 0) }),
            shape.reduce(1, multipliedSaturated) == tensor.shape.reduce(1, *)
        else { throw CallError("a tensor of \(tensor.shape) has no shape \(shape)") }
        if shape == tensor.shape { return tensor }
        if case .truth(let truth, let plain) = tensor.content {
            return ProgramTensor(truth, shape: shape) { try reshaped(plain(), shape) }
        }
        // Of shapes that follow each other the last one counts.
        if let origin = tensor.origin, case .reshape = origin.step, tensor.constant == nil {
            if origin.isAlias { return try reshaped(origin.base, shape, isView: isView) }
            if origin.base.shape == shape { return origin.base }
        }
        guard isView || tensor.constant != nil || tensor.isViewable(as: shape) else {
            return tensor.copied(.reshape(shape), try scope.applying(.reshape(shape), to: value(tensor)), shape)
        }
        return tensor.viewed(.reshape(shape), shape)
    }

    func permuted(_ tensor: ProgramTensor, _ axes: [Int]) throws -> ProgramTensor {
        guard axes.sorted() == Array(tensor.shape.indices) else {
            throw CallError("\(axes) are not the axes of a tensor of \(tensor.shape)")
        }
        if axes == Array(tensor.shape.indices) { return tensor }
        // Of permutations that follow each other one is left.
        if let origin = tensor.origin, origin.isAlias, case .permute(let first) = origin.step, tensor.constant == nil {
            return try permuted(origin.base, axes.map { first[$0] })
        }
        return tensor.viewed(.permute(axes), axes.map { tensor.shape[$0] })
    }

    func expanded(_ tensor: ProgramTensor, _ sizes: [Int]) throws -> ProgramTensor {
        try tracer.requireAxes(sizes.count)
        let lead = sizes.count - tensor.shape.count
        guard lead >= 0 else { throw CallError("a tensor of \(tensor.shape) does not spread to \(sizes)") }
        let shape = sizes.indices.map { sizes[$0] == -1 && $0 >= lead ? tensor.shape[$0 - lead] : sizes[$0] }
        guard shape.allSatisfy({ $0 > 0 }), shape.reduce(1, multipliedSaturated) <= 1 << 40,
            shape.indices.allSatisfy({ axis in
                axis < lead || tensor.shape[axis - lead] == 1 || tensor.shape[axis - lead] == shape[axis]
            })
        else { throw CallError("a tensor of \(tensor.shape) does not spread to \(sizes)") }
        if tensor.constant != nil { try tracer.spend(shape.reduce(1, multipliedSaturated)) }
        return shape == tensor.shape ? tensor : tensor.viewed(.expand(shape), shape)
    }
}

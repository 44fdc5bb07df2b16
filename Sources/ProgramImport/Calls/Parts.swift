import ModelGraph
import TensorCore

/// Parts of tensors, and tensors of several parts.
extension ATenCalls {
    static let parts: [String: Body] = {
        var table: [String: Body] = [:]
        for name in ["slice.Tensor", "slice_copy.Tensor"] {
            table[name] = { call in
                let tensor = try call.first()
                let range = try call.slice(of: tensor)
                return [
                    .tensor(try call.part(tensor, range.axis, from: range.start, count: range.count, by: range.step))
                ]
            }
        }
        table["narrow.default"] = { call in
            let tensor = try call.first()
            let axis = try call.axis(of: tensor)
            let start = try call.int("start")
            return [
                .tensor(
                    try call.part(
                        tensor, axis, from: start < 0 ? start + tensor.shape[axis] : start,
                        count: try call.int("length")))
            ]
        }
        for name in ["select.int", "select_copy.int"] {
            table[name] = { call in
                let tensor = try call.first()
                return [.tensor(try call.selected(tensor, try call.axis(of: tensor), try call.int("index")))]
            }
        }
        table["unbind.int"] = { call in
            let tensor = try call.first()
            let axis = try call.axis(of: tensor, default: 0)
            try call.tracer.spend(parts: tensor.shape[axis])
            return [.tensors(try (0..<tensor.shape[axis]).map { try call.selected(tensor, axis, $0) })]
        }
        for name in ["split.Tensor", "split.default", "unsafe_split.Tensor", "split_copy.Tensor"] {
            table[name] = { call in
                let tensor = try call.first()
                let axis = try call.axis(of: tensor, default: 0)
                return [try call.split(tensor, axis, by: try call.int("split_size"))]
            }
        }
        for name in [
            "split_with_sizes.default", "split.sizes", "split_with_sizes_copy.default",
            "unsafe_split_with_sizes.default",
        ] {
            table[name] = { call in
                let tensor = try call.first()
                let axis = try call.axis(of: tensor, default: 0)
                var start = 0
                let sizes = try call.optionalInts("split_sizes") ?? call.ints("split_size")
                guard sizes.allSatisfy({ 0...tensor.shape[axis] ~= $0 }) else {
                    throw CallError("it makes parts of \(sizes) of \(tensor.shape[axis])")
                }
                try call.tracer.spend(parts: sizes.count)
                return [
                    .tensors(
                        try sizes.map { size in
                            defer { start += size }
                            return try call.part(tensor, axis, from: start, count: size)
                        })
                ]
            }
        }
        for name in ["chunk.default", "unsafe_chunk.default"] {
            table[name] = { call in
                let tensor = try call.first()
                let axis = try call.axis(of: tensor, default: 0)
                let count = try call.int("chunks")
                guard count > 0 else { throw CallError("it makes \(count) parts") }
                return [try call.split(tensor, axis, by: (tensor.shape[axis] - 1) / count + 1)]
            }
        }
        table["tensor_split.sections"] = { call in
            let tensor = try call.first()
            let axis = try call.axis(of: tensor, default: 0)
            let (count, extent) = (try call.int("sections"), tensor.shape[axis])
            guard count >= 1, count <= extent else { throw CallError("it makes \(count) parts of \(extent)") }
            try call.tracer.spend(parts: count)
            var start = 0
            return [
                .tensors(
                    try (0..<count).map { index in
                        let size = extent / count + (index < extent % count ? 1 : 0)
                        defer { start += size }
                        return try call.part(tensor, axis, from: start, count: size)
                    })
            ]
        }
        for name in ["cat.default", "concat.default", "concatenate.default"] {
            table[name] = { call in [.tensor(try call.joined(call.tensors("tensors"), try call.int("dim", default: 0)))]
            }
        }
        for (name, axis) in [("hstack.default", 1), ("vstack.default", 0)] {
            table[name] = { call in
                let tensors = try call.tensors("tensors").map { tensor in
                    tensor.shape.count < 2 && axis == 0
                        ? try call.reshaped(tensor, [1, tensor.shape.reduce(1, *)])
                        : tensor.shape.isEmpty ? try call.reshaped(tensor, [1]) : tensor
                }
                return [.tensor(try call.joined(tensors, tensors.first?.shape.count == 1 ? 0 : axis))]
            }
        }
        table["stack.default"] = { call in
            let tensors = try call.tensors("tensors")
            guard let first = tensors.first else { throw CallError("it stacks nothing") }
            let axis = try call.axis(try call.int("dim", default: 0), rank: first.shape.count + 1)
            let lifted = try tensors.map { tensor in
                var shape = tensor.shape
                shape.insert(1, at: min(axis, shape.count))
                return try call.reshaped(tensor, shape)
            }
            return [.tensor(try call.joined(lifted, axis))]
        }
        table["roll.default"] = { call in [.tensor(try call.rolled())] }
        table["flip.default"] = { call in
            var tensor = try call.first()
            let axes = try tensor.isScalar ? [] : call.ints("dims").map { try call.axis($0, rank: tensor.shape.count) }
            guard Set(axes).count == axes.count else { throw CallError("it flips an axis twice") }
            for axis in axes {
                let extent = tensor.shape[axis]
                try call.tracer.spend(extent)
                tensor = try call.gathered(tensor, axis, (0..<extent).map { extent - 1 - $0 }, [extent])
            }
            return [.tensor(axes.isEmpty ? try call.copy(tensor) : tensor)]
        }
        table["unfold.default"] = { call in
            let tensor = try call.first()
            let axis = try call.axis("dimension", of: tensor)
            let (size, step) = (try call.int("size"), try call.int("step"))
            guard size > 0, step > 0, size <= tensor.shape[axis] else {
                throw CallError("windows of \(size) by \(step)")
            }
            let count = (tensor.shape[axis] - size) / step + 1
            try call.tracer.spend(multipliedSaturated(count, size))
            let index = (0..<count).flatMap { window in (0..<size).map { window * step + $0 } }
            var strides = tensor.strides
            strides.insert(count > 1 ? strides[axis] * step : strides[axis], at: axis)
            let windows = try call.gathered(tensor, axis, index, [count, size]).showing(tensor, strides: strides)
            let axes = windows.shape.indices.filter { $0 != axis + 1 } + [axis + 1]
            return [.tensor(try call.permuted(windows, axes))]
        }
        for name in ["pad.default", "constant_pad_nd.default"] {
            table[name] = { call in [.tensor(try call.padded(mode: call.string("mode") ?? "constant"))] }
        }
        for (mode, names) in [
            ("reflect", ["reflection_pad1d.default", "reflection_pad2d.default", "reflection_pad3d.default"]),
            ("replicate", ["replication_pad1d.default", "replication_pad2d.default", "replication_pad3d.default"]),
        ] {
            for name in names { table[name] = { call in [.tensor(try call.padded(mode: mode))] } }
        }
        for name in ["index.Tensor", "_unsafe_index.Tensor"] {
            table[name] = { call in [.tensor(try call.indexed(call.first(), call.optionalTensors("indices")))] }
        }
        table["index_select.default"] = { call in
            let tensor = try call.first()
            return [.tensor(try call.gathered(tensor, try call.axis(of: tensor), call.tensor("index")))]
        }
        table["embedding.default"] = { call in
            [.tensor(try call.gathered(call.tensor("weight"), 0, call.tensor("indices")))]
        }
        for name in [
            "embedding_bag.default", "embedding_bag.padding_idx", "_embedding_bag.default",
            "_embedding_bag_forward_only.default",
        ] {
            table[name] = { call in [.tensor(try call.bags())] }
        }
        table["take_along_dim.default"] = { call in
            let (tensor, index) = (try call.first(), try call.tensor("indices"))
            guard call.has("dim") else {
                return try call.gatheredAlong(call.reshaped(tensor, [-1]), 0, call.reshaped(index, [-1]))
            }
            let axis = try call.axis(of: tensor)
            guard index.shape.count == tensor.shape.count else {
                throw CallError("its index has the shape \(index.shape)")
            }
            // All other axes spread.
            var shapes = [tensor.shape, index.shape]
            let extents = shapes.map { $0[axis] }
            for position in 0..<2 { shapes[position][axis] = 1 }
            var shape = try spreadShape(shapes[0], shapes[1])
            let wide = try zip([tensor, index], extents).map { part, extent in
                shape[axis] = extent
                return try call.expanded(part, shape)
            }
            return try call.gatheredAlong(wide[0], axis, wide[1])
        }
        table["gather.default"] = { call in
            try call.gatheredAlong(try call.first(), try call.axis(of: call.first()), try call.tensor("index"))
        }
        table["slice_scatter.default"] = { call in
            let tensor = try call.first()
            let range = try call.slice(of: tensor)
            let copy = try call.copy(tensor)
            let place = try call.part(copy, range.axis, from: range.start, count: range.count, by: range.step)
            try call.assign(call.tensor("src"), to: place)
            return [.tensor(copy)]
        }
        table["select_scatter.default"] = { call in
            let tensor = try call.first()
            let copy = try call.copy(tensor)
            try call.assign(
                call.tensor("src"), to: try call.selected(copy, try call.axis(of: tensor), try call.int("index")))
            return [.tensor(copy)]
        }
        table["copy_.default"] = { call in
            let target = try call.first()
            try call.assign(call.tensor("src"), to: target)
            return [.tensor(target)]
        }
        table["copy.default"] = { call in
            let (tensor, source) = (try call.first(), try call.tensor("src"))
            if tensor.shape.contains(0) { return [.tensor(tensor)] }
            let wide = try call.expanded(source, tensor.shape)
            guard let known = source.constant else { return [.tensor(wide)] }
            return [
                .tensor(try call.tracer.constant(tensor.dtype, tensor.shape, known.spread(to: tensor.shape).elements))
            ]
        }
        for name in ["fill_.Scalar", "fill_.Tensor", "zero_.default"] {
            table[name] = { call in
                let target = try call.first()
                let number = name == "zero_.default" ? 0 : try call.number("value")
                try call.assign(ProgramTensor(ConstantTensor(scalar: number, target.dtype)), to: target)
                return [.tensor(target)]
            }
        }
        return table
    }()
}

extension Call {
    /// Sums, means or maxima of the rows that the indices of a bag name; a bag reaches from its offset to the next.
    fileprivate func bags() throws -> ProgramTensor {
        let (weight, indices) = (try tensor("weight"), try tensor("indices"))
        guard let offsets = try tensor("offsets").constant else { throw CallError("its offsets depend on the input") }
        guard weight.shape.count == 2, indices.shape.count == 1, offsets.shape.count == 1 else {
            throw CallError("its operands have the shapes \(weight.shape), \(indices.shape) and \(offsets.shape)")
        }
        let count = indices.shape[0]
        var ends = offsets.elements.map { Int(exactly: $0) ?? -1 }
        if !bool("include_last_offset", default: false) { ends.append(count) }
        guard ends.first == 0, ends.last == count, zip(ends, ends.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            throw CallError("its offsets are not ascending, from 0 to at most \(count)")
        }
        let (mode, padding) = (try int("mode", default: 0), try int("padding_idx", default: -1))
        guard 0...2 ~= mode, padding < 0 || mode < 2 else { throw CallError("its mode is \(mode)") }
        var rows = try gathered(weight, 0, indices)
        if let factors = try optionalTensor("per_sample_weights") {
            rows = try combined(.tensor(rows), .tensor(reshaped(factors, [count, 1])), .multiply)
        }
        guard padding >= 0 else { return try bags(rows, mode == 0 ? .sum : mode == 1 ? .mean : .max, ends) }
        // The index of padding counts for nothing.
        let isRow = try reshaped(compared(.tensor(indices), .number(Double(padding)), .ne), [count, 1])
        let sums = try bags(chosen(isRow, .tensor(rows), .number(0)), .sum, ends)
        guard mode == 1 else { return sums }
        let counts = try scope.activate(.clamp(lower: 1, upper: .infinity), value(bags(isRow, .sum, ends)))
        return try combined(.tensor(sums), .tensor(tracer.tensor(counts)), .divide)
    }

    /// One row for those from each end to the next; 0 for none.
    private func bags(
        _ rows: ProgramTensor, _ kind: Operation.Reduce.Kind, _ ends: [Int]
    ) throws -> ProgramTensor {
        let (width, sizes) = (rows.shape[1], zip(ends, ends.dropFirst()).map { $1 - $0 })
        if let size = sizes.first, size > 0, sizes.allSatisfy({ $0 == size }) {
            return try reducedAway(reshaped(rows, [sizes.count, size, width]), kind, axis: 1)
        }
        try tracer.spend(parts: sizes.count)
        let found = try zip(ends, sizes).map { start, size in
            guard size > 0 else { return try tracer.filled(0, .float32, [1, width]) }
            return try reshaped(reducedAway(part(rows, 0, from: start, count: size), kind, axis: 0), [1, width])
        }
        return try joined(found, 0)
    }
}

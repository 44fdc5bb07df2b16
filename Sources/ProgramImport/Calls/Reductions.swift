import ModelGraph
import TensorCore

/// One number for many.
extension ATenCalls {
    static let reductions: [String: Body] = {
        var table: [String: Body] = [:]
        for overload in ["default", "dim", "dim_IntList"] {
            table["mean." + overload] = { call in
                try call.reduced(.mean) { $0.reduce(0, +) / Double(max(1, $0.count)) }
            }
            table["sum." + overload] = { call in try call.reduced(.sum) { $0.reduce(0, +) } }
            table["amax." + overload] = { call in
                try call.reduced(.max) { $0.contains(where: \.isNaN) ? .nan : $0.max() ?? -.infinity }
            }
            table["amin." + overload] = { call in try call.smallest() }
            if overload != "dim" {
                table["max." + overload] = table["amax." + overload]
                table["min." + overload] = table["amin." + overload]
            }
            table["var." + overload] = { call in [try call.spread().variance] }
            table["std." + overload] = { call in [try call.root(of: call.spread().variance)] }
        }
        table["var_mean.default"] = { call in
            let (variance, mean) = try call.spread()
            return [variance, mean]
        }
        table["var.correction"] = table["var.dim"]
        table["std.correction"] = table["std.dim"]
        for overload in ["correction", "dim"] {
            table["var_mean." + overload] = { call in
                let (variance, mean) = try call.spread()
                return [variance, mean]
            }
            table["std_mean." + overload] = { call in
                let (variance, mean) = try call.spread()
                return [try call.root(of: variance), mean]
            }
        }
        for name in ["linalg_vector_norm.default", "norm.ScalarOpt_dim", "norm.Scalar", "norm.ScalarOpt_dim_dtype"] {
            table[name] = { call in
                let order = try call.optionalNumber("ord") ?? call.optionalNumber("p") ?? 2
                guard order == 2 else { return try call.norm(of: call.first(), order: order) }
                return try call.reduced(.norm) { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
            }
        }
        for overload in ["default", "str_ord"] {
            for name in ["linalg_norm", "linalg_matrix_norm"] {
                table["\(name).\(overload)"] = { call in
                    let order = try call.optionalNumber("ord")
                    let tensor = try call.first()
                    let axes = try call.optionalInts("dim") ?? (name.contains("matrix") ? [-2, -1] : nil)
                    // Norms that treat all elements alike: Frobenius' of matrices, and those of vectors.
                    let isVector = name == "linalg_norm" && (axes?.count ?? tensor.shape.count) == 1
                    guard ["fro", nil].contains(call.string("ord")), order == nil || isVector else {
                        throw CallError("it takes a norm of matrices other than Frobenius'")
                    }
                    let named = try axes.map { try $0.map { try call.axis($0, rank: tensor.shape.count) }.sorted() }
                    let all = named ?? Array(tensor.shape.indices)
                    let shape = call.reducedShape(tensor.shape, all, keeps: call.bool("keepdim", default: false))
                    let size = try call.length(of: tensor, axes: all, order: order ?? 2)
                    return [call.result(try call.scope.applying(.reshape(shape), to: size))]
                }
            }
        }
        for (name, kind) in [("nansum", Operation.Reduce.Kind.sum), ("nanmean", .mean)] {
            table[name + ".default"] = { call in
                let tensor = try call.firstConverted()
                let isNumber = try call.compared(.tensor(tensor), .tensor(tensor), .eq)
                let numbers = try call.chosen(isNumber, .tensor(tensor), .number(0))
                let (axes, keeps) = try call.reducedAxes(of: tensor)
                let shape = call.reducedShape(tensor.shape, axes, keeps: keeps)
                let sum = try call.scope.record(.reduce(.init(kind, axes: axes)), call.value(numbers))
                guard kind == .mean else { return [call.result(try call.scope.applying(.reshape(shape), to: sum))] }
                let share = try call.scope.record(.reduce(.init(kind, axes: axes)), call.value(isNumber))
                return [call.result(try call.scope.applying(.reshape(shape), to: call.scope.divide(sum, by: share)))]
            }
        }
        for name in ["prod.default", "prod.dim_int"] {
            table[name] = { call in
                let tensor = try call.firstConverted()
                let (axes, keeps) = try call.reducedAxes(of: tensor)
                guard let known = tensor.constant else {
                    let product = try call.product(of: tensor, axes)
                    return [
                        .tensor(try call.reshaped(product, call.reducedShape(tensor.shape, axes, keeps: keeps)))
                    ]
                }
                try call.tracer.spend(2 * known.count)
                let dtype = known.dtype == .bool ? .int64 : known.dtype
                return [
                    .tensor(
                        try call.tracer.constant(
                            dtype, call.reducedShape(tensor.shape, axes, keeps: keeps),
                            call.rows(of: known, axes).map { $0.reduce(1, *) }))
                ]
            }
        }
        table["logsumexp.default"] = { call in
            let tensor = try call.first()
            let (axes, keeps) = try call.reducedAxes(of: tensor)
            let scope = call.scope
            let x = try call.value(tensor)
            // What is taken from each is finite: ∞ − ∞ is NaN.
            let most = call.tracer.tensor(try scope.record(.reduce(.init(.max, axes: axes)), x))
            let isInfinite = try call.compared(
                .tensor(call.applied(.absolute, to: most)), .number(.infinity), .eq)
            let largest = try call.value(call.chosen(isInfinite, .number(0), .tensor(most)))
            let powers = try scope.activate(.exp, scope.subtract(x, largest))
            let sum = try scope.record(.function(.log), scope.record(.reduce(.init(.sum, axes: axes)), powers))
            return [
                call.result(
                    try scope.applying(
                        .reshape(call.reducedShape(tensor.shape, axes, keeps: keeps)), to: scope.add(sum, largest)))
            ]
        }
        for name in ["softmax.int", "_softmax.default", "_safe_softmax.default", "special_softmax.int"] {
            table[name] = { call in
                let tensor = try call.firstConverted()
                return [.tensor(try call.record(.softmax(.init(axis: call.axis(of: tensor))), tensor))]
            }
        }
        for name in ["log_softmax.int", "_log_softmax.default"] {
            table[name] = { call in
                let tensor = try call.firstConverted()
                // The logarithm of the softmax, which may be 0, would be −∞.
                let (scope, axes) = (call.scope, [try call.axis(of: tensor)])
                let x = try call.value(tensor)
                let shifted = try scope.subtract(x, scope.record(.reduce(.init(.max, axes: axes)), x))
                let sum = try scope.record(.reduce(.init(.sum, axes: axes)), scope.activate(.exp, shifted))
                return [call.result(try scope.subtract(shifted, scope.record(.function(.log), sum)))]
            }
        }
        table["cumsum.default"] = { call in
            let tensor = try call.firstConverted()
            let axis = try call.axis(of: tensor)
            guard let known = tensor.constant else {
                let sum = try call.runningSum(tensor, axis)
                return [.tensor(tensor.dtype.isFloatingPoint ? sum : try call.typed(sum, .int64))]
            }
            try call.tracer.spend(2 * known.count)
            var elements = known.elements
            let step = known.shape[(axis + 1)...].reduce(1, *)
            for index in elements.indices where index / step % known.shape[axis] > 0 {
                elements[index] += elements[index - step]
            }
            return [
                .tensor(try call.tracer.constant(known.dtype == .bool ? .int64 : known.dtype, known.shape, elements))
            ]
        }
        return table
    }()
}

extension Call {
    /// The axes of `dim`, ascending, and whether they stay; all where none is named.
    func reducedAxes(of tensor: ProgramTensor) throws -> (axes: [Int], keeps: Bool) {
        let named = try optionalInts("dim") ?? optionalInts("dims") ?? []
        let axes = try named.map { try axis($0, rank: tensor.shape.count) }
        // A scalar has the axis 0 in PyTorch, and none here.
        let isWhole = axes.isEmpty || tensor.isScalar
        return (isWhole ? Array(tensor.shape.indices) : Set(axes).sorted(), bool("keepdim", default: false))
    }

    func reducedShape(_ shape: [Int], _ axes: [Int], keeps: Bool) -> [Int] {
        keeps
            ? shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
            : shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
    }

    /// The elements of a constant that are put together, for each place of the result.
    func rows(of constant: ConstantTensor, _ axes: [Int]) -> [[Double]] {
        let kept = constant.shape.indices.filter { !axes.contains($0) }
        let elements = constant.applying(.permute(kept + axes)).elements
        let length = max(1, axes.map { constant.shape[$0] }.reduce(1, *))
        return stride(from: 0, to: elements.count, by: length).map { Array(elements[$0..<$0 + length]) }
    }

    /// The product with a triangle of ones; of a long axis, of which that would be large, a running sum.
    fileprivate func runningSum(_ tensor: ProgramTensor, _ axis: Int) throws -> ProgramTensor {
        let extent = tensor.shape[axis]
        if extent > 1024 { return try scanned(.sum, of: tensor, axis: axis) }
        try tracer.spend(multipliedSaturated(extent, extent))
        let triangle = (0..<extent * extent).map { $0 / extent <= $0 % extent ? 1.0 : 0 }
        return try product(along: axis, tensor, tracer.constant(.float32, [extent, extent], triangle))
    }

    fileprivate func reduced(_ kind: Operation.Reduce.Kind, _ function: ([Double]) -> Double) throws -> [ProgramValue] {
        let tensor = try firstConverted()
        let (axes, keeps) = try reducedAxes(of: tensor)
        let shape = reducedShape(tensor.shape, axes, keeps: keeps)
        if let known = tensor.constant {
            try tracer.spend(2 * known.count)
            let isCount = kind == .sum && !known.dtype.isFloatingPoint
            let dtype = isCount ? .int64 : kind == .max ? known.dtype : known.floatType
            return [.tensor(try tracer.constant(dtype, shape, rows(of: known, axes).map(function)))]
        }
        if tensor.isScalar { return [.tensor(try kind == .norm ? applied(.absolute, to: tensor) : copy(tensor))] }
        let value = try scope.record(.reduce(.init(kind, axes: axes)), value(tensor))
        let reduced = try scope.applying(.reshape(shape), to: value)
        guard !tensor.dtype.isFloatingPoint, kind == .sum || kind == .max else { return [result(reduced)] }
        return [.tensor(tracer.tensor(reduced, kind == .sum ? .int64 : tensor.dtype))]
    }

    /// (Σ |x|^order)^(1 / order); the number of elements that are not 0 for order 0, the smallest for −∞.
    fileprivate func norm(of tensor: ProgramTensor, order: Double) throws -> [ProgramValue] {
        let (axes, keeps) = try reducedAxes(of: tensor)
        let size = try length(of: tensor, axes: axes, order: order)
        return [result(try scope.applying(.reshape(reducedShape(tensor.shape, axes, keeps: keeps)), to: size))]
    }

    /// The same with the axes as extents of 1.
    func length(of tensor: ProgramTensor, axes: [Int], order: Double) throws -> Value {
        guard !order.isNaN else { throw CallError("it takes a norm of order NaN") }
        if order == 2 { return try scope.record(.reduce(.init(.norm, axes: axes)), value(tensor)) }
        let size = try applied(.absolute, to: tensor)
        let terms: Value
        switch order {
        case 0: terms = try value(compared(.tensor(size), .number(0), .ne))
        case 1, .infinity: terms = try value(size)
        case -.infinity: terms = try scope.scale(value(size), by: -1)
        default: terms = try scope.record(.function(.power(order)), value(size))
        }
        var sum = try scope.record(.reduce(.init(order.isInfinite ? .max : .sum, axes: axes)), terms)
        if order == -.infinity { sum = try scope.scale(sum, by: -1) }
        if order != 0, order != 1, !order.isInfinite { sum = try scope.record(.function(.power(1 / order)), sum) }
        return sum
    }

    fileprivate func smallest() throws -> [ProgramValue] {
        let tensor = try first()
        let (axes, keeps) = try reducedAxes(of: tensor)
        if tensor.constant != nil {
            return try reduced(.max) { $0.contains(where: \.isNaN) ? .nan : $0.min() ?? .infinity }
        }
        let largest = try scope.record(.reduce(.init(.max, axes: axes)), scope.scale(value(tensor), by: -1))
        let smallest = try scope.applying(
            .reshape(reducedShape(tensor.shape, axes, keeps: keeps)), to: scope.scale(largest, by: -1))
        return [.tensor(tracer.tensor(smallest, tensor.dtype.isFloatingPoint ? .float32 : tensor.dtype))]
    }

    /// Variance and mean.
    fileprivate func spread() throws -> (variance: ProgramValue, mean: ProgramValue) {
        let tensor = try first()
        let (axes, keeps) = try reducedAxes(of: tensor)
        let shape = reducedShape(tensor.shape, axes, keeps: keeps)
        let count = Double(axes.map { tensor.shape[$0] }.reduce(1, *))
        let correction = try optionalNumber("correction") ?? (bool("unbiased", default: true) ? 1 : 0)
        let x = try value(tensor)
        let mean = try scope.record(.reduce(.init(.mean, axes: axes)), x)
        let difference = try scope.subtract(x, mean)
        var variance = try scope.record(.reduce(.init(.mean, axes: axes)), scope.multiply(difference, by: difference))
        if correction != 0 { variance = try scope.scale(variance, by: count / max(0, count - correction)) }
        return (
            result(try scope.applying(.reshape(shape), to: variance)),
            result(try scope.applying(.reshape(shape), to: mean))
        )
    }

    fileprivate func root(of variance: ProgramValue) throws -> ProgramValue {
        guard case .tensor(let tensor) = variance else { return variance }
        return .tensor(try record(.function(.squareRoot), tensor))
    }
}

import ModelGraph
import TensorCore

/// Elements put at places along an axis, which may depend on the input.
extension ATenCalls {
    static let scatters: [String: Body] = {
        var table: [String: Body] = [:]
        for name in ["scatter.src", "scatter.value", "scatter.reduce", "scatter.value_reduce"] {
            table[name] = { call in
                let kind: Operation.Scatter.Kind =
                    switch call.string("reduce") {
                    case nil: .replace
                    case "add": .sum
                    case "multiply": .product
                    case let other?: throw CallError("it puts elements together by '\(other)'")
                    }
                let source = try call.operand(call.has("src") ? "src" : "value")
                return [.tensor(try call.scattered(kind, source))]
            }
        }
        table["scatter_add.default"] = { call in
            [.tensor(try call.scattered(.sum, .tensor(call.tensor("src"))))]
        }
        table["scatter_reduce.two"] = { call in
            [
                .tensor(
                    try call.scattered(
                        call.reduction(), .tensor(call.tensor("src")),
                        includesBase: call.bool("include_self", default: true)))
            ]
        }
        table["index_add.default"] = { call in
            let source = try call.scaled(.tensor(call.tensor("source")), by: call.number("alpha", default: 1))
            return [.tensor(try call.scatteredSlices(.sum, source))]
        }
        table["index_copy.default"] = { call in
            [.tensor(try call.scatteredSlices(.replace, .tensor(call.tensor("source"))))]
        }
        table["index_reduce.default"] = { call in
            [
                .tensor(
                    try call.scatteredSlices(
                        call.reduction(), .tensor(call.tensor("source")),
                        includesBase: call.bool("include_self", default: true)))
            ]
        }
        for name in ["index_fill.int_Scalar", "index_fill.int_Tensor"] {
            table[name] = { call in [.tensor(try call.scatteredSlices(.replace, call.operand("value")))] }
        }
        return table
    }()
}

extension Call {
    fileprivate func reduction() throws -> Operation.Scatter.Kind {
        switch string("reduce") {
        case "sum": return .sum
        case "prod": return .product
        case "mean": return .mean
        case "amax": return .max
        case "amin": return .min
        default: throw CallError("it puts elements together by '\(string("reduce") ?? "")'")
        }
    }

    /// Puts elements of a source at the positions that `index` has for them along the axis.
    fileprivate func scattered(
        _ kind: Operation.Scatter.Kind, _ source: Operand, includesBase: Bool = true
    ) throws -> ProgramTensor {
        let (base, index) = (try first(), try tensor("index"))
        guard !base.isScalar, index.shape.count == base.shape.count else {
            throw CallError("it puts elements by an index of \(index.shape) into a tensor of \(base.shape)")
        }
        // A source that is larger than the index gives its first elements.
        var elements = source
        if case .tensor(var tensor) = source, tensor.shape.count == index.shape.count {
            for at in index.shape.indices where index.shape[at] < tensor.shape[at] {
                tensor = try part(tensor, at, from: 0, count: index.shape[at])
            }
            elements = .tensor(tensor)
        }
        return try scatter(kind, base, index, elements, axis: axis(of: base), includesBase: includesBase)
    }

    /// Puts whole slices, each at one position along the axis.
    fileprivate func scatteredSlices(
        _ kind: Operation.Scatter.Kind, _ source: Operand, includesBase: Bool = true
    ) throws -> ProgramTensor {
        let (base, index) = (try first(), try tensor("index"))
        guard !base.isScalar, index.shape.count <= 1 else {
            throw CallError("it puts elements by an index of \(index.shape) into a tensor of \(base.shape)")
        }
        let axis = try axis(of: base)
        var (line, shape) = ([Int](repeating: 1, count: base.shape.count), base.shape)
        line[axis] = index.shape.first ?? 1
        shape[axis] = line[axis]
        let places = try expanded(reshaped(index, line), shape)
        return try scatter(kind, base, places, source, axis: axis, includesBase: includesBase)
    }

    /// - Parameters:
    ///   - index: positions along `axis`, whole numbers; those of a constant may count from the end.
    ///   - source: what spreads to the index's shape.
    func scatter(
        _ kind: Operation.Scatter.Kind, _ base: ProgramTensor, _ index: ProgramTensor, _ source: Operand, axis: Int,
        includesBase: Bool = true
    ) throws -> ProgramTensor {
        guard !index.dtype.isFloatingPoint, index.dtype != .bool else {
            throw CallError("its index is not of integers")
        }
        if index.shape.contains(0) { return base }
        var positions = index
        if let known = index.constant {
            let extent = base.shape[axis]
            try tracer.spend(known.count)
            let places = try known.elements.map { element in
                guard let position = Int(exactly: element), -extent..<extent ~= position else {
                    throw CallError("index \(element) is not in an extent of \(extent)")
                }
                return Double(position < 0 ? position + extent : position)
            }
            positions = try tracer.constant(.int64, known.shape, places)
        }
        let elements: ProgramTensor
        switch source {
        case .tensor(let tensor): elements = try expanded(tensor, index.shape)
        case .number(let number, _): elements = try tracer.filled(number, base.dtype, index.shape)
        }
        let operation = Operation.Scatter(kind, axis: axis, includesBase: includesBase)
        if kind == .replace, let base = base.constant, let places = positions.constant, let given = elements.constant {
            return try placed(given, places, in: base, axis: axis)
        }
        return tracer.tensor(
            try scope.record(.scatter(operation), value(base), value(positions), value(elements)), base.dtype)
    }

    /// The same where all is known, so that it stays known.
    private func placed(
        _ source: ConstantTensor, _ positions: ConstantTensor, in base: ConstantTensor, axis: Int
    ) throws -> ProgramTensor {
        _ = try Operation.scatter(.init(.replace, axis: axis)).outputShape(
            inputs: [base.shape, positions.shape, source.shape])
        try tracer.spend(2 * base.count)
        try tracer.spend(2 * positions.count)
        var elements = base.elements
        let strides = StridedLayout.contiguousStrides(of: base.shape)
        let steps = StridedLayout.contiguousStrides(of: positions.shape)
        let (places, given) = (positions.elements, source.elements)
        for index in places.indices {
            let target = base.shape.indices.reduce(0) { sum, at in
                sum + strides[at] * (at == axis ? Int(places[index]) : index / steps[at] % positions.shape[at])
            }
            elements[target] = given[index]
        }
        return try tracer.constant(base.dtype, base.shape, elements)
    }
}

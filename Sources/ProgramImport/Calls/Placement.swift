import ModelGraph
import TensorCore

/// Writes of elements to given places of a tensor.
extension ATenCalls {
    static let placement: [String: Body] = {
        var table: [String: Body] = [:]
        for name in ["index_put.default", "index_put_.default", "_unsafe_index_put.default"] {
            table[name] = { call in
                let tensor = try call.first()
                let result = try call.put(into: tensor)
                guard name.contains("_.") else { return [.tensor(result)] }
                try call.assign(result, to: tensor)
                return [.tensor(tensor)]
            }
        }
        return table
    }()
}

extension Call {
    /// The tensor with `values` at the places of `indices`, in place of what is there or added to it.
    fileprivate func put(into tensor: ProgramTensor) throws -> ProgramTensor {
        var indices = try optionalTensors("indices")
        guard indices.allSatisfy({ $0 == nil || $0?.constant != nil }) else {
            return try putByInput(into: tensor, indices)
        }
        // Leading axes without an index: each of their positions is a row. Of indices that are apart, what they choose
        // comes before all other axes.
        let axes = indices.indices.filter { indices[$0] != nil }
        let isTogether = axes.last.map { $0 - axes[0] + 1 == axes.count } ?? true
        let front = isTogether ? indices.prefix { $0 == nil }.count : 0
        indices.removeFirst(front)
        guard front <= tensor.shape.count, !tensor.shape.contains(0) else {
            throw CallError("it writes after the first \(front) axes of a tensor of \(tensor.shape)")
        }
        let (outer, inner) = (Array(tensor.shape[..<front]), Array(tensor.shape[front...]))
        let (rows, area) = (outer.reduce(1, *), inner.reduce(1, *))
        guard let places = try self.places(of: indices, in: inner) else { return try copy(tensor) }
        let values = try expanded(self.tensor("values"), outer + places.shape)
        let count = places.count
        let plan = try Scattering(places.elements, area: area, adds: bool("accumulate", default: false), tracer)

        if let known = tensor.constant, let given = values.constant {
            try tracer.spend(2 * known.count)
            var elements = known.elements
            let sources = given.elements
            for row in 0..<rows {
                plan.put(&elements[row * area..<(row + 1) * area], sources[row * count..<(row + 1) * count])
            }
            return try tracer.constant(known.dtype, known.shape, elements)
        }
        guard tensor.dtype.isFloatingPoint || !plan.adds else {
            throw CallError("it adds up \(tensor.dtype) numbers that depend on the input")
        }
        // Places outermost: each is a row over the leading axes.
        let given = try permuted(reshaped(values, [rows, count]), [1, 0])
        let own = try permuted(reshaped(tensor, [rows, area]), [1, 0])
        var sum: ProgramTensor
        if plan.adds {
            sum = try added(given, plan, area, rows)
            if tensor.constant?.elements.allSatisfy({ $0 == 0 }) != true {
                sum = try combined(.tensor(own), .tensor(sum), .add)
            }
        } else {
            let last = plan.lastSources.enumerated().map { $0.element ?? count + $0.offset }
            sum = try gathered(joined([given, own], 0), 0, last, [area])
        }
        return try reshaped(permuted(sum, [1, 0]), tensor.shape)
    }

    /// The same where indices depend on the input; those are side by side.
    private func putByInput(into tensor: ProgramTensor, _ indices: [ProgramTensor?]) throws -> ProgramTensor {
        let given = indices.compactMap { $0 }
        let front = indices.prefix { $0 == nil }.count
        if given.count == 1, given[0].dtype == .bool { return try putWhere(given[0], after: front, into: tensor) }
        let end = front + given.count
        guard !given.isEmpty, end <= tensor.shape.count, indices[front..<end].allSatisfy({ $0 != nil }),
            given.allSatisfy({ !$0.dtype.isFloatingPoint && $0.dtype != .bool })
        else { throw CallError("it writes by booleans that depend on the input, or along axes that are apart") }
        let counted = try zip(given, front...).map { try countedFromFront($0, in: tensor.shape[$1]) }
        var position = counted[0]
        for (index, axis) in zip(counted.dropFirst(), (front + 1)...) {
            let scaled = try combined(.tensor(position), .number(Double(tensor.shape[axis])), .multiply)
            position = try combined(.tensor(scaled), .tensor(index), .add)
        }
        let (outer, inner) = (Array(tensor.shape[..<front]), Array(tensor.shape[end...]))
        let extent = tensor.shape[front..<end].reduce(1, *)
        let count = position.shape.reduce(1, *)
        let flat = outer + [extent] + inner
        let places = try reshaped(position, outer.map { _ in 1 } + [count] + inner.map { _ in 1 })
        let values = try expanded(self.tensor("values"), outer + position.shape + inner)
        let put = try scatter(
            bool("accumulate", default: false) ? .sum : .replace, reshaped(tensor, flat),
            expanded(places, outer + [count] + inner), .tensor(reshaped(values, outer + [count] + inner)), axis: front)
        return try reshaped(put, tensor.shape)
    }

    /// The same where one index is of booleans: all that they choose takes the same values.
    private func putWhere(
        _ mask: ProgramTensor, after front: Int, into tensor: ProgramTensor
    ) throws -> ProgramTensor {
        let (values, end) = (try self.tensor("values"), front + mask.shape.count)
        guard end <= tensor.shape.count, Array(tensor.shape[front..<end]) == mask.shape else {
            throw CallError("booleans of \(mask.shape) do not choose of a tensor of \(tensor.shape)")
        }
        let inner = Array(tensor.shape[end...])
        guard values.shape.count <= inner.count || values.shape.allSatisfy({ $0 == 1 }) else {
            throw CallError("it writes values of \(values.shape) where booleans that depend on the input choose")
        }
        let condition = try reshaped(mask, mask.shape + inner.map { _ in 1 })
        var given = values.shape.count <= inner.count ? values : try reshaped(values, [])
        if bool("accumulate", default: false) { given = try combined(.tensor(tensor), .tensor(given), .add) }
        return try typed(chosen(condition, .tensor(given), .tensor(tensor)), tensor.dtype)
    }

    /// The sum, for each of `area` places, of the elements that are put there.
    private func added(
        _ given: ProgramTensor, _ plan: Scattering, _ area: Int, _ rows: Int
    ) throws -> ProgramTensor {
        let zero = try tracer.filled(0, .float32, [1, rows])
        let table = plan.sources(orElse: given.shape[0])
        let chosen = try gathered(joined([given, zero], 0), 0, table.flatMap { $0 }, [table.count, area])
        return tracer.tensor(
            try scope.reshape(
                scope.record(.reduce(.init(.sum, axes: [0])), value(chosen)), [area, rows]))
    }

    /// The positions of the elements that the indices select in a tensor of this shape; nil if they select none.
    private func places(of indices: [ProgramTensor?], in shape: [Int]) throws -> ConstantTensor? {
        let count = shape.reduce(1, *)
        try tracer.spend(multipliedSaturated(2, count))
        let own = try tracer.constant(.float64, shape, (0..<count).map { Double($0) })
        guard !indices.isEmpty else { return own.constant }
        let chosen = try indexed(own, indices)
        guard let places = chosen.constant, !places.shape.contains(0) else { return nil }
        try tracer.spend(multipliedSaturated(2, places.count))
        return places
    }
}

/// Which elements are put at each place.
private struct Scattering {
    /// Whether they add up; otherwise the last one counts.
    let adds: Bool
    /// Positions of the elements that are put at each place, in order.
    private let falling: [[Int]]
    /// The most elements of one place.
    private let most: Int

    /// - Parameters:
    ///   - places: the place of each element, in order.
    ///   - area: the number of places.
    init(_ places: [Double], area: Int, adds: Bool, _ tracer: Tracer) throws {
        var falling = [[Int]](repeating: [], count: area)
        for (source, place) in places.enumerated() { falling[Int(place)].append(source) }
        (self.adds, self.falling) = (adds, falling)
        most = falling.lazy.map(\.count).max() ?? 0
        if adds { try tracer.spend(multipliedSaturated(most, area)) }
    }

    /// The last element of each place; nil where there is none.
    var lastSources: [Int?] { falling.map(\.last) }

    /// The first element of each place, then the second, and so on; `rest` where a place has no more.
    func sources(orElse rest: Int) -> [[Int]] {
        (0..<most).map { turn in
            falling.map { turn < $0.count ? $0[turn] : rest }
        }
    }

    func put(_ elements: inout ArraySlice<Double>, _ given: ArraySlice<Double>) {
        for (place, sources) in falling.enumerated() {
            for source in sources {
                let element = given[given.startIndex + source]
                elements[elements.startIndex + place] =
                    adds ? elements[elements.startIndex + place] + element : element
            }
        }
    }
}

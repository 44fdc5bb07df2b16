/// Steps of a module's own forward pass, under the names of PyTorch's functions. Axes may count from the end (−1).
extension Scope {
    // MARK: Element by element

    /// Any shape → the same shape.
    package func activate(_ activation: Activation, _ input: Value) throws(GraphError) -> Value {
        try record(.activation(activation), input)
    }

    /// left + right; extents of 1 and missing leading axes repeat.
    package func add(_ left: Value, _ right: Value) throws(GraphError) -> Value {
        try record(.binary(.init(.add)), left, right)
    }

    /// left − right, spread as in `add`.
    package func subtract(_ left: Value, _ right: Value) throws(GraphError) -> Value {
        try record(.binary(.init(.subtract)), left, right)
    }

    /// left · right, spread as in `add`.
    package func multiply(_ left: Value, by right: Value) throws(GraphError) -> Value {
        try record(.binary(.init(.multiply)), left, right)
    }

    /// left / right, spread as in `add`.
    package func divide(_ left: Value, by right: Value) throws(GraphError) -> Value {
        try record(.binary(.init(.divide)), left, right)
    }

    /// input · factor + shift.
    package func scale(_ input: Value, by factor: Double = 1, adding shift: Double = 0) throws(GraphError) -> Value {
        try record(.affine(.init(scale: factor, shift: shift)), input)
    }

    // MARK: Products

    /// `[…, n, k]` times `[…, k, m]`, or `[…, m, k]` if `transposed`.
    /// - Parameter isEinsum: whether the model writes `torch.einsum`.
    package func matmul(
        _ left: Value, _ right: Value, transposed: Bool = false, isEinsum: Bool = false
    ) throws(GraphError) -> Value {
        try record(.matmul(.init(isTransposed: transposed, isEinsum: isEinsum)), left, right)
    }

    /// PyTorch's `scaled_dot_product_attention` of `[…, n, d]`, `[…, m, d]`, `[…, m, e]`.
    /// - Parameter scale: by default 1 / √d.
    package func attention(
        _ query: Value, _ key: Value, _ value: Value, mask: Value? = nil, scale: Double? = nil
    ) throws(GraphError) -> Value {
        let width = shape(of: query).last ?? 1
        let operation = Operation.attention(.init(scale: scale ?? 1 / Double(width).squareRoot()))
        return try record(operation, of: [query, key, value] + (mask.map { [$0] } ?? []))
    }

    /// e^x / Σ e^x along an axis.
    package func softmax(_ input: Value, axis: Int = -1) throws(GraphError) -> Value {
        try record(.softmax(.init(axis: self.axis(axis, of: input))), input)
    }

    /// x / max(‖x‖₂, epsilon) along an axis.
    package func normalize(_ input: Value, axis: Int, epsilon: Double = 1e-12) throws(GraphError) -> Value {
        try record(.normalize(.init(axis: self.axis(axis, of: input), epsilon: epsilon)), input)
    }

    /// irfft2(rfft2(input) · weight) of `[N, C, H, W]`, weight `[C, H, W / 2 + 1, 2]`; see `Operation.SpectralFilter`.
    package func spectralFilter(_ input: Value, by weight: Value) throws(GraphError) -> Value {
        try record(.spectralFilter(.init()), input, weight)
    }

    // MARK: Reductions

    /// One number for all elements along `axes`.
    /// - Parameter keepingAxes: whether the axes stay, with an extent of 1.
    package func reduce(
        _ kind: Operation.Reduce.Kind, _ input: Value, axes: [Int], keepingAxes: Bool = false
    ) throws(GraphError) -> Value {
        let axes = axes.map { axis($0, of: input) }
        let reduced = try record(.reduce(.init(kind, axes: axes)), input)
        if keepingAxes { return reduced }
        return try reshape(reduced, shape(of: input).indices.filter { !axes.contains($0) }.map { shape(of: input)[$0] })
    }

    /// The mean along `axes`; see `reduce`.
    package func mean(_ input: Value, axes: [Int], keepingAxes: Bool = false) throws(GraphError) -> Value {
        try reduce(.mean, input, axes: axes, keepingAxes: keepingAxes)
    }

    // MARK: Shapes

    /// The same elements in row-major order under another shape.
    /// - Parameter shape: one extent may be −1: what is left.
    /// - Throws: `GraphError.shape` if the elements do not come out even.
    package func reshape(_ input: Value, _ shape: [Int]) throws(GraphError) -> Value {
        var shape = shape
        if let open = shape.firstIndex(of: -1) {
            let known = shape.indices.filter { $0 != open }.map { shape[$0] }.productSaturated
            shape[open] = known > 0 ? self.shape(of: input).productSaturated / known : 0
        }
        if shape == self.shape(of: input) { return input }
        return try record(.reshape(.init(shape)), input)
    }

    /// Axes `first` … `last` as one.
    package func flatten(_ input: Value, from first: Int = 1, through last: Int = -1) throws(GraphError) -> Value {
        let shape = shape(of: input)
        let (first, last) = (axis(first, of: input), axis(last, of: input))
        guard shape.indices.contains(first), shape.indices.contains(last), first <= last else {
            throw .shape(module: path, .axis(first, shape))
        }
        return try reshape(input, shape[..<first] + [shape[first...last].productSaturated] + shape[(last + 1)...])
    }

    /// Axis i of the output is axis `axes[i]` of the input.
    package func permute(_ input: Value, _ axes: [Int]) throws(GraphError) -> Value {
        try record(.permute(.init(axes)), input)
    }

    /// Swaps two axes.
    package func transpose(_ input: Value, _ first: Int, _ second: Int) throws(GraphError) -> Value {
        var axes = Array(shape(of: input).indices)
        let (first, second) = (axis(first, of: input), axis(second, of: input))
        guard axes.indices.contains(first), axes.indices.contains(second) else {
            throw .shape(module: path, .axis(axes.indices.contains(first) ? second : first, shape(of: input)))
        }
        axes.swapAt(first, second)
        return try permute(input, axes)
    }

    /// A new axis of extent 1.
    package func unsqueeze(_ input: Value, _ position: Int) throws(GraphError) -> Value {
        var shape = shape(of: input)
        let position = position < 0 ? position + shape.count + 1 : position
        guard 0...shape.count ~= position else { throw .shape(module: path, .axis(position, shape)) }
        shape.insert(1, at: position)
        return try reshape(input, shape)
    }

    /// Extents of 1 repeated to those of `shape`.
    package func expand(_ input: Value, _ shape: [Int]) throws(GraphError) -> Value {
        shape == self.shape(of: input) ? input : try record(.expand(.init(shape)), input)
    }

    // MARK: Parts

    /// Positions `range` of an axis, every `step`-th.
    package func slice(_ input: Value, axis: Int, _ range: Range<Int>, step: Int = 1) throws(GraphError) -> Value {
        let count = (range.count + step - 1) / max(1, step)
        let axis = self.axis(axis, of: input)
        if shape(of: input).indices.contains(axis), range == 0..<shape(of: input)[axis], step == 1 { return input }
        return try record(.slice(.init(axis: axis, start: range.lowerBound, count: count, step: step)), input)
    }

    /// One position of an axis, which is left out.
    package func select(_ input: Value, axis: Int, _ position: Int) throws(GraphError) -> Value {
        let axis = self.axis(axis, of: input)
        let part = try record(.slice(.init(axis: axis, start: position, count: 1)), input)
        var shape = shape(of: part)
        shape.remove(at: axis)
        return try reshape(part, shape)
    }

    /// Parts of these extents along an axis.
    /// - Throws: `GraphError.shape` if they do not add up to the axis.
    package func split(_ input: Value, axis: Int, extents: [Int]) throws(GraphError) -> [Value] {
        let axis = self.axis(axis, of: input)
        guard shape(of: input).indices.contains(axis) else { throw .shape(module: path, .axis(axis, shape(of: input))) }
        let extent = shape(of: input)[axis]
        guard extents.allSatisfy({ $0 > 0 }), extents.reduce(0, { $0.addingSaturated($1) }) == extent else {
            throw .shape(module: path, .unequal(extents, [extent]))
        }
        var first = 0
        var parts: [Value] = []
        for extent in extents {
            parts.append(try record(.slice(.init(axis: axis, start: first, count: extent)), input))
            first += extent
        }
        return parts
    }

    /// `count` equal parts along an axis.
    package func chunk(_ input: Value, axis: Int, count: Int) throws(GraphError) -> [Value] {
        let extent = shape(of: input)[self.axis(axis, of: input)]
        return try split(input, axis: axis, extents: [Int](repeating: extent / max(1, count), count: count))
    }

    /// The positions of an axis, each by itself, without the axis.
    package func unbind(_ input: Value, axis: Int) throws(GraphError) -> [Value] {
        var parts: [Value] = []
        for position in 0..<shape(of: input)[self.axis(axis, of: input)] {
            parts.append(try select(input, axis: axis, position))
        }
        return parts
    }

    /// Values one after another along an axis.
    package func concat(_ values: [Value], axis: Int) throws(GraphError) -> Value {
        guard let first = values.first else { throw .shape(module: path, .operands(expected: "at least 1", found: 0)) }
        return try record(.concat(.init(axis: self.axis(axis, of: first))), of: values)
    }

    /// Values of equal shape along a new axis.
    package func stack(_ values: [Value], axis: Int) throws(GraphError) -> Value {
        var lifted: [Value] = []
        for value in values { lifted.append(try unsqueeze(value, axis)) }
        return try concat(lifted, axis: axis)
    }

    /// Positions of an axis by a table of indices.
    package func gather(_ input: Value, axis: Int = 0, _ index: ComputedTable) throws(GraphError) -> Value {
        try record(.gather(.init(axis: self.axis(axis, of: input), index: index)), input)
    }

    /// Positions of the `count` largest elements along the last axis, in falling order.
    package func topK(_ input: Value, _ count: Int) throws(GraphError) -> Value {
        try record(.topK(.init(count)), input)
    }

    /// Rows `[N, m, C]` at positions `[N, n, k]`: `[N, n, k, C]`.
    package func selectRows(_ rows: Value, at positions: Value) throws(GraphError) -> Value {
        try record(.selectRows(.init()), rows, positions)
    }

    // MARK: Images

    /// Zeros around the last two axes.
    package func pad(
        _ input: Value, left: Int = 0, right: Int = 0, top: Int = 0, bottom: Int = 0
    ) throws(GraphError) -> Value {
        let rank = shape(of: input).count
        guard rank >= 2 else { throw .shape(module: path, .rank(expected: 2, found: shape(of: input))) }
        return try pad(input, before: [rank - 2: top, rank - 1: left], after: [rank - 2: bottom, rank - 1: right])
    }

    /// Zeros before and after axes.
    package func pad(_ input: Value, before: [Int: Int] = [:], after: [Int: Int] = [:]) throws(GraphError) -> Value {
        let axes = shape(of: input).indices
        let (before, after) = (axes.map { before[$0] ?? 0 }, axes.map { after[$0] ?? 0 })
        if (before + after).allSatisfy({ $0 == 0 }) { return input }
        return try record(.pad(.init(before: before, after: after)), input)
    }

    /// Position i of an axis moves to (i + shift) mod extent, a shift for each of `axes`.
    package func roll(_ input: Value, shifts: [Int], axes: [Int]) throws(GraphError) -> Value {
        try record(.roll(.init(shifts: shifts, axes: axes.map { axis($0, of: input) })), input)
    }

    /// `[N, C, H, W]` → `[N, C, output.height, output.width]`.
    /// - Parameter scale: output over input extents, where the model states these and not a size.
    package func resize(
        _ input: Value, _ mode: Operation.Resize.Mode, to output: Extent2d, alignCorners: Bool = false,
        scale: Operation.Resize.ScaleFactor? = nil
    ) throws(GraphError) -> Value {
        try record(.resize(.init(mode, to: output, alignCorners: alignCorners, scale: scale)), input)
    }

    /// PyTorch's `linear` resizing of the last axis, `[N, C, L]` → `[N, C, length]`.
    package func resizeLinearly(_ input: Value, to length: Int) throws(GraphError) -> Value {
        let row = try unsqueeze(input, 2)
        var operation = Operation.Resize(.bilinear, to: Extent2d(height: 1, width: length))
        operation.isOneDimensional = true
        let resized = try record(.resize(operation), row)
        return try reshape(resized, shape(of: input).dropLast() + [length])
    }

    /// `[N, C, H, W]` → `[N, C · kh · kw, windows]`.
    package func unfold(_ input: Value, _ operation: Operation.Unfold) throws(GraphError) -> Value {
        try record(.unfold(operation), input)
    }

    /// An axis counted from the front.
    private func axis(_ axis: Int, of value: Value) -> Int { axis < 0 ? axis + shape(of: value).count : axis }
}

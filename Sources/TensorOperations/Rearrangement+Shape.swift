import TensorCore

extension Rearrangement {
    /// A layout of one shape: the names' extents.
    struct Fit {
        /// The names in the order of the left side, with their extents.
        let extents: [(name: String, length: Int)]
        /// Axis of the result → the positions of its names in `extents`.
        let axes: [[Int]]
        let shape: [Int]
    }

    /// The shape of the result.
    /// - Throws: `OperationError.rank`, `.extent` or `.indivisible`.
    func result(of shape: [Int]) throws(OperationError) -> [Int] { try fit(shape).shape }

    func fit(_ shape: [Int]) throws(OperationError) -> Fit {
        guard shape.count == left.count else {
            throw .rank(self.description, expected: left.count, shape: shape)
        }
        var extents: [(name: String, length: Int)] = []
        for (axis, extent) in zip(left, shape) { extents += try divide(extent, axis, shape) }
        var positions: [String: Int] = [:]
        for (position, extent) in extents.enumerated() { positions[extent.name] = position }
        let axes = right.map { axis in axis.compactMap { positions[$0] } }
        // The product of all extents is that of `shape`, which is some tensor's: it cannot overflow, but for zeros.
        var result: [Int] = []
        for axis in axes {
            var product = 1
            for position in axis {
                let (next, overflow) = product.multipliedReportingOverflow(by: extents[position].length)
                guard !overflow else { throw .size(shape) }
                product = next
            }
            result.append(product)
        }
        return Fit(extents: extents, axes: axes, shape: result)
    }

    /// The axis of the tensor that becomes `axis` of the result as it is, whatever its extent; nil for one that is
    /// divided, put together or of a stated extent.
    func source(ofAxis axis: Int) -> Int? {
        guard right[axis].count == 1, lengths[right[axis][0]] == nil else { return nil }
        return left.firstIndex { $0 == right[axis] }
    }

    /// The extents of the names that an axis is made of.
    private func divide(
        _ extent: Int, _ axis: Axis, _ shape: [Int]
    ) throws(OperationError) -> [(name: String, length: Int)] {
        var known = 1
        for name in axis {
            let (product, overflow) = known.multipliedReportingOverflow(by: lengths[name] ?? 1)
            guard !overflow else { throw .extent(Self.text([axis]), stated: Int.max, shape: shape) }
            known = product
        }
        let isComplete = axis.allSatisfy { lengths[$0] != nil }
        guard !isComplete || known == extent else {
            throw .extent(Self.text([axis]), stated: known, shape: shape)
        }
        guard extent % known == 0 else { throw .indivisible(Self.text([axis]), extent, by: known) }
        return axis.map { ($0, lengths[$0] ?? extent / known) }
    }
}

/// How the elements of a tensor lie in its storage: element (i₀, i₁, …) is at `offset + Σ iₖ·strides[k]`.
/// All figures count elements, as in PyTorch.
package struct StridedLayout: Sendable, Hashable {
    package let shape: [Int]
    package let strides: [Int]
    package let offset: Int
    /// The product of `shape`; 1 for a scalar, 0 when an extent is 0.
    package let count: Int
    /// The number of elements that the storage must hold at least: one more than the highest index used,
    /// 0 for an empty tensor.
    package let requiredElements: Int

    /// - Throws: `LayoutError` for a negative extent, stride or offset, for ranks that differ, and where the
    ///   element count or the highest index leaves the range of `Int`. Of an empty tensor no storage bounds the offset:
    ///   its bytes must be in that range with elements of any width.
    package init(shape: [Int], strides: [Int], offset: Int = 0) throws(LayoutError) {
        guard shape.count == strides.count else { throw .rank(shape: shape.count, strides: strides.count) }
        guard offset >= 0 else { throw .negative("storage offset", offset) }
        for extent in shape where extent < 0 { throw .negative("extent", extent) }
        for stride in strides where stride < 0 { throw .negative("stride", stride) }
        let count = try checkedProduct(shape)
        var highest = offset
        if count > 0 {
            for (extent, stride) in zip(shape, strides) {
                let (span, spanOverflow) = (extent - 1).multipliedReportingOverflow(by: stride)
                let (sum, sumOverflow) = highest.addingReportingOverflow(span)
                guard !spanOverflow, !sumOverflow else {
                    throw .reach(shape: shape, strides: strides, offset: offset)
                }
                highest = sum
            }
            guard highest < Int.max else { throw .reach(shape: shape, strides: strides, offset: offset) }
        } else if offset > Int.max / Self.widest {
            throw .offset(offset)
        }
        self.shape = shape
        self.strides = strides
        self.offset = offset
        self.count = count
        self.requiredElements = count == 0 ? 0 : highest + 1
    }

    /// Bytes of an element of the widest type, complex128.
    private static let widest = 16

    /// The row-major layout of `shape`, from element 0.
    package init(contiguous shape: [Int]) throws(LayoutError) {
        _ = try checkedProduct(shape)
        try self.init(shape: shape, strides: Self.contiguousStrides(of: shape))
    }

    /// True when the elements lie in row-major order without gaps (PyTorch's `is_contiguous`: the stride of
    /// an extent of 1 does not matter, and neither does any stride of an empty tensor).
    package var isContiguous: Bool {
        guard count > 0 else { return true }
        var expected = 1
        for (extent, stride) in zip(shape, strides).reversed() where extent != 1 {
            guard stride == expected else { return false }
            expected *= extent
        }
        return true
    }

    /// From the first byte of the storage that an element has to the last; empty for no elements.
    /// - Parameter width: bytes an element.
    /// - Precondition: the storage holds the elements.
    package func byteRange(width: Int) -> Range<Int> { count == 0 ? 0..<0 : offset * width..<requiredElements * width }

    /// Row-major strides. An extent of 0 counts as 1 here, as in PyTorch.
    /// - Precondition: the product of the extents fits an `Int`.
    package static func contiguousStrides(of shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        var next = 1
        for axis in shape.indices.reversed() {
            strides[axis] = next
            next = next.multipliedSaturated(max(shape[axis], 1))
        }
        return strides
    }

    /// Calls `body(first, length, step)` for each innermost row in row-major order: `length` elements from
    /// index `first` of the storage, `step` apart. A scalar is one row of one element.
    package func forEachRow<Failure: Error>(
        _ body: (_ first: Int, _ length: Int, _ step: Int) throws(Failure) -> Void
    ) throws(Failure) {
        try forEachRow(of: 0..<count, body)
    }

    /// The same for a part of the elements, counted in row-major order: its first and last row may be cut.
    /// - Parameter elements: in `0..<count`.
    package func forEachRow<Failure: Error>(
        of elements: Range<Int>, _ body: (_ first: Int, _ length: Int, _ step: Int) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(elements.lowerBound >= 0 && elements.upperBound <= count, "\(elements) of \(count) elements")
        guard !elements.isEmpty else { return }
        guard let length = shape.last, let step = strides.last else { return try body(offset, 1, 1) }
        var (row, column) = elements.lowerBound.quotientAndRemainder(dividingBy: length)
        var index = [Int](repeating: 0, count: shape.count - 1)
        var first = offset
        for axis in index.indices.reversed() {
            (row, index[axis]) = row.quotientAndRemainder(dividingBy: shape[axis])
            first += index[axis] * strides[axis]
        }
        var left = elements.count
        while true {
            let part = min(length - column, left)
            try body(first + column * step, part, step)
            left -= part
            if left == 0 { return }
            column = 0
            var axis = index.count - 1
            while axis >= 0 {
                index[axis] += 1
                first += strides[axis]
                if index[axis] < shape[axis] { break }
                first -= strides[axis] * shape[axis]
                index[axis] = 0
                axis -= 1
            }
        }
    }
}

/// A shape, stride or offset that no tensor can have.
package enum LayoutError: Error, Equatable, Sendable, CustomStringConvertible {
    case rank(shape: Int, strides: Int)
    case negative(String, Int)
    case overflow(shape: [Int])
    case reach(shape: [Int], strides: [Int], offset: Int)
    case offset(Int)

    package var description: String {
        switch self {
        case .rank(let shape, let strides): "shape has \(shape) dimensions, stride has \(strides)"
        case .negative(let what, let value): "\(what) is negative: \(value)"
        case .overflow(let shape): "shape \(shape) has more elements than can be addressed"
        case .reach(let shape, let strides, let offset):
            "shape \(shape) with strides \(strides) at storage offset \(offset) reaches farther than can be addressed"
        case .offset(let offset): "storage offset \(offset) is farther than can be addressed"
        }
    }
}

/// The product of extents that may come from a file.
/// - Throws: `LayoutError.overflow`, also when a zero extent hides a product that no `Int` holds.
private func checkedProduct(_ shape: [Int]) throws(LayoutError) -> Int {
    var product = 1
    var isEmpty = false
    for extent in shape {
        if extent == 0 { isEmpty = true }
        let (next, overflow) = product.multipliedReportingOverflow(by: max(extent, 1))
        guard !overflow else { throw .overflow(shape: shape) }
        product = next
    }
    return isEmpty ? 0 : product
}

import ByteIO
import TensorCore

extension TensorOperation {
    /// Does the operation. Parts and layouts are views; what must be computed is computed once.
    /// - Precondition: the views have types that `types(of:)` accepted.
    /// - Parameter overflow: counts what a cast finds too large, and what a computation makes so.
    /// - Throws: `OperationError` for values that the operation does not allow.
    func results(of operands: [TensorView], overflow: OverflowTally? = nil) throws -> [TensorView] {
        guard isArithmetic, let overflow else { return try views(of: operands, overflow) }
        if let dtype = try types(of: operands.map(\.type)).first?.dtype, dtype.isFloatingPoint, dtype.byteWidth == 1 {
            return try narrowResults(of: operands, dtype, overflow)
        }
        let results = try views(of: operands, overflow)
        try overflow.add(results, from: operands)
        return results
    }

    /// What is too large for 8 bits becomes the largest number or NaN in most of these types: results are made in float32,
    /// in which they are computed anyway, and counted where they are rounded.
    private func narrowResults(
        of operands: [TensorView], _ dtype: DType, _ overflow: OverflowTally
    ) throws -> [TensorView] {
        let wide = try operands.map { operand in
            guard operand.dtype == dtype else { return operand }
            return try ElementCast(from: dtype, to: .float32).cast(operand, isExact: false)
        }
        let results = try views(of: wide, overflow)
        // The cast below counts infinities where the type has none.
        if dtype.hasInfinity { try overflow.add(results, from: wide) }
        return try results.map {
            try ElementCast(from: .float32, to: dtype).cast($0, isExact: false, overflow: overflow)
        }
    }

    /// Whether results are numbers that no operand holds.
    private var isArithmetic: Bool {
        switch self {
        case .add, .weightedSum, .mean, .reduce, .scale, .multiply, .dequantize, .weightNorm, .resize, .lora: true
        case .constant, .layout, .concat, .split, .stack, .unstack, .slice, .repeat, .cast, .copy, .agree, .each: false
        }
    }

    private func views(of operands: [TensorView], _ overflow: OverflowTally?) throws -> [TensorView] {
        switch self {
        case .constant(let dtype, let value, let shape):
            let constant = try TensorConstant(dtype, value, shape: shape)
            return [try TensorView(constant.bytes, TensorType(dtype, shape))]
        case .layout(let layout): return try operands.map { try $0.rearranged(layout) }
        case .concat(let axis, _): return [try concatenated(operands, along: axis)]
        case .split(let axis, let parts):
            return try operands.flatMap { operand in
                try self.parts(of: operand.type, axis, parts).map {
                    try operand.part(axis: $0.axis, start: $0.start, size: $0.size)
                }
            }
        case .stack(let axis, _, let count):
            return try (0..<count).map { position in
                try stacked(stride(from: position, to: operands.count, by: count).map { operands[$0] }, axis)
            }
        case .unstack(let axis, _):
            guard let first = operands.first else { return [] }
            let extent = first.shape[try self.axis(axis, first.shape)]
            return try (0..<extent).flatMap { index in
                try operands.map { try $0.member(axis: try self.axis(axis, $0.shape), index: index) }
            }
        case .slice(let axis, let from, let to):
            return try operands.map { operand in
                let axis = try self.axis(axis, operand.shape)
                let bounds = try bounds(from, to, operand.shape[axis])
                return try operand.part(axis: axis, start: bounds.lowerBound, size: bounds.count)
            }
        case .add: return [try ElementwiseSum.sum(operands)]
        case .weightedSum(let weights): return [try WeightedSum(weights: weights, divisor: 1).sum(operands)]
        case .mean: return [try WeightedSum.mean(of: operands.count).sum(operands)]
        case .reduce(let axis, let isMean):
            return try operands.map {
                try AxisReduction(isMean: isMean).reduced($0, axis: try self.axis(axis, $0.shape))
            }
        case .repeat(let axis, let count):
            return try operands.map { try concatenated([TensorView](repeating: $0, count: count), along: axis) }
        case .scale(let factor): return try operands.map { try TensorProduct.scaled($0, by: factor) }
        case .multiply(let axis): return [try TensorProduct(axis: axis).product(operands[0], operands[1])]
        case .dequantize(let blocks):
            return [try BlockScale(blocks).product(operands[0], operands[1], shape: operands[0].shape)]
        case .weightNorm(let axis): return [try WeightNorm(axis: axis).weight(operands)]
        case .resize(let resizing): return try operands.map { try resizing.resized($0) }
        case .cast(let from, let to):
            return try operands.map {
                try ElementCast(from: $0.dtype, to: to).cast($0, isExact: from != nil, overflow: overflow)
            }
        case .lora(let scale):
            return [
                try LowRankUpdate(scale: scale).merged(
                    base: operands[0], down: operands[1], up: operands[2],
                    alpha: operands.count > 3 ? operands[3] : nil)
            ]
        case .copy(let count): return operands.flatMap { [TensorView](repeating: $0, count: count) }
        case .agree:
            guard let first = operands.first else { return [] }
            let expected = first.contiguous()
            for other in operands.dropFirst() {
                if let byte = expected.firstDifference(from: other.contiguous()) {
                    throw OperationError.differing(element: byte / first.dtype.byteWidth)
                }
            }
            return [first]
        case .each(let count, let operation):
            return try stride(from: 0, to: operands.count, by: count).flatMap {
                try operation.results(
                    of: Array(operands[$0..<min($0 + count, operands.count)]), overflow: overflow)
            }
        }
    }

    private func stacked(_ operands: [TensorView], _ axis: Int) throws -> TensorView {
        let rank = operands.first?.shape.count ?? 0
        let index = axis < 0 ? axis + rank + 1 : axis
        let members = try operands.map { operand in
            var (shape, strides) = (operand.layout.shape, operand.layout.strides)
            shape.insert(1, at: index)
            strides.insert(1, at: index)
            let layout = try StridedLayout(shape: shape, strides: strides, offset: operand.layout.offset)
            return TensorView(operand.bytes, operand.dtype, layout)
        }
        return try concatenated(members, along: index)
    }

    /// - Precondition: not empty; equal extents but along `axis`.
    private func concatenated(_ operands: [TensorView], along axis: Int) throws -> TensorView {
        let index = try self.axis(axis, operands[0].shape)
        let join = TensorOperation.concat(axis: index, sizes: operands.map { $0.shape[index] })
        let result = try join.types(of: operands.map(\.type))[0]
        let width = result.dtype.byteWidth
        let rows = result.shape[..<index].reduce(1, *)
        let bytes = try Bytes(count: result.byteCount()) { target in
            guard let start = target.baseAddress, rows > 0 else { return }
            let rowBytes = target.count / rows
            var column = 0
            for operand in operands {
                let partBytes = operand.layout.count * width / rows
                if rows == 1 {
                    operand.copy(into: UnsafeMutableRawBufferPointer(start: start + column, count: partBytes))
                } else {
                    operand.contiguous().withUnsafeBytes { source in
                        guard let source = source.baseAddress else { return }
                        for row in 0..<rows {
                            (start + row * rowBytes + column)
                                .copyMemory(from: source + row * partBytes, byteCount: partBytes)
                        }
                    }
                }
                column += partBytes
            }
        }
        return try TensorView(bytes, result)
    }
}

extension Bytes {
    /// The first byte in which `other`, of the same length, differs.
    fileprivate func firstDifference(from other: Bytes) -> Int? {
        withUnsafeBytes { left in
            other.withUnsafeBytes { right in
                if left.elementsEqual(right) { return nil }
                return left.indices.first { $0 >= right.count || left[$0] != right[$0] } ?? left.count
            }
        }
    }
}

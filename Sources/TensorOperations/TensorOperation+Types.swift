import TensorCore

extension TensorOperation {
    /// The types of the results, from those of the operands.
    /// - Throws: `OperationError` where the operation does not fit them.
    package func types(of operands: [TensorType]) throws(OperationError) -> [TensorType] {
        switch self {
        case .constant(let dtype, _, let shape): return [TensorType(dtype, shape)]
        case .layout(let layout):
            return try operands.map { operand throws(OperationError) in
                TensorType(operand.dtype, try layout.result(of: operand.shape))
            }
        case .concat(let axis, let sizes): return [try concatenation(operands, axis, sizes)]
        case .split(let axis, let parts):
            var results: [TensorType] = []
            for operand in operands {
                results += try self.parts(of: operand, axis, parts)
                    .map { operand.replacing(axis: $0.axis, by: $0.size) }
            }
            return results
        case .stack(let axis, _, let count):
            return try (0..<count).map { position throws(OperationError) in
                try stacked(stride(from: position, to: operands.count, by: count).map { operands[$0] }, axis)
            }
        case .unstack(let axis, _): return try members(operands, axis)
        case .slice(let axis, let from, let to):
            return try operands.map { operand throws(OperationError) in
                let axis = try self.axis(axis, operand.shape)
                return operand.replacing(axis: axis, by: try bounds(from, to, operand.shape[axis]).count)
            }
        case .add(let corner): return [try sum(operands, corner)]
        case .weightedSum, .mean: return [try sum(operands, false)]
        case .reduce(let axis, _):
            return try operands.map { operand throws(OperationError) in
                guard ElementCast.isEncodable(operand.dtype) else { throw .dtype(description, operand.dtype) }
                let axis = try self.axis(axis, operand.shape)
                guard operand.shape[axis] > 0 else {
                    throw .syntax("'\(description)' of \(operand.shape): the axis has no elements")
                }
                return operand.replacing(axis: axis, by: 1)
            }
        case .repeat(let axis, let count):
            return try operands.map { operand throws(OperationError) in
                let axis = try self.axis(axis, operand.shape)
                let (extent, overflow) = operand.shape[axis].multipliedReportingOverflow(by: count)
                guard !overflow else { throw .size(operand.shape) }
                return operand.replacing(axis: axis, by: extent)
            }
        case .scale:
            for operand in operands where !ElementCast.isEncodable(operand.dtype) {
                throw .dtype(description, operand.dtype)
            }
            return operands
        case .multiply(let axis): return [try TensorProduct(axis: axis).type(operands, description)]
        case .dequantize(let blocks): return [try BlockScale(blocks).type(operands, description)]
        case .weightNorm(let axis): return [try WeightNorm(axis: axis).type(operands, description)]
        case .resize(let resizing):
            return try operands.map { operand throws(OperationError) in try resizing.type(of: operand) }
        case .cast(let from, let to):
            return try operands.map { operand throws(OperationError) in
                guard ElementCast.isPossible(from: operand.dtype, to: to) else {
                    throw .dtype(description, operand.dtype)
                }
                guard from.map({ $0 == operand.dtype }) ?? true else { throw .dtype(description, operand.dtype) }
                return TensorType(to, operand.shape)
            }
        case .lora: return [try merged(operands)]
        case .copy(let count): return operands.flatMap { [TensorType](repeating: $0, count: count) }
        case .agree:
            guard let first = operands.first else { return [] }
            for other in operands where other != first { throw .unequal(description, first, other) }
            return [first]
        case .each(let count, let operation):
            var results: [TensorType] = []
            for start in stride(from: 0, to: operands.count, by: count) {
                results += try operation.types(of: Array(operands[start..<min(start + count, operands.count)]))
            }
            return results
        }
    }

    /// What an `unstack` makes, member by member.
    private func members(_ operands: [TensorType], _ axis: Int) throws(OperationError) -> [TensorType] {
        var count: Int?
        let types = try operands.map { operand throws(OperationError) in
            let axis = try self.axis(axis, operand.shape)
            var shape = operand.shape
            let extent = shape.remove(at: axis)
            guard count ?? extent == extent else { throw .unequal(description, operands[0], operand) }
            count = extent
            return TensorType(operand.dtype, shape)
        }
        return (0..<(count ?? 0)).flatMap { _ in types }
    }

    /// The axis as an index of `shape`.
    func axis(_ axis: Int, _ shape: [Int]) throws(OperationError) -> Int {
        let index = axis < 0 ? axis + shape.count : axis
        guard shape.indices.contains(index) else { throw .axis(description, axis, shape: shape) }
        return index
    }

    /// The indices of a slice along an axis of `extent` elements.
    func bounds(_ from: Int, _ to: Int?, _ extent: Int) throws(OperationError) -> Range<Int> {
        let low = from < 0 ? extent.addingReportingOverflow(from).partialValue : from
        let high = to.map { $0 < 0 ? extent.addingReportingOverflow($0).partialValue : $0 } ?? extent
        guard low >= 0, low < high, high <= extent else { throw .range(description, extent: extent) }
        return low..<high
    }

    /// Where the parts of a `split` begin, and their extents.
    func parts(
        of operand: TensorType, _ axis: Int, _ parts: SplitParts
    ) throws(OperationError) -> [(axis: Int, start: Int, size: Int)] {
        let axis = try self.axis(axis, operand.shape)
        let extent = operand.shape[axis]
        switch parts {
        case .equal(let count):
            guard extent % count == 0 else {
                throw .indivisible("'\(description)' of \(operand.shape)", extent, by: count)
            }
            return (0..<count).map { (axis, $0 * (extent / count), extent / count) }
        case .sizes(let sizes):
            var start = 0
            var result: [(axis: Int, start: Int, size: Int)] = []
            for size in sizes {
                result.append((axis, start, size))
                let (end, overflow) = start.addingReportingOverflow(size)
                guard !overflow else { throw .parts(description, sum: Int.max, extent: extent) }
                start = end
            }
            guard start == extent else { throw .parts(description, sum: start, extent: extent) }
            return result
        }
    }

    private func concatenation(
        _ operands: [TensorType], _ axis: Int, _ sizes: [Int]?
    ) throws(OperationError) -> TensorType {
        guard let first = operands.first else { return TensorType(.float32, []) }
        let axis = try self.axis(axis, first.shape)
        var sum = 0
        for (position, operand) in operands.enumerated() {
            let expected = first.replacing(axis: axis, by: sizes?[position] ?? first.shape[axis])
            guard operand == expected else {
                throw .unequal(description, position == 0 ? expected : first, operand)
            }
            let (next, overflow) = sum.addingReportingOverflow(operand.shape[axis])
            guard !overflow else { throw .size(operand.shape) }
            sum = next
        }
        return first.replacing(axis: axis, by: sum)
    }

    private func stacked(_ operands: [TensorType], _ axis: Int) throws(OperationError) -> TensorType {
        guard let first = operands.first else { return TensorType(.float32, []) }
        for other in operands where other != first { throw .unequal(description, first, other) }
        let index = axis < 0 ? axis + first.shape.count + 1 : axis
        guard (0...first.shape.count).contains(index) else { throw .axis(description, axis, shape: first.shape) }
        var shape = first.shape
        shape.insert(operands.count, at: index)
        return TensorType(first.dtype, shape)
    }

    private func sum(_ operands: [TensorType], _ corner: Bool) throws(OperationError) -> TensorType {
        guard let first = operands.first else { return TensorType(.float32, []) }
        guard ElementwiseSum.isPossible(first.dtype) else { throw .dtype(description, first.dtype) }
        for other in operands {
            let fits =
                corner && other.shape.count == first.shape.count
                ? zip(other.shape, first.shape).allSatisfy { $0 <= $1 } : other.shape == first.shape
            guard fits, other.dtype == first.dtype else { throw .unequal(description, first, other) }
        }
        return first
    }

    private func merged(_ operands: [TensorType]) throws(OperationError) -> TensorType {
        guard operands.count >= 3 else { throw .syntax("lora takes base, down and up") }
        for operand in operands where !operand.dtype.isFloatingPoint || !ElementCast.isEncodable(operand.dtype) {
            throw .dtype(description, operand.dtype)
        }
        let (base, down, up) = (operands[0].shape, operands[1].shape, operands[2].shape)
        let isLinear = base.count == 2 && down.count == 2 && up.count == 2
        let isKernel = base.count > 2 && down.count > 1 && up.count > 1 && up[2...].allSatisfy { $0 == 1 }
        guard isLinear || isKernel, up[0] == base[0], up[1] == down[0], down[1...] == base[1...] else {
            throw .lora(base: base, down: down, up: up)
        }
        if operands.count > 3, operands[3].shape.contains(where: { $0 != 1 }) {
            throw .syntax("the alpha of 'lora' is one number, found \(operands[3])")
        }
        return operands[0]
    }
}

extension TensorType {
    func replacing(axis: Int, by extent: Int) -> TensorType {
        var shape = shape
        shape[axis] = extent
        return TensorType(dtype, shape)
    }
}

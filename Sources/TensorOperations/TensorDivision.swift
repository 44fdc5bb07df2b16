import TensorCore

/// Finding the blocks of a result.
struct TensorDivision {
    private let operations: [TensorOperation]
    /// The tensors before each operation, and at last the results.
    private let types: [[TensorType]]

    /// - Throws: `OperationError` where the operations do not fit.
    init(_ operations: [TensorOperation], _ operands: [TensorType]) throws(OperationError) {
        self.operations = operations
        var types = [operands]
        for operation in operations { types.append(try operation.types(of: types[types.count - 1])) }
        self.types = types
    }

    /// Blocks along the first axis of a result; nil where they need more than blocks.
    func blocks(ofResult index: Int) -> TensorBlock? { block(operations.count, index, axis: 0) }

    /// The block of a tensor before the operation at `level`, along one of its axes.
    private func block(_ level: Int, _ index: Int, axis: Int) -> TensorBlock? {
        guard level > 0 else { return .operand(index, axis: axis) }
        var operation = operations[level - 1]
        var operands = types[level - 1]
        var (index, first) = (index, 0)
        if case .each(let count, let inner) = operation {
            // The groups are alike in how many they make.
            guard let made = try? inner.types(of: Array(operands.prefix(count))).count, made > 0 else { return nil }
            first = index / made * count
            (operation, operands, index) = (inner, Array(operands[first..<first + count]), index % made)
        }
        func before(_ operand: Int, _ axis: Int) -> TensorBlock? { block(level - 1, first + operand, axis: axis) }
        func same(_ operand: Int) -> TensorBlock? { before(operand, axis).map { .result(operation, [$0]) } }
        func same() -> TensorBlock? {
            let blocks = operands.indices.compactMap { before($0, axis) }
            return blocks.count == operands.count ? .result(operation, blocks) : nil
        }
        func all(_ operand: Int) -> TensorBlock? {
            if level == 1 { return .whole(first + operand) }
            guard let extent = operands[operand].shape.first else { return nil }
            return before(operand, 0).map { .all($0, extent: extent) }
        }
        switch operation {
        case .constant: return nil
        case .copy(let count): return before(index / count, axis)
        case .cast, .scale: return same(index)
        case .reduce(let along, _):
            guard let along = try? operation.axis(along, operands[index].shape), along != axis else { return nil }
            return same(index)
        case .resize(let resizing): return resizing.isResampled(axis: axis) ? nil : same(index)
        case .repeat(let along, let count):
            guard let along = try? operation.axis(along, operands[index].shape) else { return nil }
            guard along == axis else { return same(index) }
            return before(index, axis).map { block in
                .joined([(block, operands[index].shape[axis])].repeated(count), axis: axis)
            }
        case .layout(let layout):
            guard let source = layout.source(ofAxis: axis) else { return nil }
            return before(index, source).map { .result(operation, [$0]) }
        case .slice(let along, let from, let to):
            guard let along = try? operation.axis(along, operands[index].shape),
                let bounds = try? operation.bounds(from, to, operands[index].shape[along])
            else { return nil }
            return before(index, axis).map { $0.part(along, bounds.lowerBound, bounds.count, ofRunAlong: axis) }
        case .split(let along, let parts):
            let count = parts.count
            guard let part = try? operation.parts(of: operands[index / count], along, parts)[index % count] else {
                return nil
            }
            return before(index / count, axis).map { $0.part(part.axis, part.start, part.size, ofRunAlong: axis) }
        case .unstack(let along, _):
            let (operand, member) = (index % operands.count, index / operands.count)
            guard let along = try? operation.axis(along, operands[operand].shape) else { return nil }
            return before(operand, axis < along ? axis : axis + 1).map { .member($0, axis: along, index: member) }
        case .concat(let along, _):
            guard let along = try? operation.axis(along, operands[0].shape) else { return nil }
            guard along == axis else { return same() }
            let blocks = operands.indices.compactMap { operand in
                before(operand, axis).map { (block: $0, extent: operands[operand].shape[axis]) }
            }
            return blocks.count == operands.count ? .joined(blocks, axis: axis) : nil
        case .stack(let along, let capture, let count):
            let position = along < 0 ? along + operands[index].shape.count + 1 : along
            guard position != axis else { return nil }
            let members = stride(from: index, to: operands.count, by: count)
            let blocks = members.compactMap { before($0, axis < position ? axis : axis - 1) }
            let stack = TensorOperation.stack(axis: position, capture: capture)
            return blocks.count == operands.count / count ? .result(stack, blocks) : nil
        case .add:
            guard operands.allSatisfy({ $0.shape[axis] == operands[0].shape[axis] }) else { return nil }
            return same()
        case .agree, .weightedSum, .mean: return same()
        case .multiply(let along):
            guard let shape = TensorProduct(axis: along).alignedShape(operands[1].shape, to: operands[0].shape),
                let first = before(0, axis)
            else { return nil }
            let lacking = shape.count - operands[1].shape.count
            let start = along.map { $0 < 0 ? $0 + shape.count : $0 } ?? lacking
            let factor = shape[axis] == 1 ? all(1) : before(1, axis - start)
            return factor.map { .result(operation, [first, $0]) }
        case .dequantize(let blocks):
            guard let weight = before(0, axis), let scale = before(1, axis) else { return nil }
            return .scaled(
                weight: weight, scale: scale, BlockScale(blocks), axis: axis, shape: operands[0].shape)
        case .weightNorm(let along):
            guard let along, (try? operation.axis(along, operands[0].shape)) == axis else { return nil }
            return same()
        case .lora:
            guard axis == 0, let base = before(0, 0), let down = all(1), let up = before(2, 0) else { return nil }
            guard operands.count > 3 else { return .result(operation, [base, down, up]) }
            return all(3).map { .result(operation, [base, down, up, $0]) }
        case .each: return nil
        }
    }
}

extension Array {
    fileprivate func repeated(_ count: Int) -> [Element] { (0..<count).flatMap { _ in self } }
}

extension TensorBlock {
    /// A part along `axis` of a tensor whose run is along another axis or the same.
    fileprivate func part(_ axis: Int, _ start: Int, _ size: Int, ofRunAlong run: Int) -> TensorBlock {
        axis == run ? .shifted(self, by: start) : .part(self, axis: axis, start: start, size: size)
    }
}

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

    /// Of a tensor before the operation at `level`, along one of its axes.
    private func block(_ level: Int, _ index: Int, axis: Int) -> TensorBlock? {
        guard level > 0 else { return .operand(index, axis: axis) }
        let operation = operations[level - 1]
        let operands = types[level - 1]
        func before(_ operand: Int, _ axis: Int) -> TensorBlock? { block(level - 1, operand, axis: axis) }
        func same() -> TensorBlock? {
            let blocks = operands.indices.compactMap { before($0, axis) }
            return blocks.count == operands.count ? .result(operation, blocks) : nil
        }
        switch operation {
        case .constant: return nil
        case .copy(let count): return before(index / count, axis)
        case .cast: return before(index, axis).map { .result(operation, [$0]) }
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
            guard operands.count == 1, let along = try? operation.axis(along, operands[0].shape) else { return nil }
            return before(0, axis < along ? axis : axis + 1).map { .member($0, axis: along, index: index) }
        case .concat(let along, _):
            guard let along = try? operation.axis(along, operands[0].shape) else { return nil }
            guard along == axis else { return same() }
            let blocks = operands.indices.compactMap { operand in
                before(operand, axis).map { (block: $0, extent: operands[operand].shape[axis]) }
            }
            return blocks.count == operands.count ? .joined(blocks, axis: axis) : nil
        case .stack(let along, _):
            let index = along < 0 ? along + operands[0].shape.count + 1 : along
            guard index != axis else { return nil }
            let blocks = operands.indices.compactMap { before($0, axis < index ? axis : axis - 1) }
            return blocks.count == operands.count ? .result(operation, blocks) : nil
        case .add:
            guard operands.allSatisfy({ $0.shape[axis] == operands[0].shape[axis] }) else { return nil }
            return same()
        case .agree: return same()
        case .lora:
            guard axis == 0, level == 1, let base = before(0, 0), let up = before(2, 0) else { return nil }
            return .result(operation, [base, .whole(1), up])
        }
    }
}

extension TensorBlock {
    /// A part along `axis` of a tensor whose run is along another axis or the same.
    fileprivate func part(_ axis: Int, _ start: Int, _ size: Int, ofRunAlong run: Int) -> TensorBlock {
        axis == run ? .shifted(self, by: start) : .part(self, axis: axis, start: start, size: size)
    }
}

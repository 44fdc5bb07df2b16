import ModelGraph
import TensorCore

/// What attention is told to leave out.
struct AttentionMask {
    /// What is added to the scores; nil: nothing.
    var bias: ProgramTensor?
    /// Which queries see any key, 0 or 1, `[…, 1]`; nil: all. One that sees none gives 0.
    var seen: ProgramTensor?
}

extension Call {
    /// What stands for −∞ in a sum, where −∞ itself would make NaN of 0 · ∞ and of ∞ − ∞.
    static let hidden = -3e38

    /// A mask as `scaled_dot_product_attention` takes it: truths, or what is added to the scores.
    func attentionMask(_ mask: ProgramTensor) throws -> AttentionMask {
        guard mask.dtype == .bool || mask.dtype.isFloatingPoint else {
            throw CallError("its mask is \(mask.dtype), neither of booleans nor of floats")
        }
        guard !mask.isScalar else { throw CallError("its mask is a scalar") }
        if let known = mask.constant {
            try tracer.spend(2 * known.count)
            let isTruth = mask.dtype == .bool
            let bias = known.elements.map { isTruth ? ($0 == 0 ? Self.hidden : 0) : max($0, Self.hidden) }
            let keys = known.shape[known.shape.count - 1]
            // Only −∞ hides a key: a row of the least finite number, which many models use for it, gives a mean.
            let isSeen = known.elements.map { isTruth ? $0 != 0 : $0 != -.infinity }
            let seen = stride(from: 0, to: isSeen.count, by: max(1, keys)).map { row in
                isSeen[row..<row + keys].contains(true) ? 1.0 : 0
            }
            return AttentionMask(
                bias: try tracer.constant(.float32, known.shape, bias),
                seen: seen.contains(0) ? try tracer.constant(.bool, known.shape.dropLast() + [1], seen) : nil)
        }
        let largest = Operation.reduce(.init(.max, axes: [mask.shape.count - 1]))
        if mask.dtype == .bool {
            let bias = try scope.record(
                .choose(.init()), value(mask), operandValue(.number(0)), operandValue(.number(Self.hidden)))
            return AttentionMask(
                bias: tracer.tensor(bias), seen: tracer.tensor(try scope.record(largest, value(mask)), .bool))
        }
        guard try canHideRows(mask) else { return AttentionMask(bias: mask) }
        let bias = try scope.activate(.clamp(lower: Self.hidden, upper: .infinity), value(mask))
        let seen = try compared(
            .tensor(tracer.tensor(scope.record(largest, value(mask)))), .number(-.infinity), .ne)
        return AttentionMask(bias: tracer.tensor(bias), seen: seen)
    }

    /// Whether all of a row of scores may be −∞, by masks that were added to them.
    func canHideRows(_ scores: ProgramTensor) throws -> Bool {
        var pending = [(value: try value(scores), isMoved: false)]
        var visited: Set<Value> = []
        var masks = 0
        while let (value, isMoved) = pending.popLast() {
            guard visited.insert(value).inserted else { continue }
            let node = tracer.builder.node(of: value)
            switch node.operation {
            case .constant(let constant):
                let elements = constant.table.elements
                try tracer.spend(elements.count)
                guard elements.contains(-.infinity) else { continue }
                masks += 1
                let keys = node.shape.last ?? 1
                let hidesRow = stride(from: 0, to: elements.count, by: keys).contains { row in
                    elements[row..<row + keys].allSatisfy { $0 == -.infinity }
                }
                if isMoved || hidesRow || masks > 1 { return true }
            // A mask that the program is given may hide anything.
            case .input: return true
            case .binary, .affine: pending += node.inputs.map { ($0, isMoved) }
            // What is chosen depends on the input.
            case .choose: pending += node.inputs[1...].map { ($0, true) }
            case .reshape, .permute, .expand, .slice, .concat, .gather, .roll: pending += node.inputs.map { ($0, true) }
            default: break
            }
        }
        return false
    }
}

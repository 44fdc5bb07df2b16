import ByteIO
import TensorCore

/// A weight in its two parts put together: g · v / ‖v‖.
///
/// The norm is summed in float64; the rest is computed as PyTorch does, v · (g / ‖v‖) in float32 (float64 for float64).
/// Source: `torch/nn/utils/weight_norm.py` and `aten/src/ATen/native/WeightNorm.cpp` of PyTorch 2.15.
struct WeightNorm {
    /// The axis whose indices have a norm each; nil for one norm of all.
    let axis: Int?

    /// Which of the two is g: the first, unless only the second has its shape.
    private func order(_ operands: [TensorType]) -> (g: Int, v: Int)? {
        for (g, v) in [(0, 1), (1, 0)] where isFactor(operands[g].shape, of: operands[v].shape) { return (g, v) }
        return nil
    }

    /// Whether a shape is that of g for a v: one element along all axes but one.
    private func isFactor(_ g: [Int], of v: [Int]) -> Bool {
        guard let axis else { return g.allSatisfy { $0 == 1 } }
        let index = axis < 0 ? axis + v.count : axis
        guard v.indices.contains(index) else { return false }
        return g == v.indices.map { $0 == index ? v[$0] : 1 }
    }

    func type(_ operands: [TensorType], _ name: String) throws(OperationError) -> TensorType {
        guard operands.count == 2 else { throw .syntax("'\(name)' takes g and v, there are \(operands.count) tensors") }
        for operand in operands where !ElementCast.isEncodable(operand.dtype) { throw .dtype(name, operand.dtype) }
        guard operands[0].dtype == operands[1].dtype, let order = order(operands) else {
            throw .unequal(name, operands[0], operands[1])
        }
        return operands[order.v]
    }

    /// Which of the operands is g.
    func factor(_ operands: [TensorType]) -> Int { order(operands)?.g ?? 0 }

    func weight(_ operands: [TensorView]) throws -> TensorView {
        let factor = factor(operands.map(\.type))
        let (g, v) = (operands[factor], operands[1 - factor])
        let index = axis.map { $0 < 0 ? $0 + v.shape.count : $0 }
        let extent = index.map { v.shape[$0] } ?? 1
        let inner = index.map { v.shape[($0 + 1)...].reduce(1, *) } ?? v.layout.count
        func weight<Real: RealElement>(_: Real.Type) throws -> TensorView {
            var values: [Real] = try v.values()
            let factors: [Real] = try g.values()
            var squares = [Double](repeating: 0, count: extent)
            func forEachRun(_ body: (_ position: Int, _ run: Range<Int>) -> Void) {
                guard inner > 0 else { return }
                for (run, start) in stride(from: 0, to: values.count, by: inner).enumerated() {
                    body(run % extent, start..<start + inner)
                }
            }
            forEachRun { position, run in
                for element in run { squares[position] += Double(values[element]) * Double(values[element]) }
            }
            let scales = zip(factors, squares).map { $0 / Real($1.squareRoot()) }
            forEachRun { position, run in for element in run { values[element] *= scales[position] } }
            return try TensorView(values, v.type)
        }
        return v.dtype.isDouble ? try weight(Double.self) : try weight(Float.self)
    }
}

import ByteIO
import TensorCore

/// A linear layer's weight, or a convolution's kernel, with a low-rank update merged into it: base + scale · up @ down.
///
/// Computed in float32, in float64 where one of the tensors is float64, each product summed from rank 0 on; rounded
/// to the base's type once.
/// Source: MMPreTrain 1.2 `tools/model_converters/merge_lora_weight.py`, `param += lora_up @ lora_down * scaling`.
struct LowRankUpdate {
    let scale: LowRankScale

    /// - Parameters:
    ///   - base: `[out, in…]`.
    ///   - down: `[rank, in…]`.
    ///   - up: `[out, rank, 1…]`.
    ///   - alpha: one element, where the scale takes one.
    /// - Returns: `[out, in…]`, of the base's type.
    func merged(base: TensorView, down: TensorView, up: TensorView, alpha: TensorView?) throws -> TensorView {
        let (rows, columns, rank) = (base.shape[0], base.shape[1...].reduce(1, *), down.shape[0])
        let type = base.type
        let scale = scale.value(rank: rank, alpha: try alpha?.values(as: Double.self).first ?? 1)
        guard scale.isFinite else { throw OperationError.syntax("the scale of 'lora \(self.scale)' is \(scale)") }
        let isDouble = [base, down, up].contains(where: \.dtype.isDouble)
        let source = base.contiguous()
        let bytes = try Bytes(count: type.byteCount()) { target in
            try source.withUnsafeBytes { source in
                let rowBytes = columns * base.dtype.byteWidth
                func merge<Real: RealElement>(_: Real.Type) throws {
                    let down: [Real] = try down.values()
                    let up: [Real] = try up.values()
                    var row = [Real](repeating: 0, count: columns)
                    var update = row
                    for index in 0..<rows {
                        let bytes = index * rowBytes..<(index + 1) * rowBytes
                        try row.withUnsafeMutableBufferPointer {
                            try Real.decode(base.dtype, UnsafeRawBufferPointer(rebasing: source[bytes]), into: $0)
                        }
                        Self.product(
                            row: up[index * rank..<(index + 1) * rank], matrix: down, into: &update)
                        for column in 0..<columns { row[column] += update[column] * Real(scale) }
                        row.withUnsafeBufferPointer {
                            Real.encode($0, base.dtype, into: UnsafeMutableRawBufferPointer(rebasing: target[bytes]))
                        }
                    }
                }
                if isDouble { try merge(Double.self) } else { try merge(Float.self) }
            }
        }
        return try TensorView(bytes, type)
    }

    /// `row` [rank] @ `matrix` [rank, columns].
    private static func product<Real: RealElement>(
        row: ArraySlice<Real>, matrix: [Real], into result: inout [Real]
    ) {
        let columns = result.count
        result.withUnsafeMutableBufferPointer { result in
            matrix.withUnsafeBufferPointer { matrix in
                result.update(repeating: 0)
                for (rank, factor) in row.enumerated() {
                    let first = rank * columns
                    for column in 0..<columns { result[column] += factor * matrix[first + column] }
                }
            }
        }
    }
}

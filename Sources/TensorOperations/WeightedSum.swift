import ByteIO
import TensorCore

/// The sum of tensors of one type, each times its weight, over a divisor: summed in float64, first to last, and rounded
/// once. The mean of integers is rounded towards zero.
struct WeightedSum {
    /// One for each tensor; nil for 1 each.
    let weights: [Double]?
    let divisor: Double

    static func mean(of count: Int) -> WeightedSum { WeightedSum(weights: nil, divisor: Double(count)) }

    /// Elements that are summed at a time.
    private static let chunk = 4_096

    /// - Precondition: of one type, which `ElementwiseSum` accepts.
    func sum(_ views: [TensorView]) throws -> TensorView {
        guard let first = views.first else { throw OperationError.syntax("a sum of no tensors") }
        let type = first.type
        let width = type.dtype.byteWidth
        let sources = views.map { $0.contiguous() }
        let bytes = try Bytes(count: type.byteCount()) { target in
            var sums = [Double](repeating: 0, count: Self.chunk)
            var values = sums
            for start in stride(from: 0, to: first.layout.count, by: Self.chunk) {
                let count = min(Self.chunk, first.layout.count - start)
                let range = start * width..<(start + count) * width
                for index in 0..<count { sums[index] = 0 }
                for (position, source) in sources.enumerated() {
                    let weight = weights?[position] ?? 1
                    try source.withUnsafeBytes { source in
                        try values.withUnsafeMutableBufferPointer {
                            try type.dtype.decode(
                                UnsafeRawBufferPointer(rebasing: source[range]),
                                into: UnsafeMutableBufferPointer(rebasing: $0[..<count]))
                        }
                    }
                    for index in 0..<count { sums[index] += weight * values[index] }
                }
                for index in 0..<count { sums[index] /= divisor }
                let part = UnsafeMutableRawBufferPointer(rebasing: target[range])
                if type.dtype.isInteger {
                    try store(sums[..<count], type.dtype, from: start, into: part)
                } else {
                    sums.withUnsafeBufferPointer {
                        Double.encode(UnsafeBufferPointer(rebasing: $0[..<count]), type.dtype, into: part)
                    }
                }
            }
        }
        return try TensorView(bytes, type)
    }

    /// - Throws: `OperationError.inexact` for a sum that the type does not have.
    private func store(
        _ sums: ArraySlice<Double>, _ dtype: DType, from start: Int, into target: UnsafeMutableRawBufferPointer
    ) throws {
        let whole = try TensorView(
            Bytes(count: sums.count * 8) { buffer in
                for (index, sum) in sums.enumerated() {
                    buffer.storeBytes(of: sum.bitPattern.littleEndian, toByteOffset: index * 8, as: UInt64.self)
                }
            }, TensorType(.float64, [sums.count]))
        do {
            try ElementCast(from: .float64, to: dtype).cast(whole, isExact: false).copy(into: target)
        } catch OperationError.inexact(let element, let from, let to) {
            throw OperationError.inexact(element: start + element, from, to)
        }
    }
}

/// The sum or mean of a tensor along an axis, which stays with one element: summed in float64 and rounded once.
struct AxisReduction {
    let isMean: Bool

    func reduced(_ view: TensorView, axis: Int) throws -> TensorView {
        let extent = view.shape[axis]
        let inner = view.shape[(axis + 1)...].reduce(1, *)
        let outer = view.shape[..<axis].reduce(1, *)
        let values: [Double] = try view.values()
        var sums = [Double](repeating: 0, count: outer * inner)
        for row in 0..<outer {
            for index in 0..<extent {
                let source = (row * extent + index) * inner
                for column in 0..<inner { sums[row * inner + column] += values[source + column] }
            }
        }
        if isMean { for index in sums.indices { sums[index] /= Double(extent) } }
        return try TensorView(sums, view.type.replacing(axis: axis, by: 1))
    }
}

import ByteIO
import TensorCore

/// By how much a low-rank update counts.
public enum LowRankScale: Sendable, Hashable, CustomStringConvertible {
    case fixed(Double)
    /// `alpha` divided by the rank that the tensors have.
    case perRank(alpha: Double)

    /// As a rule file spells it: `2`, `0.5`, `16/rank`.
    public var description: String {
        switch self {
        case .fixed(let scale): Self.text(scale)
        case .perRank(let alpha): Self.text(alpha) + "/rank"
        }
    }

    private static func text(_ figure: Double) -> String { Int(exactly: figure).map { "\($0)" } ?? "\(figure)" }

    /// - Returns: 0 where the rank is 0: there is no update.
    func value(rank: Int) -> Double {
        switch self {
        case .fixed(let scale): scale
        case .perRank(let alpha): rank == 0 ? 0 : alpha / Double(rank)
        }
    }
}

/// A linear layer's weight with a low-rank update merged into it: base + scale · up @ down.
///
/// Computed in float32, in float64 where one of the tensors is float64, each product summed from rank 0 on; rounded
/// to the base's type once.
/// Source: MMPreTrain 1.2 `tools/model_converters/merge_lora_weight.py`, `param += lora_up @ lora_down * scaling`.
struct LowRankUpdate {
    let scale: LowRankScale

    /// - Parameters:
    ///   - base: `[out, in]`.
    ///   - down: `[rank, in]`.
    ///   - up: `[out, rank]`.
    /// - Returns: `[out, in]`, of the base's type.
    func merged(base: TensorView, down: TensorView, up: TensorView) throws -> TensorView {
        let (rows, columns, rank) = (base.shape[0], base.shape[1], down.shape[0])
        let type = base.type
        let scale = scale.value(rank: rank)
        let isDouble = [base, down, up].contains { $0.dtype == .float64 }
        let source = base.contiguous()
        let bytes = try Bytes(count: type.byteCount()) { target in
            try source.withUnsafeBytes { source in
                let rowBytes = columns * base.dtype.byteWidth
                func merge<Real: MatrixElement>(_: Real.Type) throws {
                    let down: [Real] = try Self.values(down)
                    let up: [Real] = try Self.values(up)
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

    private static func values<Real: MatrixElement>(_ view: TensorView) throws -> [Real] {
        let count = view.layout.count
        return try view.contiguous().withUnsafeBytes { source in
            try [Real](unsafeUninitializedCapacity: count) { buffer, initialized in
                try Real.decode(view.dtype, source, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
                initialized = count
            }
        }
    }

    /// `row` [rank] @ `matrix` [rank, columns].
    private static func product<Real: MatrixElement>(
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

/// The number type that a product is computed in.
private protocol MatrixElement: BinaryFloatingPoint & Sendable {
    static func decode(
        _ dtype: DType, _ source: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Self>) throws
    static func encode(
        _ values: UnsafeBufferPointer<Self>, _ dtype: DType, into target: UnsafeMutableRawBufferPointer)
}

extension Float: MatrixElement {
    fileprivate static func decode(
        _ dtype: DType, _ source: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>
    ) throws { try dtype.decode(source, into: target) }

    fileprivate static func encode(
        _ values: UnsafeBufferPointer<Float>, _ dtype: DType, into target: UnsafeMutableRawBufferPointer
    ) { dtype.encode(values, into: target) }
}

extension Double: MatrixElement {
    fileprivate static func decode(
        _ dtype: DType, _ source: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Double>
    ) throws { try dtype.decode(source, into: target) }

    fileprivate static func encode(
        _ values: UnsafeBufferPointer<Double>, _ dtype: DType, into target: UnsafeMutableRawBufferPointer
    ) {
        if dtype == .float64 { return target.copyMemory(from: UnsafeRawBufferPointer(values)) }
        let floats = values.map { Float($0) }
        floats.withUnsafeBufferPointer { dtype.encode($0, into: target) }
    }
}

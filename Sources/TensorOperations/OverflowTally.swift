import Synchronization
import TensorCore

/// Counts the numbers that were too large for the type that they were cast to or computed in.
package final class OverflowTally: Sendable {
    private let counted = Atomic<Int>(0)

    package init() {}

    package var count: Int { counted.load(ordering: .relaxed) }

    func add(_ count: Int) { counted.wrappingAdd(count, ordering: .relaxed) }

    /// Adds the infinite elements of `results`, unless an operand has one that is not finite: then they are its own.
    func add(_ results: [TensorView], from operands: [TensorView]) throws {
        let infinite = try results.reduce(0) { try $0 + $1.count(where: \.isInfinite) }
        guard infinite > 0, try operands.allSatisfy({ try $0.count { !$0.isFinite } == 0 }) else { return }
        add(infinite)
    }
}

extension TensorView {
    /// Elements that are decoded at a time.
    private static let chunk = 4_096

    /// The number of floating-point elements that are so; 0 of other types.
    fileprivate func count(where isCounted: (Double) -> Bool) throws -> Int {
        guard dtype.isFloatingPoint, dtype.overflowThreshold != nil || dtype == .float64 else { return 0 }
        let width = dtype.byteWidth
        return try contiguous().withUnsafeBytes { source in
            var values = [Double](repeating: 0, count: Self.chunk)
            var total = 0
            for first in stride(from: 0, to: layout.count, by: Self.chunk) {
                let count = min(Self.chunk, layout.count - first)
                try values.withUnsafeMutableBufferPointer {
                    try dtype.decode(
                        UnsafeRawBufferPointer(rebasing: source[first * width..<(first + count) * width]),
                        into: UnsafeMutableBufferPointer(rebasing: $0[..<count]))
                }
                total += values[..<count].count(where: isCounted)
            }
            return total
        }
    }
}

extension DType {
    /// The least magnitude that rounds to more than the largest finite number; nil for types that are not floats.
    package var overflowThreshold: Double? {
        switch self {
        case .float32: 0x1.FFFFFFp127
        case .float16: 65_520
        case .bfloat16: 0x1.FFp127
        case .float8_e5m2, .float8_e5m2fnuz: 61_440
        // 464 lies halfway and rounds to the even 448. Numbers are compared as float32.
        case .float8_e4m3fn: Double(Float(464).nextUp)
        case .float8_e4m3fnuz: 248
        default: nil
        }
    }

    /// Whether the floating-point type has infinities.
    package var hasInfinity: Bool {
        switch self {
        case .float8_e4m3fn, .float8_e4m3fnuz, .float8_e5m2fnuz: false
        default: true
        }
    }

    /// What a cast to the type makes of numbers that are too large, as PyTorch does.
    package var overflowResult: String {
        if hasInfinity { return "infinity" }
        return self == .float8_e4m3fn ? "448" : "NaN"
    }

    /// Whether casts to the type lose nothing but digits of any number of `source`.
    package func hasRange(of source: DType) -> Bool {
        guard let threshold = overflowThreshold else { return true }
        switch source {
        case .float64: return self == .float64
        case .float32, .bfloat16: return self == .float32 || self == source
        case .float16: return threshold > 65_504
        case .float8_e5m2: return threshold > 57_344 && hasInfinity
        case .int64, .uint64: return threshold > 0x1p64
        case .int32, .uint32: return threshold > 0x1p32
        case .int16, .uint16: return threshold > 0x1p16
        default: return threshold > 57_344
        }
    }
}

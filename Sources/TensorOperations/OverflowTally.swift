import Synchronization
import TensorCore

/// Counts the numbers that casts found too large for the type that they were cast to.
public final class OverflowTally: Sendable {
    private let counted = Atomic<Int>(0)

    public init() {}

    public var count: Int { counted.load(ordering: .relaxed) }

    func add(_ count: Int) { counted.wrappingAdd(count, ordering: .relaxed) }
}

extension DType {
    /// The least magnitude that rounds to more than the largest finite number; nil for types that are not floats.
    public var overflowThreshold: Double? {
        switch self {
        case .float32: 0x1.FFFFFFp127
        case .float16: 65_520
        case .bfloat16: 0x1.FFp127
        case .float8_e5m2, .float8_e5m2fnuz: 61_440
        // 464 lies halfway and rounds to the even 448.
        case .float8_e4m3fn: 464.0.nextUp
        case .float8_e4m3fnuz: 248
        default: nil
        }
    }

    /// Whether casts to the type lose nothing but digits of any finite number of `source`.
    public func hasRange(of source: DType) -> Bool {
        guard let threshold = overflowThreshold else { return true }
        switch source {
        case .float64: return self == .float64
        case .float32, .bfloat16: return self == .float32 || self == source
        case .float16: return threshold > 65_504
        case .int64, .uint64: return threshold > 0x1p64
        case .int32, .uint32: return threshold > 0x1p32
        case .int16, .uint16: return threshold > 0x1p16
        default: return threshold > 57_344
        }
    }
}

/// Real numbers as little-endian elements.
extension DType {
    /// The floating-point types that `encode` writes: all but `float8_e8m0fnu` and the packed float4.
    package var isEncodable: Bool { isFloatingPoint && self != .float8_e8m0fnu && self != .float4_e2m1fn_x2 }

    /// Encodes numbers, rounded to nearest, ties to even. What is too large becomes what PyTorch 2.15 makes of it:
    /// infinity where the type has one, the largest number as `float8_e4m3fn`, NaN as the `fnuz` types.
    /// - Parameter target: exactly the elements, of any alignment.
    /// - Precondition: `isEncodable`.
    package func encode(_ values: UnsafeBufferPointer<Float>, into target: UnsafeMutableRawBufferPointer) {
        precondition(target.count == values.count * byteWidth, "\(target.count) bytes for \(values.count) \(self)")
        switch self {
        case .float64: store(values, target) { Double($0).bitPattern }
        case .float32: target.copyMemory(from: UnsafeRawBufferPointer(values))
        case .float16: store(values, target) { $0.halfBits }
        case .bfloat16: store(values, target) { $0.brainBits }
        default:
            guard let format = MiniFloat(self), isEncodable else { preconditionFailure("\(self) is not encodable") }
            let encoder = MiniFloatEncoder(format)
            store(values, target) { encoder.bits($0) }
        }
    }
}

@inline(__always)
private func store<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ values: UnsafeBufferPointer<Float>, _ target: UnsafeMutableRawBufferPointer, _ bits: (Float) -> Bits
) {
    guard let start = target.baseAddress else { return }
    for index in 0..<values.count {
        start.storeBytes(
            of: bits(values[index]).littleEndian, toByteOffset: index &* MemoryLayout<Bits>.size, as: Bits.self)
    }
}

extension Float {
    /// The nearest IEEE half-precision number, ties to even.
    package var halfBits: UInt16 {
        let sign = UInt16(truncatingIfNeeded: bitPattern >> 16) & 0x8000
        let magnitude = bitPattern & 0x7FFF_FFFF
        if magnitude > 0x7F80_0000 { return sign | 0x7E00 }
        // 65,520 is halfway between the largest half and the next power of two.
        if magnitude >= 0x477F_F000 { return sign | 0x7C00 }
        if magnitude < 0x3880_0000 {
            // Subnormal: the sum's last bit is 2⁻²⁴, so the addition rounds.
            let sum = Float(bitPattern: magnitude) + 0.5
            return sign | UInt16(truncatingIfNeeded: sum.bitPattern &- Float(0.5).bitPattern)
        }
        let odd = magnitude >> 13 & 1
        let rounded = magnitude &+ 0x0FFF &+ odd &- 0x3800_0000
        return sign | UInt16(truncatingIfNeeded: rounded >> 13)
    }

    /// The nearest bfloat16, ties to even.
    var brainBits: UInt16 {
        if isNaN { return 0x7FC0 }
        return UInt16(truncatingIfNeeded: (bitPattern &+ 0x7FFF &+ (bitPattern >> 16 & 1)) >> 16)
    }
}

/// Finds the nearest number of a small floating-point format.
private struct MiniFloatEncoder {
    /// The non-negative finite values, ascending; an index is its bit pattern.
    private let values: [Float]
    /// What is too large.
    private let overflow: UInt8
    private let nan: UInt8
    /// In formats without negative zero, that bit pattern is NaN.
    private let hasNegativeZero: Bool

    init(_ format: MiniFloat) {
        values = Array(format.values.prefix(128).prefix { $0.isFinite })
        hasNegativeZero = format != .e4m3fnuz && format != .e5m2fnuz
        nan = hasNegativeZero ? 0x7F : 0x80
        overflow = format == .e5m2 ? 0x7C : format == .e4m3fn ? 0x7E : nan
    }

    func bits(_ value: Float) -> UInt8 {
        guard !value.isNaN else { return nan }
        let sign: UInt8 = value.sign == .minus ? 0x80 : 0
        let magnitude = value.magnitude
        // The first value that is not below; the one before it may be nearer.
        var (low, high) = (0, values.count)
        while low < high {
            let middle = (low + high) / 2
            if values[middle] < magnitude { low = middle + 1 } else { high = middle }
        }
        var nearest = low
        if low == values.count {
            let (last, before) = (values[low - 1], values[low - 2])
            let limit = last + (last - before) / 2
            // The value past the end, to which a tie would go, has an even pattern where the last one is odd.
            let isLast = magnitude < limit || magnitude == limit && (low - 1) % 2 == 0
            guard isLast else { return overflow == nan && !hasNegativeZero ? nan : overflow | sign }
            nearest = low - 1
        } else if low > 0, values[low] != magnitude {
            let (below, above) = (magnitude - values[low - 1], values[low] - magnitude)
            nearest = below < above || below == above && (low - 1) % 2 == 0 ? low - 1 : low
        }
        return nearest == 0 && !hasNegativeZero ? 0 : UInt8(nearest) | sign
    }
}

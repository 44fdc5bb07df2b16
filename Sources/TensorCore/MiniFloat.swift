/// The floating-point formats of at most 8 bits.
///
/// Source: the OCP 8-bit Floating Point Specification 1.0 (e4m3fn, e5m2), the OCP Microscaling Formats
/// Specification 1.0 (e8m0fnu, e2m1fn), and LLVM's `APFloat` semantics for the `fnuz` variants.
enum MiniFloat {
    case e4m3fn, e4m3fnuz, e5m2, e5m2fnuz, e8m0fnu, e2m1

    init?(_ dtype: DType) {
        switch dtype {
        case .float8_e4m3fn: self = .e4m3fn
        case .float8_e4m3fnuz: self = .e4m3fnuz
        case .float8_e5m2: self = .e5m2
        case .float8_e5m2fnuz: self = .e5m2fnuz
        case .float8_e8m0fnu: self = .e8m0fnu
        default: return nil
        }
    }

    /// The value of each bit pattern: 256 of them, 16 for `e2m1`.
    var values: [Float] { (0..<(self == .e2m1 ? 16 : 256)).map { value(UInt32($0)) } }

    private func value(_ bits: UInt32) -> Float {
        switch self {
        case .e8m0fnu: bits == 0xFF ? .nan : power(Int(bits) - 127)
        case .e2m1: scaled(bits, exponentBits: 2, mantissaBits: 1, bias: 1)
        case .e4m3fn:
            bits & 0x7F == 0x7F ? .nan : scaled(bits, exponentBits: 4, mantissaBits: 3, bias: 7)
        case .e4m3fnuz: bits == 0x80 ? .nan : scaled(bits, exponentBits: 4, mantissaBits: 3, bias: 8)
        case .e5m2fnuz: bits == 0x80 ? .nan : scaled(bits, exponentBits: 5, mantissaBits: 2, bias: 16)
        case .e5m2:
            // The upper byte of a half.
            Float(halfBits: UInt16(bits) << 8)
        }
    }

    /// Sign, exponent, mantissa, with subnormals and without special values.
    private func scaled(_ bits: UInt32, exponentBits: UInt32, mantissaBits: UInt32, bias: Int) -> Float {
        let mantissa = bits & (1 << mantissaBits - 1)
        let exponent = bits >> mantissaBits & (1 << exponentBits - 1)
        let isNegative = bits >> (mantissaBits + exponentBits) & 1 == 1
        let significand = exponent == 0 ? mantissa : mantissa | 1 << mantissaBits
        let magnitude = Float(significand) * power(max(Int(exponent), 1) - bias - Int(mantissaBits))
        return isNegative ? -magnitude : magnitude
    }

    private func power(_ exponent: Int) -> Float {
        Float(sign: .plus, exponent: exponent, significand: 1)
    }
}

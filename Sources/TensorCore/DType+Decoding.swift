/// Little-endian elements as real numbers.
extension DType {
    /// How many numbers an element holds: 2 for the packed float4, else 1.
    package var valuesPerElement: Int { self == .float4_e2m1fn_x2 ? 2 : 1 }

    /// True if the elements are real numbers by themselves: floats, integers and bools. Complex and quantized
    /// types, raw bits and sub-byte integers are not.
    package var isReal: Bool { isFloatingPoint || isInteger || self == .bool }

    /// Decodes elements to float32; what float32 cannot hold is rounded to nearest, ties to even.
    /// - Parameter source: whole little-endian elements, of any alignment.
    /// - Parameter target: `valuesPerElement` numbers for each element. For float4 the low half of a byte first.
    /// - Throws: `DecodingError`.
    package func decode(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>
    ) throws(DecodingError) {
        try check(source.count, target.count)
        switch self {
        case .float32: UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
        case .float64: convert(source, target) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
        case .int64: convert(source, target) { (value: Int64) in Float(value) }
        case .uint64: convert(source, target) { (value: UInt64) in Float(value) }
        case .int32: convert(source, target) { (value: Int32) in Float(value) }
        case .uint32: convert(source, target) { (value: UInt32) in Float(value) }
        default: try decodeNarrow(source, target)
        }
    }

    /// Decodes elements to float64; only 64-bit integers beyond 2⁵³ are rounded.
    /// - Parameters: as for float32.
    /// - Throws: `DecodingError`.
    package func decode(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Double>
    ) throws(DecodingError) {
        try check(source.count, target.count)
        switch self {
        case .float64: UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
        case .float32: convert(source, target) { (bits: UInt32) in Double(Float(bitPattern: bits)) }
        case .int64: convert(source, target) { (value: Int64) in Double(value) }
        case .uint64: convert(source, target) { (value: UInt64) in Double(value) }
        case .int32: convert(source, target) { (value: Int32) in Double(value) }
        case .uint32: convert(source, target) { (value: UInt32) in Double(value) }
        default: try decodeNarrow(source, target)
        }
    }

    private func check(_ sourceCount: Int, _ targetCount: Int) throws(DecodingError) {
        guard isReal else { throw .notReal(self) }
        guard sourceCount % byteWidth == 0, sourceCount / byteWidth * valuesPerElement == targetCount else {
            throw .size(self, bytes: sourceCount, values: targetCount)
        }
    }

    /// The types whose every value is a float32.
    private func decodeNarrow<Real: BinaryFloatingPoint>(
        _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableBufferPointer<Real>
    ) throws(DecodingError) {
        switch self {
        case .float16: convert(source, target) { (bits: UInt16) in Real(Float(halfBits: bits)) }
        case .bfloat16: convert(source, target) { (bits: UInt16) in Real(Float(bitPattern: UInt32(bits) << 16)) }
        case .int16: convert(source, target) { (value: Int16) in Real(value) }
        case .uint16: convert(source, target) { (value: UInt16) in Real(value) }
        case .int8: convert(source, target) { (value: Int8) in Real(value) }
        case .uint8: convert(source, target) { (value: UInt8) in Real(value) }
        case .bool: convert(source, target) { (value: UInt8) in value == 0 ? Real(0) : Real(1) }
        case .float4_e2m1fn_x2:
            let values = MiniFloat.e2m1.values.map { Real($0) }
            for (index, byte) in source.enumerated() {
                target[2 * index] = values[Int(byte & 15)]
                target[2 * index + 1] = values[Int(byte >> 4)]
            }
        default:
            guard let format = MiniFloat(self) else { throw .notReal(self) }
            let values = format.values.map { Real($0) }
            convert(source, target) { (bits: UInt8) in values[Int(bits)] }
        }
    }
}

/// Why elements have no values as real numbers.
package enum DecodingError: Error, Equatable, Sendable, CustomStringConvertible {
    case notReal(DType)
    case size(DType, bytes: Int, values: Int)

    package var description: String {
        switch self {
        case .notReal(let dtype): "elements of type \(dtype) are not real numbers"
        case .size(let dtype, let bytes, let values):
            "\(bytes) bytes of \(dtype) do not make \(values) numbers"
        }
    }
}

@inline(__always)
private func convert<Bits: FixedWidthInteger & BitwiseCopyable, Real>(
    _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableBufferPointer<Real>, _ value: (Bits) -> Real
) {
    guard let source = source.baseAddress, let start = target.baseAddress else { return }
    for index in 0..<target.count {
        let bits = source.loadUnaligned(fromByteOffset: index &* MemoryLayout<Bits>.size, as: Bits.self)
        start[index] = value(Bits(littleEndian: bits))
    }
}

extension Float {
    /// The value of an IEEE half-precision number. Without branches, so that loops over it vectorise on CPUs that
    /// have no instruction for it.
    @inline(__always)
    init(halfBits bits: UInt16) {
        let magnitude = UInt32(bits & 0x7FFF)
        // Moves the exponent into place; the product re-biases it and normalises subnormals, both exactly.
        let finite = (Float(bitPattern: magnitude << 13) * 0x1p112).bitPattern
        let value = magnitude >= 0x7C00 ? 0x7F80_0000 | magnitude << 13 : finite
        self.init(bitPattern: value | UInt32(bits & 0x8000) << 16)
    }
}

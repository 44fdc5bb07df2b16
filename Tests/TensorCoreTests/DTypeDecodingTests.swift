import FoundationEssentials
import TensorCore
import TestSupport
import Testing

@Suite struct DTypeDecodingTests {
    /// What PyTorch makes of every bit pattern; made by `scripts/makers/make_decoding_fixture.py`.
    struct Facts: Decodable {
        let values: [String: [UInt32]]
        let sha256: [String: String]

        init() throws {
            self = try fixture("decoding/narrow_floats.json", as: Facts.self)
        }
    }

    func floats(_ dtype: DType, _ bytes: [UInt8]) throws -> [Float] {
        let count = bytes.count / dtype.byteWidth * dtype.valuesPerElement
        var values = [Float](repeating: -1, count: count)
        try bytes.withUnsafeBytes { source in
            try values.withUnsafeMutableBufferPointer { try dtype.decode(source, into: $0) }
        }
        return values
    }

    func doubles(_ dtype: DType, _ bytes: [UInt8]) throws -> [Double] {
        let count = bytes.count / dtype.byteWidth * dtype.valuesPerElement
        var values = [Double](repeating: -1, count: count)
        try bytes.withUnsafeBytes { source in
            try values.withUnsafeMutableBufferPointer { try dtype.decode(source, into: $0) }
        }
        return values
    }

    func bytes<Value: BitwiseCopyable>(_ values: [Value]) -> [UInt8] {
        values.withUnsafeBytes { Array($0) }
    }

    static let eightBits: [DType] = [
        .float8_e4m3fn, .float8_e4m3fnuz, .float8_e5m2, .float8_e5m2fnuz, .float8_e8m0fnu,
    ]

    @Test("every bit pattern of an 8-bit float has PyTorch's value", arguments: eightBits)
    func eightBitFloats(_ dtype: DType) throws {
        let expected = try #require(try Facts().values[dtype.rawValue]).map { Float(bitPattern: $0) }
        let patterns = (0...255).map { UInt8($0) }
        for (pattern, (found, expected)) in zip(try floats(dtype, patterns), expected).enumerated() {
            #expect(found.bitPattern == expected.bitPattern || found.isNaN && expected.isNaN, "\(pattern)")
        }
        for (found, expected) in zip(try doubles(dtype, patterns), expected) {
            #expect(found == Double(expected) || found.isNaN && expected.isNaN)
        }
    }

    @Test("every bit pattern of a 16-bit float has PyTorch's value", arguments: [DType.float16, .bfloat16])
    func sixteenBitFloats(_ dtype: DType) throws {
        let patterns = bytes((0...UInt16.max).map { $0.littleEndian })
        let values = try floats(dtype, patterns).map { $0.isNaN ? Float(bitPattern: 0x7FC0_0000) : $0 }
        let expected = try Facts().sha256[dtype.rawValue]
        #expect(digest(of: bytes(values)) == expected)
        let wide = try doubles(dtype, patterns)
        #expect(zip(values, wide).allSatisfy { Double($0) == $1 || $0.isNaN && $1.isNaN })
    }

    @Test("a byte of float4 holds two values, the low half first")
    func float4() throws {
        let magnitudes: [Float] = [0, 0.5, 1, 1.5, 2, 3, 4, 6]
        let expected = magnitudes + magnitudes.map { -$0 }
        let pairs = stride(from: 0, to: 16, by: 2).map { UInt8($0 | ($0 + 1) << 4) }
        #expect(try floats(.float4_e2m1fn_x2, pairs) == expected)
        #expect(try doubles(.float4_e2m1fn_x2, pairs) == expected.map(Double.init))
    }

    @Test("wide types are rounded to nearest in float32 and kept in float64")
    func wide() throws {
        let integers: [Int64] = [0, -1, 1 << 24, 1 << 24 + 1, 1 << 24 + 3, .max, .min]
        #expect(
            try floats(.int64, bytes(integers))
                == [0, -1, 16_777_216, 16_777_216, 16_777_220, 0x1p63, -0x1p63])
        #expect(try doubles(.int64, bytes(integers)).prefix(5).map { Int64($0) } == integers.prefix(5).map { $0 })
        #expect(try floats(.float64, bytes([0.1, 1e300, -1e-300])) == [0.1, .infinity, -0.0])
        #expect(try doubles(.float64, bytes([0.1, 1e300, -1e-300])) == [0.1, 1e300, -1e-300])
        #expect(try floats(.uint64, bytes([UInt64.max])) == [0x1p64])
        #expect(try doubles(.float32, bytes([Float(0.1)])) == [Double(Float(0.1))])
    }

    @Test("narrow integers and bools are exact")
    func narrow() throws {
        #expect(try floats(.int8, [0, 127, 128, 255]) == [0, 127, -128, -1])
        #expect(try floats(.uint8, [0, 127, 128, 255]) == [0, 127, 128, 255])
        #expect(try doubles(.int16, [0x00, 0x80, 0xFF, 0x7F]) == [-32_768, 32_767])
        #expect(try doubles(.uint16, [0x00, 0x80]) == [32_768])
        #expect(try doubles(.int32, [0xFE, 0xFF, 0xFF, 0xFF]) == [-2])
        #expect(try doubles(.uint32, [0xFE, 0xFF, 0xFF, 0xFF]) == [4_294_967_294])
        #expect(try floats(.bool, [0, 1, 2]) == [0, 1, 1])
    }

    @Test("elements need not be aligned")
    func unaligned() throws {
        let bytes: [UInt8] = [9, 0, 0, 0x80, 0x3F]
        var value: [Float] = [0]
        try bytes.withUnsafeBytes { source in
            try value.withUnsafeMutableBufferPointer {
                try DType.float32.decode(UnsafeRawBufferPointer(rebasing: source[1...]), into: $0)
            }
        }
        #expect(value == [1])
    }

    @Test("types that are not real numbers and sizes that don't match are errors")
    func errors() {
        #expect(throws: DecodingError.notReal(.complex64)) { try floats(.complex64, [UInt8](repeating: 0, count: 8)) }
        #expect(throws: DecodingError.notReal(.qint8)) { try floats(.qint8, [0]) }
        #expect(throws: DecodingError.notReal(.int4)) { try doubles(.int4, [0]) }
        #expect(throws: DecodingError.size(.int16, bytes: 3, values: 1)) { try floats(.int16, [0, 0, 0]) }
    }
}

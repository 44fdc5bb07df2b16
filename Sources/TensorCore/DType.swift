/// The element type of a tensor, spelled as PyTorch spells it (`torch.float32` → `float32`).
///
/// Source: `c10/core/ScalarType.h` of PyTorch 2.15.
// swift-format-ignore: AlwaysUseLowerCamelCase
public enum DType: String, Sendable, Hashable, CaseIterable {
    case float64, float32, float16, bfloat16
    case float8_e4m3fn, float8_e4m3fnuz, float8_e5m2, float8_e5m2fnuz, float8_e8m0fnu, float4_e2m1fn_x2
    case complex128, complex64, complex32, bcomplex32
    case int64, int32, int16, int8
    case uint64, uint32, uint16, uint8
    case bool
    case qint32, qint8, quint8, quint4x2, quint2x4
    case bits1x8, bits2x4, bits4x2, bits8, bits16
    case int1, int2, int3, int4, int5, int6, int7
    case uint1, uint2, uint3, uint4, uint5, uint6, uint7

    /// Bytes that one element takes in a storage. The packed types (`…x2`, `…x4`, `…x8`) and the sub-byte
    /// integers take one byte an element, as `torch.Tensor.element_size()` says; `elementsPerByte` says which of
    /// them share it.
    public var byteWidth: Int {
        switch self {
        case .complex128: 16
        case .float64, .complex64, .int64, .uint64: 8
        case .float32, .int32, .uint32, .qint32, .complex32, .bcomplex32: 4
        case .float16, .bfloat16, .int16, .uint16, .bits16: 2
        default: 1
        }
    }

    /// The size of the unit whose bytes are swapped between byte orders: half an element for complex numbers.
    public var swapUnit: Int { isComplex ? byteWidth / 2 : byteWidth }

    /// As `torch.dtype.is_floating_point`.
    public var isFloatingPoint: Bool {
        switch self {
        case .float64, .float32, .float16, .bfloat16, .float8_e4m3fn, .float8_e4m3fnuz, .float8_e5m2,
            .float8_e5m2fnuz, .float8_e8m0fnu, .float4_e2m1fn_x2:
            true
        default: false
        }
    }

    /// As `torch.dtype.is_complex`.
    public var isComplex: Bool {
        switch self {
        case .complex128, .complex64, .complex32, .bcomplex32: true
        default: false
        }
    }

    /// `q…`: integers that stand for reals by a scale and a zero point.
    public var isQuantized: Bool {
        switch self {
        case .qint32, .qint8, .quint8, .quint4x2, .quint2x4: true
        default: false
        }
    }

    /// How many elements of a shape share a byte: 2 for `quint4x2`, 4 for `quint2x4`. Shapes of the other packed
    /// types count bytes.
    public var elementsPerByte: Int {
        switch self {
        case .quint4x2: 2
        case .quint2x4: 4
        default: 1
        }
    }

    /// The bytes that row-major elements take. Each row of a type that packs its elements begins a byte
    /// (`get_sub_byte_tensor_size` in `aten/src/ATen/quantized/Quantizer.cpp`).
    /// - Returns: nil where no `Int` holds the number.
    public func byteCount(ofShape shape: [Int]) -> Int? {
        var shape = shape
        if elementsPerByte > 1, let last = shape.popLast() {
            shape.append(last / elementsPerByte + (last.isMultiple(of: elementsPerByte) ? 0 : 1))
        }
        if shape.contains(0) { return 0 }
        var bytes = byteWidth
        for extent in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
            guard !overflow else { return nil }
            bytes = product
        }
        return bytes
    }

    /// The integers that represent the elements of a quantized type that takes whole bytes.
    public var representation: DType? {
        switch self {
        case .qint32: .int32
        case .qint8: .int8
        case .quint8: .uint8
        default: nil
        }
    }

    /// `int8` … `int64`, `uint8` … `uint64`.
    public var isInteger: Bool {
        switch self {
        case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8: true
        default: false
        }
    }
}

extension DType: CustomStringConvertible {
    /// PyTorch's name of it.
    public var description: String { rawValue }
}

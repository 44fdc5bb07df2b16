import TensorCore

/// The element types of safetensors, under their names in the header.
///
/// Source: `Dtype` in `safetensors/src/tensor.rs` of safetensors 0.8.
// swift-format-ignore: AlwaysUseLowerCamelCase
enum SafetensorsType: String, CaseIterable {
    case F64, F32, F16, BF16
    case F8_E5M2, F8_E4M3, F8_E8M0, F8_E4M3FNUZ, F8_E5M2FNUZ
    case F6_E2M3, F6_E3M2, F4
    case C64
    case I64, I32, I16, I8
    case U64, U32, U16, U8
    case BOOL

    /// Elements of fewer than 8 bits are packed without gaps.
    var bitWidth: Int {
        switch self {
        case .F64, .I64, .U64, .C64: 64
        case .F32, .I32, .U32: 32
        case .F16, .BF16, .I16, .U16: 16
        case .F8_E5M2, .F8_E4M3, .F8_E8M0, .F8_E4M3FNUZ, .F8_E5M2FNUZ, .I8, .U8, .BOOL: 8
        case .F6_E2M3, .F6_E3M2: 6
        case .F4: 4
        }
    }

    /// PyTorch's type with the same bytes; nil for the 6-bit types, of which it has none.
    ///
    /// `F4` is `float4_e2m1fn_x2`, which counts pairs: its last extent in PyTorch is half that of the header.
    var dtype: DType? {
        switch self {
        case .F64: .float64
        case .F32: .float32
        case .F16: .float16
        case .BF16: .bfloat16
        case .F8_E5M2: .float8_e5m2
        case .F8_E4M3: .float8_e4m3fn
        case .F8_E8M0: .float8_e8m0fnu
        case .F8_E4M3FNUZ: .float8_e4m3fnuz
        case .F8_E5M2FNUZ: .float8_e5m2fnuz
        case .F6_E2M3, .F6_E3M2: nil
        case .F4: .float4_e2m1fn_x2
        case .C64: .complex64
        case .I64: .int64
        case .I32: .int32
        case .I16: .int16
        case .I8: .int8
        case .U64: .uint64
        case .U32: .uint32
        case .U16: .uint16
        case .U8: .uint8
        case .BOOL: .bool
        }
    }

    /// The type that a tensor of PyTorch's is stored as; nil where safetensors has none: `complex128`, `complex32`,
    /// quantized, sub-byte integers and bit types.
    init?(_ dtype: DType) {
        guard let type = Self.allCases.first(where: { $0.dtype == dtype }) else { return nil }
        self = type
    }

    /// How many elements of the header make one of PyTorch's last extent.
    var elementsPerUnit: Int { self == .F4 ? 2 : 1 }
}

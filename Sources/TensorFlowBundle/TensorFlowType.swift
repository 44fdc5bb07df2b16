/// The element types of TensorFlow, by their numbers in files.
///
/// Source: `tensorflow/core/framework/types.proto` of TensorFlow 2.21.
// swift-format-ignore: AlwaysUseLowerCamelCase
package enum TensorFlowType: Int, Sendable, CaseIterable {
    case float = 1
    case double, int32, uint8, int16, int8, string, complex64, int64, bool
    case qint8, quint8, qint32, bfloat16, qint16, quint16, uint16, complex128, half
    case resource, variant, uint32, uint64
    case float8_e5m2, float8_e4m3fn, float8_e4m3fnuz, float8_e4m3b11fnuz, float8_e5m2fnuz
    case int4, uint4, int2, uint2, float4_e2m1fn

    /// Bytes an element takes in a data file; nil where elements have no fixed size. Types of fewer than 8 bits take
    /// a byte each.
    package var byteWidth: Int? {
        switch self {
        case .complex128: 16
        case .double, .int64, .uint64, .complex64: 8
        case .float, .int32, .uint32, .qint32: 4
        case .int16, .uint16, .qint16, .quint16, .half, .bfloat16: 2
        case .string, .resource, .variant: nil
        default: 1
        }
    }
}

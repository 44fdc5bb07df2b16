import ByteIO
import TensorCore

/// A tensor whose elements all have one value.
struct TensorConstant: Sendable {
    /// One element, little-endian.
    let element: [UInt8]
    let count: Int

    /// - Parameter text: the value as the rule file spells it: a number, `true` or `false`.
    /// - Throws: `WorkbenchError.constant` where the type has no such value.
    init(_ dtype: DType, _ text: String, shape: [Int], key: Key) throws(WorkbenchError) {
        guard let element = Self.element(dtype, text) else {
            throw .constant(key: key.text, dtype: dtype.rawValue, value: text)
        }
        self.element = element
        count = shape.reduce(1, *)
    }

    var bytes: Bytes {
        Bytes(count: count * element.count) { buffer in
            for index in buffer.indices { buffer[index] = element[index % element.count] }
        }
    }

    private static func element(_ dtype: DType, _ text: String) -> [UInt8]? {
        switch dtype {
        case .bool: ["true": [1], "1": [1], "false": [0], "0": [0]][text]
        case .int64: Int64(text).map(bytes)
        case .int32: Int32(text).map(bytes)
        case .int16: Int16(text).map(bytes)
        case .int8: Int8(text).map(bytes)
        case .uint64: UInt64(text).map(bytes)
        case .uint32: UInt32(text).map(bytes)
        case .uint16: UInt16(text).map(bytes)
        case .uint8: UInt8(text).map(bytes)
        case .float64: Double(text).map { bytes($0.bitPattern) }
        case .float32: Float(text).map { bytes($0.bitPattern) }
        default: nil
        }
    }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}

import ByteIO
import TensorCore

/// A tensor whose elements all have one value.
package struct TensorConstant: Sendable {
    /// One element, little-endian.
    let element: [UInt8]
    let count: Int

    /// - Parameter text: the value as a rule file spells it: a number, `true` or `false`.
    /// - Throws: `OperationError.constant` where the type has no such value, `.size`.
    package init(_ dtype: DType, _ text: String, shape: [Int]) throws(OperationError) {
        guard let element = Self.element(dtype, text) else { throw .constant(dtype, text) }
        self.element = element
        do throws(LayoutError) {
            _ = try TensorType(dtype, shape).byteCount()
            count = try StridedLayout(contiguous: shape).count
        } catch {
            throw .size(shape)
        }
    }

    package var bytes: Bytes {
        Bytes(count: count * element.count) { buffer in
            for index in buffer.indices { buffer[index] = element[index % element.count] }
        }
    }

    private static func element(_ dtype: DType, _ text: String) -> [UInt8]? {
        switch dtype {
        case .bool: return ["true": [1], "1": [1], "false": [0], "0": [0]][text]
        case .int64: return Int64(text).map(bytes)
        case .int32: return Int32(text).map(bytes)
        case .int16: return Int16(text).map(bytes)
        case .int8: return Int8(text).map(bytes)
        case .uint64: return UInt64(text).map(bytes)
        case .uint32: return UInt32(text).map(bytes)
        case .uint16: return UInt16(text).map(bytes)
        case .uint8: return UInt8(text).map(bytes)
        case .float64: return fits(text, dtype) ? Double(text).map { bytes($0.bitPattern) } : nil
        default:
            guard ElementCast.isEncodable(dtype), fits(text, dtype), let value = Float(text) else { return nil }
            var bytes = [UInt8](repeating: 0, count: dtype.byteWidth)
            bytes.withUnsafeMutableBytes { target in
                withUnsafePointer(to: value) { dtype.encode(UnsafeBufferPointer(start: $0, count: 1), into: target) }
            }
            return bytes
        }
    }

    /// False for a number that is too large for a floating-point type; infinity is one that says so.
    private static func fits(_ text: String, _ dtype: DType) -> Bool {
        guard let value = Double(text), !value.isNaN else { return true }
        if value.isInfinite { return text.lowercased().contains("inf") }
        return dtype.overflowThreshold.map { value.magnitude < $0 } ?? true
    }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}

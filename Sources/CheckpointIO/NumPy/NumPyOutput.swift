import TensorCore

/// What a `.npy` file begins with: NumPy's format 1.0.
///
/// Source: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>
package enum NumPyOutput {
    /// The header of an array in row-major order; its elements follow, little-endian.
    /// - Parameter dtype: one that NumPy has.
    /// - Throws: `NumPyError.rank` for more dimensions than NumPy reads.
    package static func header(of dtype: DType, shape: [Int]) throws(NumPyError) -> [UInt8] {
        guard shape.count <= NumPyHeader.maximumRank else {
            throw .rank(shape.count, limit: NumPyHeader.maximumRank)
        }
        guard let code = code(of: dtype) else { preconditionFailure("NumPy has no \(dtype)") }
        let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        let text = "{'descr': '\(code)', 'fortran_order': False, 'shape': (\(extents)), }"
        let padding = 63 - (10 + text.utf8.count) % 64
        let header = Array((text + String(repeating: " ", count: padding) + "\n").utf8)
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count & 0xFF), UInt8(header.count >> 8)] + header
    }

    /// `<f4`; nil for a type that NumPy lacks.
    package static func code(of dtype: DType) -> String? {
        switch dtype {
        case .float64: "<f8"
        case .float32: "<f4"
        case .float16: "<f2"
        case .complex128: "<c16"
        case .complex64: "<c8"
        case .int64: "<i8"
        case .int32: "<i4"
        case .int16: "<i2"
        case .int8: "|i1"
        case .uint64: "<u8"
        case .uint32: "<u4"
        case .uint16: "<u2"
        case .uint8: "|u1"
        case .bool: "|b1"
        default: nil
        }
    }
}

import CheckpointIO
import ModelGraph
import TensorCore

extension ComputedTable {
    /// How many elements of a tensor of the same shape are not what the model computes, up to rounding.
    /// - Throws: `CheckpointError`.
    func differences(from tensor: LazyTensor) throws -> Int {
        try tensor.contiguousBytes().withUnsafeBytes { try differences(from: $0, dtype: tensor.dtype) }
    }

    /// The same of row-major, little-endian elements, as many as the shape says.
    /// - Throws: what `DType.decode` throws.
    package func differences(from bytes: UnsafeRawBufferPointer, dtype: DType) throws -> Int {
        let elements = elements
        guard dtype != .int64 else {
            return elements.indices.count {
                bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self) != Int64(elements[$0])
            }
        }
        guard dtype.isFloatingPoint || dtype == self.dtype else { return elements.count }
        var found = [Double](repeating: 0, count: elements.count)
        try found.withUnsafeMutableBufferPointer { try dtype.decode(bytes, into: $0) }
        // One unit in the last place of a type that is narrower than float32.
        let tolerance =
            switch dtype {
            case .float16: 0x1p-10
            case .bfloat16: 0x1p-7
            default: dtype.isFloatingPoint ? 1e-5 : 0
            }
        return zip(found, elements).count { abs($0 - $1) > tolerance * max(1, abs($1)) || $0.isNaN }
    }
}

import TensorCore

/// Elements as arrays, in row-major order. Nothing is kept: each call reads the file again.
extension LazyTensor {
    /// The elements in little-endian byte order: `byteCount` bytes.
    /// - Throws: `CheckpointError` if the file is damaged where they are, if the tensor has no elements of its own (on
    ///   the device `meta`, sparse, nested), or if it repeats a few bytes to more than 1 GiB.
    public func bytes() throws(CheckpointError) -> [UInt8] { Array(try contiguousBytes()) }

    /// The elements as float32; wider types are rounded to nearest, ties to even, and booleans are 0 and 1. Their number
    /// is the product of `shape`, twice that for `float4_e2m1fn_x2`.
    /// - Throws: as `bytes()`, and `DecodingError` for complex and quantized types.
    public func floats() throws -> [Float] { try withFloat32 { Array($0) } }

    /// The elements as float64; int64 and uint64 are rounded to nearest. Their number is that of `floats()`.
    /// - Throws: as `floats()`.
    public func doubles() throws -> [Double] { try withFloat64 { Array($0) } }
}

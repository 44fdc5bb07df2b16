import ByteIO
import CheckpointIO
import TensorCore

/// Tensors of the file whose elements the graph has in itself.
extension ProgramImporter {
    /// What the file has under the key of an entry.
    /// - Throws: `ImportError.signature` for a tensor of another type or shape than the program says, or that is not of real
    ///   numbers.
    func constant(_ entry: ExportedProgram.Entry, _ stored: LazyTensor) throws -> ConstantTensor {
        try check(entry, stored)
        guard entry.dtype.isReal else {
            throw ImportError.signature("'\(entry.key)' is \(entry.dtype), weights and buffers may not be")
        }
        try tracer.spend(stored.layout.count)
        return ConstantTensor(entry.dtype, entry.shape, try stored.withFloat64 { Array($0) })
    }

    /// The same of complex numbers: their real and imaginary parts along a last axis.
    func complexPairs(_ entry: ExportedProgram.Entry, _ stored: LazyTensor) throws -> ProgramTensor {
        try check(entry, stored)
        let part: DType? = entry.dtype == .complex64 ? .float32 : entry.dtype == .complex128 ? .float64 : nil
        guard let part else { throw ImportError.signature("'\(entry.key)' is \(entry.dtype)") }
        let count = multipliedSaturated(2, stored.layout.count)
        try tracer.spend(count)
        let elements = try stored.contiguousBytes().withUnsafeBytes { source in
            try [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
                try part.decode(source, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
                initialized = count
            }
        }
        return try tracer.constant(.float32, entry.shape + [2], elements)
    }

    private func check(_ entry: ExportedProgram.Entry, _ stored: LazyTensor) throws {
        guard stored.dtype == entry.dtype, stored.shape == entry.shape else {
            throw ImportError.signature(
                "'\(entry.key)' is \(stored.dtype) \(stored.shape), the program says \(entry.dtype) \(entry.shape)")
        }
    }
}

import ByteIO
import CheckpointIO
import TensorCore
import TensorOperations

extension CheckpointOutput {
    /// The same output with its floating-point tensors in another type. Integers, bools, complex and quantized tensors
    /// and types that no number can be read from stay as they are, and so do sparse and nested ones, which is reported.
    mutating func cast(to dtype: DType, _ report: OverflowReport) {
        report.passOver(UnscaledCast(of: entries.compactMap(\.typed), to: dtype))
        entries = entries.map { entry in
            switch entry.source {
            case .stored(let tensor), .value(.tensor(let tensor)):
                guard let cast = tensor.cast(to: dtype, entry.key, report) else {
                    let isFloat = tensor.dtype != dtype && FloatCast(from: tensor.dtype, to: dtype) != nil
                    if isFloat, tensor.form != .strided { report.passOver(entry.key, tensor) }
                    return entry
                }
                return Entry(key: entry.key, source: .computed(cast))
            case .computed(let tensor):
                guard let cast = tensor.cast(to: dtype, entry.key, report) else { return entry }
                return Entry(key: entry.key, source: .computed(cast))
            case .value: return entry
            }
        }
    }
}

extension CheckpointOutput.Entry {
    /// Key, type and shape of a tensor.
    fileprivate var typed: (key: Key, dtype: DType, shape: [Int])? {
        switch source {
        case .stored(let tensor), .value(.tensor(let tensor)): (key, tensor.dtype, tensor.shape)
        case .computed(let tensor): (key, tensor.dtype, tensor.shape)
        case .value: nil
        }
    }
}

/// Tensors of fewer bytes are cast as a whole.
private let wholeSize = TensorComputation.wholeSize

extension LazyTensor {
    fileprivate func cast(to dtype: DType, _ key: Key, _ report: OverflowReport) -> ComputedTensor? {
        guard hasElements, dtype != self.dtype, let casting = FloatCast(from: self.dtype, to: dtype) else { return nil }
        let parts: ComputedTensor.Parts = { take in
            try report.tallying(key, to: dtype) { tally in
                try self.forEachChunk(of: TensorComputation.blockSize) { chunk in
                    try casting.cast(chunk, tally).withUnsafeBytes(take)
                }
            }
        }
        return ComputedTensor(
            dtype: dtype, shape: shape, isParameter: isParameter, memory: isVerbatim ? .init(self) : nil,
            parts: byteCount > wholeSize ? parts : nil
        ) {
            try report.tallying(key, to: dtype) { tally in
                let bytes = try self.contiguousBytes()
                defer { bytes.releasePages() }
                return try bytes.withUnsafeBytes { try casting.cast($0, tally) }
            }
        }
    }
}

extension ComputedTensor {
    fileprivate func cast(to dtype: DType, _ key: Key, _ report: OverflowReport) -> ComputedTensor? {
        guard dtype != self.dtype, let casting = FloatCast(from: self.dtype, to: dtype) else { return nil }
        let whole = bytes
        let inParts = parts.map { parts -> Parts in
            { take in
                try report.tallying(key, to: dtype) { tally in
                    try parts { chunk in try casting.cast(chunk, tally).withUnsafeBytes(take) }
                }
            }
        }
        return ComputedTensor(dtype: dtype, shape: shape, isParameter: isParameter, memory: memory, parts: inParts) {
            try report.tallying(key, to: dtype) { tally in
                try whole().withUnsafeBytes { try casting.cast($0, tally) }
            }
        }
    }
}

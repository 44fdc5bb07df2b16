import TensorCore

/// One-dimensional tensors joined end to end, from which runs are taken.
struct FlatVector {
    private var parts: [(tensor: LazyTensor, start: Int)] = []
    /// The number of elements in all parts.
    private(set) var count = 0

    /// - Throws: `PieceError` for a tensor that is not a vector of that type.
    mutating func append(_ tensor: LazyTensor, dtype: DType, file: String, what: String) throws(PieceError) {
        guard tensor.dtype == dtype, tensor.shape.count == 1, tensor.hasElements, tensor.isVerbatim,
            dtype.elementsPerByte == 1
        else {
            throw .foreign(file: file, "\(what) is \(tensor.dtype) \(tensor.shape), a vector of \(dtype) is expected")
        }
        parts.append((tensor, count))
        count += tensor.shape[0]
    }

    /// Adds the elements of `range` to a tensor's pieces, from `target` on.
    func add(_ range: Range<Int>, to pieces: inout PieceSet, at target: Int) {
        for (tensor, start) in parts {
            let run = range.clamped(to: start..<start + tensor.shape[0])
            guard !run.isEmpty,
                let layout = try? StridedLayout(
                    shape: [run.count], strides: tensor.layout.strides,
                    offset: tensor.layout.offset + (run.lowerBound - start) * tensor.layout.strides[0])
            else { continue }
            pieces.add(tensor.storage, layout, at: target + run.lowerBound - range.lowerBound)
        }
    }
}

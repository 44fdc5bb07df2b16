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
        // Elements that share their places would make a vector of any length.
        let (sum, overflow) = count.addingReportingOverflow(tensor.shape[0])
        guard !overflow, tensor.byteCount <= tensor.storage.byteCount else {
            throw .foreign(
                file: file,
                "\(what) has \(grouped(tensor.shape[0])) elements in \(grouped(tensor.storage.byteCount)) bytes")
        }
        if tensor.shape[0] > 0 { parts.append((tensor, count)) }
        count = sum
    }

    /// The position of the part that holds an element: there may be as many parts as parameters.
    private func firstPart(at element: Int) -> Int {
        var range = parts.indices
        while range.count > 1 {
            let middle = (range.lowerBound + range.upperBound) / 2
            range = parts[middle].start <= element ? middle..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }

    /// Adds the elements of `range` to a tensor's pieces, from `target` on.
    func add(_ range: Range<Int>, to pieces: inout PieceSet, at target: Int) {
        for (tensor, start) in parts[firstPart(at: range.lowerBound)...] {
            if start >= range.upperBound { break }
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

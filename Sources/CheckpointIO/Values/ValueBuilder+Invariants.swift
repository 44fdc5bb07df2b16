import ByteIO
import TensorCore

/// What PyTorch requires of tensors that are made of several parts.
extension ValueBuilder {
    // MARK: Quantized

    /// Source: `_rebuild_qtensor` in `torch/_utils.py` of PyTorch 2.15.
    func checkQuantized(_ tensor: LazyTensor, scheme: String, _ parts: [CheckpointAttribute]) throws(CheckpointError) {
        guard tensor.dtype.isQuantized else { throw flaw("\(tensor.dtype) is not a quantized type") }
        func part(_ name: String) -> CheckpointValue? { parts.first { $0.name == name }?.value }
        switch scheme {
        case "per_tensor_affine":
            switch part("scale") {
            case .float, .int: break
            default: throw flaw("its scale is not a number")
            }
            guard case .int? = part("zero_point") else { throw flaw("its zero point is not an integer") }
        case "per_channel_affine", "per_channel_affine_float_qparams":
            guard case .int(let axis)? = part("axis"), tensor.shape.indices.contains(axis) else {
                throw flaw("its axis is none of its \(tensor.shape.count) dimensions")
            }
            for name in ["scales", "zero_points"] {
                guard let count = part(name)?.elementCount else {
                    throw flaw("its \(name) are not a tensor of one dimension")
                }
                guard count == tensor.shape[axis] else {
                    throw flaw("it has \(count) \(name) for the \(tensor.shape[axis]) indices of axis \(axis)")
                }
            }
        default: throw flaw("its scheme '\(scheme)' is not one that PyTorch reads")
        }
    }

    // MARK: Sparse

    /// Source: `_validate_sparse_coo_tensor_args` in `aten/src/ATen/native/sparse/SparseTensor.cpp`.
    mutating func checkCOO(_ shape: [Int], _ parts: [CheckpointAttribute]) throws(CheckpointError) {
        guard let indices = parts[0].value.tensor, let values = parts[1].value.tensor else { return }
        guard indices.dtype == .int64, indices.shape.count == 2, let count = values.shape.first else {
            throw flaw("its indices are \(indices.dtype) \(indices.shape), its values \(values.shape)")
        }
        let rank = indices.shape[0]
        guard indices.shape[1] == count, rank <= shape.count, rank + values.shape.count - 1 == shape.count,
            Array(values.shape.dropFirst()) == Array(shape.dropFirst(rank))
        else {
            throw flaw("indices of \(indices.shape) and values of \(values.shape) do not make a tensor of \(shape)")
        }
        if count == 0 { return }
        let identity = ComputedTensor.Memory(indices)
        let bounds: [ClosedRange<Int>]
        if let known = indexBounds[identity] {
            bounds = known
        } else {
            let numbers = try integers(of: indices, "indices")
            bounds = (0..<rank).map { axis in
                let row = numbers[axis * count..<(axis + 1) * count]
                return (row.min() ?? 0)...(row.max() ?? 0)
            }
            indexBounds[identity] = bounds
        }
        for (axis, range) in bounds.enumerated() {
            for index in [range.lowerBound, range.upperBound] where !(0..<shape[axis]).contains(index) {
                throw flaw("its index \(index) of dimension \(axis) is outside of 0..<\(shape[axis])")
            }
        }
    }

    /// Source: `_validate_sparse_compressed_tensor_args` in
    /// `aten/src/ATen/native/sparse/ValidateCompressedIndicesCommon.h` and its caller.
    mutating func checkCompressed(
        _ form: TensorForm, _ shape: [Int], _ parts: [CheckpointAttribute]
    ) throws(CheckpointError) {
        guard let pointers = parts[0].value.tensor, let plain = parts[1].value.tensor,
            let values = parts[2].value.tensor
        else { return }
        let isBlocked = form == .sparseBSR || form == .sparseBSC
        let isByRow = form == .sparseCSR || form == .sparseBSR
        let batch = pointers.shape.count - 1
        let names =
            "\(parts[0].name) of \(pointers.shape), \(parts[1].name) of \(plain.shape) and values of \(values.shape)"
        let misfit = "\(names) do not make a tensor of \(shape)"
        guard batch >= 0, plain.shape.count == batch + 1, values.shape.count >= batch + 1 + (isBlocked ? 2 : 0),
            shape.count == values.shape.count + 1 - (isBlocked ? 2 : 0), pointers.dtype == plain.dtype,
            pointers.dtype == .int64 || pointers.dtype == .int32
        else { throw flaw(misfit) }
        let block = isBlocked ? Array(values.shape[(batch + 1)...(batch + 2)]) : [1, 1]
        let (rows, columns) = (shape[batch], shape[batch + 1])
        guard block[0] > 0, block[1] > 0, rows % block[0] == 0, columns % block[1] == 0 else { throw flaw(misfit) }
        let (compressed, other) =
            isByRow ? (rows / block[0], columns / block[1]) : (columns / block[1], rows / block[0])
        let count = plain.shape[batch]
        guard pointers.shape[batch] - 1 == compressed, values.shape[batch] == count,
            pointers.shape.prefix(batch) == shape.prefix(batch), plain.shape.prefix(batch) == shape.prefix(batch),
            values.shape.prefix(batch) == shape.prefix(batch),
            Array(values.shape.dropFirst(batch + 1 + (isBlocked ? 2 : 0))) == Array(shape.dropFirst(batch + 2))
        else { throw flaw(misfit) }
        let identity = CompressedIndices(
            pointers: ComputedTensor.Memory(pointers), plain: ComputedTensor.Memory(plain), bound: other)
        if soundIndices.contains(identity) { return }
        let starts = try integers(of: pointers, parts[0].name)
        let indices = try integers(of: plain, parts[1].name)
        let batches = shape.prefix(batch).reduce(1, *)
        for batch in 0..<batches {
            let starts = starts[batch * (compressed + 1)..<(batch + 1) * (compressed + 1)]
            let indices = Array(indices[batch * count..<(batch + 1) * count])
            guard starts.first == 0, starts.last == count else {
                throw flaw("its \(parts[0].name) do not lead from 0 to \(count)")
            }
            for (start, end) in zip(starts, starts.dropFirst()) {
                guard start <= end, end <= count else {
                    throw flaw("its \(parts[0].name) do not ascend: \(start), \(end)")
                }
                var last = -1
                for index in indices[start..<end] {
                    guard index > last, index < other else {
                        throw flaw("its \(parts[1].name) hold \(index) after \(last), where they ascend below \(other)")
                    }
                    last = index
                }
            }
        }
        soundIndices.insert(identity)
    }

    /// The elements of an index tensor, which may not have more of them than its storage.
    private mutating func integers(of tensor: LazyTensor, _ name: String) throws(CheckpointError) -> [Int] {
        guard tensor.hasElements, tensor.byteCount <= tensor.storage.byteCount else {
            throw flaw("its \(name) have no elements of their own")
        }
        indexRoom -= tensor.layout.count
        guard indexRoom >= 0 else { throw flaw("its \(name) are in the same storage as those of too many others") }
        let bytes = try tensor.contiguousBytes()
        var numbers: [Int] = []
        numbers.reserveCapacity(tensor.layout.count)
        for index in 0..<tensor.layout.count {
            if tensor.dtype == .int64 {
                guard let number = try? bytes.load(Int64.self, at: 8 * index) else { break }
                numbers.append(Int(number))
            } else {
                guard let number = try? bytes.load(Int32.self, at: 4 * index) else { break }
                numbers.append(Int(number))
            }
        }
        return numbers
    }
}

extension CheckpointValue {
    /// How many elements a list, or a tensor of one dimension, has.
    fileprivate var elementCount: Int? {
        switch self {
        case .tensor(let tensor): tensor.shape.count == 1 ? tensor.shape[0] : nil
        case .sequence(let sequence): sequence.elements.count
        default: nil
        }
    }
}

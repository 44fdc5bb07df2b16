import ByteIO
import Pickle
import TensorCore

/// NumPy arrays of numbers are tensors, wherever they occur.
extension ValueBuilder {
    /// - Returns: nil for an array of text, objects, dates or structures.
    mutating func tensor(ofArray object: CheckpointObject, _ id: PickleNodeID) throws(CheckpointError) -> LazyTensor? {
        guard let array = NumPyArray(object), let declared = array.type.dtype, let elements = array.elements else {
            return nil
        }
        let dtype = isOfPaddle && declared == .uint16 ? DType.bfloat16 : declared
        let layout = try checkingLayout { () throws(LayoutError) in
            let shape = array.shape
            guard array.isFortran else { return try StridedLayout(contiguous: shape) }
            let strides: [Int] = StridedLayout.contiguousStrides(of: shape.reversed()).reversed()
            return try StridedLayout(shape: shape, strides: strides)
        }
        let order: ByteOrder = array.type.isLittleEndian ? .little : .big
        let storage = TensorStorage(
            id: nextStorageID(), name: "", dtype: dtype, device: "cpu", byteCount: elements.count,
            declaredType: StorageClass.declaredType(of: dtype), content: .bytes(elements, of: dtype, order))
        return LazyTensor(
            dtype: dtype, layout: layout, storage: storage, requiresGrad: false, isParameter: false,
            node: reference(id), origin: .array)
    }

    /// Paddle pickles a parameter as a tuple of its name and the array; the tuple is read as the array. NumPy has
    /// no bfloat16: Paddle stores it as uint16, a type that Paddle's tensors do not have.
    mutating func tensor(ofPair elements: [CheckpointValue], _ id: PickleNodeID) -> LazyTensor? {
        guard source.format == .pickle, elements.count == 2, case .string = elements[0],
            case .tensor(let array) = elements[1], array.origin == .array
        else { return nil }
        var storage = array.storage
        if array.dtype == .uint16 {
            storage = TensorStorage(
                id: nextStorageID(), name: "", dtype: .bfloat16, device: "cpu", byteCount: storage.byteCount,
                declaredType: StorageClass.declaredType(of: .bfloat16), content: storage.content)
        }
        return LazyTensor(
            dtype: storage.dtype, layout: array.layout, storage: storage, requiresGrad: false, isParameter: false,
            node: reference(id), origin: .array)
    }
}

extension LazyTensor {
    /// The tensor rounded to another floating-point type, row-major; nil if the types do not allow that.
    func rounded(to dtype: DType) -> LazyTensor? {
        guard self.dtype.isReal, self.dtype.valuesPerElement == 1, dtype.isEncodable,
            let layout = try? StridedLayout(contiguous: shape)
        else { return nil }
        let bytes = DeferredBytes(count: layout.count * dtype.byteWidth) { () throws(CheckpointError) in
            do {
                return try self.withFloat32 { values in
                    Bytes(count: values.count * dtype.byteWidth) { dtype.encode(values, into: $0) }
                }
            } catch {
                throw error as? CheckpointError
                    ?? CheckpointError(self.node.source.path, .computation(key: Key(""), "\(error)"))
            }
        }
        return made(dtype, layout, bytes)
    }

    /// The same tensor with elements that are computed when they are asked for.
    func made(_ dtype: DType, _ layout: StridedLayout, _ bytes: DeferredBytes) -> LazyTensor {
        let storage = TensorStorage(
            id: 0, name: "", dtype: dtype, device: "cpu", byteCount: bytes.count,
            declaredType: StorageClass.declaredType(of: dtype), content: .deferred(bytes))
        return LazyTensor(
            dtype: dtype, layout: layout, storage: storage, requiresGrad: requiresGrad, isParameter: isParameter,
            node: node, origin: .made)
    }
}

import CheckpointIO
import TensorCore

/// What a `ckpt_file` points to: the tensors of an open checkpoint, with their texts and shapes where C can read them.
/// Nothing in it changes, so that several threads may read it.
final class OpenCheckpoint: Handle {
    let tensors: [NamedTensor]
    let format: UnsafePointer<CChar>
    private let texts: UnsafeMutableBufferPointer<CChar>
    private let extents: UnsafeMutableBufferPointer<Int64>
    private let places: [Place]
    private let indices: [Key: Int]

    /// Where what is known of one tensor begins.
    private struct Place {
        let key: Int
        let dtype: Int
        let shape: Int
    }

    init(_ tensors: [NamedTensor], format: Checkpoint.Format) {
        var texts = format.rawValue.utf8.map { CChar(bitPattern: $0) } + [0]
        var extents: [Int64] = []
        var places: [Place] = []
        var indices: [Key: Int] = [:]
        var dtypes: [DType: Int] = [:]
        func append(_ text: String) -> Int {
            defer {
                texts += text.utf8.lazy.map { CChar(bitPattern: $0) }
                texts.append(0)
            }
            return texts.count
        }
        for (index, tensor) in tensors.enumerated() {
            let dtype = tensor.tensor.dtype
            if dtypes[dtype] == nil { dtypes[dtype] = append(dtype.rawValue) }
            places.append(Place(key: append(tensor.key.text), dtype: dtypes[dtype] ?? 0, shape: extents.count))
            extents += tensor.tensor.shape.lazy.map { Int64($0) }
            if indices[tensor.key] == nil { indices[tensor.key] = index }
        }
        // The shape of a scalar, which has no extents, is a pointer as well.
        extents.append(0)
        self.tensors = tensors
        self.texts = .allocate(capacity: texts.count)
        self.extents = .allocate(capacity: extents.count)
        _ = self.texts.initialize(fromContentsOf: texts)
        _ = self.extents.initialize(fromContentsOf: extents)
        self.places = places
        self.indices = indices
        self.format = Self.text(in: self.texts, at: 0)
    }

    deinit {
        texts.deallocate()
        extents.deallocate()
    }

    private static func text(in texts: UnsafeMutableBufferPointer<CChar>, at place: Int) -> UnsafePointer<CChar> {
        UnsafePointer(UnsafeMutableBufferPointer(rebasing: texts[place...]).baseAddress.unsafelyUnwrapped)
    }

    /// The index of the tensor with this key.
    func index(of key: Key) -> Int? { indices[key] }

    /// The tensor that a caller means; nil out of range.
    func tensor(at index: UInt) -> NamedTensor? { index < UInt(tensors.count) ? tensors[Int(index)] : nil }

    /// As `tensor(at:)`.
    func checkedTensor(at index: UInt) throws(CallError) -> NamedTensor {
        guard let tensor = tensor(at: index) else { throw .index(index, count: tensors.count) }
        return tensor
    }

    // Of the tensor at `index`; nil out of range.

    /// NUL follows it.
    func key(at index: UInt) -> UnsafeBufferPointer<CChar>? {
        guard let tensor = tensor(at: index) else { return nil }
        let place = places[Int(index)].key
        return UnsafeBufferPointer(rebasing: texts[place..<place + tensor.key.text.utf8.count])
    }

    func dtype(at index: UInt) -> UnsafePointer<CChar>? {
        tensor(at: index) == nil ? nil : Self.text(in: texts, at: places[Int(index)].dtype)
    }

    func shape(at index: UInt) -> UnsafeBufferPointer<Int64>? {
        guard let tensor = tensor(at: index) else { return nil }
        let place = places[Int(index)].shape
        return UnsafeBufferPointer(rebasing: extents[place..<place + tensor.tensor.shape.count])
    }
}

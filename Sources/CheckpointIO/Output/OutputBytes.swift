import ByteIO
import TensorCore

/// Bytes to write, of a known number, which are brought when it is their turn.
enum OutputBytes: Sendable {
    /// A part of a storage, as it lies there.
    case part(TensorStorage, Range<Int>)
    /// A part of a tensor that lies in several places.
    case joined(StoragePieces, Range<Int>)
    /// Elements of a storage that do not lie in row-major order there, in that order.
    case elements(TensorStorage, StridedLayout, width: Int)
    /// The elements of a tensor that is still to be computed.
    case computed(Key, ComputedTensor)

    /// All of a storage.
    init(_ storage: TensorStorage) {
        self.init(storage, 0..<storage.byteCount)
    }

    /// A part of a storage.
    init(_ storage: TensorStorage, _ range: Range<Int>) {
        self = storage.pieces.map { .joined($0, range) } ?? .part(storage, range)
    }

    /// A tensor's elements in row-major order.
    /// - Parameter tensor: has elements, of which none share a byte.
    init(_ tensor: LazyTensor, _ key: Key) {
        if tensor.isVerbatim {
            self.init(tensor.storage, tensor.layout, width: tensor.dtype.byteWidth)
        } else {
            self = .computed(
                key, ComputedTensor(dtype: tensor.dtype, shape: tensor.shape) { try tensor.contiguousBytes() })
        }
    }

    /// Elements in row-major order.
    /// - Parameter layout: lies in `storage`, in elements of `width` bytes.
    init(_ storage: TensorStorage, _ layout: StridedLayout, width: Int) {
        if layout.isContiguous {
            let start = layout.count == 0 ? 0 : layout.offset * width
            self.init(storage, start..<start + layout.count * width)
        } else {
            self = .elements(storage, layout, width: width)
        }
    }

    var count: Int {
        switch self {
        case .part(_, let range), .joined(_, let range): range.count
        case .elements(_, let layout, let width): layout.count * width
        case .computed(_, let tensor): tensor.byteCount
        }
    }

    /// Whether the bytes are those of a storage as they lie there.
    var isStored: Bool { if case .part = self { true } else { false } }

    /// Whether the bytes are never in one piece.
    var comesInParts: Bool {
        switch self {
        case .part: false
        case .elements, .joined: true
        case .computed(_, let tensor): tensor.parts != nil
        }
    }

    /// The tensor that is still to be computed, unless it comes in parts.
    var computedAsWhole: (key: Key, tensor: ComputedTensor)? {
        guard case .computed(let key, let tensor) = self, tensor.parts == nil else { return nil }
        return (key, tensor)
    }

    /// - Parameter found: the CRC-32 of the bytes that were written.
    /// - Throws: `CheckpointError` if the file that they came from has another.
    func check(_ found: UInt32) throws(CheckpointError) {
        guard let crc32, crc32 != found, case .part(let storage, _) = self, let error = storage.damage(found: found)
        else { return }
        throw error
    }

    /// The CRC-32, where a file knows it.
    var crc32: UInt32? {
        guard case .part(let storage, let range) = self, range.count == storage.byteCount else { return nil }
        return storage.crc32
    }
}

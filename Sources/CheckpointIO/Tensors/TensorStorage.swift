import ByteIO
import TensorCore

/// The memory that one or more tensors of a checkpoint view. Tensors share memory exactly when they have the same
/// storage instance.
package final class TensorStorage: Sendable {
    /// Counts from 0 in the order in which the checkpoint's pickle first names the storages; −1 for the storage of
    /// a tensor that has none.
    package let id: Int
    /// The name in the file.
    package let name: String
    /// The element type: what the storage's class declares, for an untyped one what the first tensor views it as,
    /// `uint8` if none does.
    package let dtype: DType
    /// Where it lived: `cpu`, `cuda:0` …
    package let device: String
    /// The size that the pickle declares. The file holds as much, or the checkpoint does not open.
    package let byteCount: Int
    /// The element type by the storage's class; nil for an untyped one.
    let declaredType: DType?
    let content: Content

    /// Where the bytes are.
    enum Content: Sendable {
        /// An entry of the archive, by its index.
        case entry(Int, StorageArchive)
        /// Little-endian bytes of a mapped file.
        case bytes(Bytes)
        /// What has to be unpacked or turned around first.
        case deferred(DeferredBytes)
        /// What lies in several places.
        case pieces(StoragePieces)
        /// Bytes whose checksum is compared when they are first asked for.
        indirect case checked(Content, RecordCheck)
        case missing
        /// What stands for the storage of a tensor without elements of its own.
        case absent

        /// Elements as they lie in a file, in either byte order.
        static func bytes(_ bytes: Bytes, of dtype: DType, _ order: ByteOrder) -> Content {
            if order == .little || dtype.swapUnit == 1 { return .bytes(bytes) }
            return .deferred(
                DeferredBytes(count: bytes.count) { () throws(CheckpointError) in
                    bytes.swappingByteOrder(of: dtype)
                })
        }

        /// How many bytes the file holds, or nil if it has none for this storage.
        var byteCount: Int? {
            switch self {
            case .entry(let index, let archive): archive.zip.entries[index].size
            case .bytes(let bytes): bytes.count
            case .deferred(let deferred): deferred.count
            case .pieces(let pieces): pieces.count
            case .checked(let content, _): content.byteCount
            case .missing: nil
            case .absent: 0
            }
        }

        /// Whether the bytes are in the file, or are kept once they are unpacked.
        var isInOnePlace: Bool {
            switch self {
            case .entry, .bytes: true
            case .checked(let content, _): content.isInOnePlace
            case .deferred, .pieces, .missing, .absent: false
            }
        }
    }

    init(
        id: Int, name: String, dtype: DType, device: String, byteCount: Int, declaredType: DType?, content: Content
    ) {
        self.id = id
        self.name = name
        self.dtype = dtype
        self.device = device
        self.byteCount = byteCount
        self.declaredType = declaredType
        self.content = content
    }

    /// What a tensor without elements of its own has in the place of a storage.
    static func absent(dtype: DType, device: String) -> TensorStorage {
        TensorStorage(
            id: -1, name: "", dtype: dtype, device: device, byteCount: 0, declaredType: nil, content: .absent)
    }

    /// Whether this only stands for a storage, as for tensors on the device `meta`.
    package var isAbsent: Bool { if case .absent = content { true } else { false } }

    /// The storage's bytes, little-endian: the very bytes of the file where they lie so already. Where the file has a
    /// checksum of them, it is compared when they are first asked for.
    /// - Throws: `CheckpointError` if they are damaged.
    package func bytes() throws(CheckpointError) -> Bytes { try bytes(inPlace: false) }

    /// - Parameter inPlace: for a caller who goes on to read them in a mapped file, compares `crc32` itself where it is
    ///   known, and then releases the pages.
    func bytes(inPlace: Bool) throws(CheckpointError) -> Bytes { try bytes(of: content, inPlace: inPlace) }

    private func bytes(of content: Content, inPlace: Bool) throws(CheckpointError) -> Bytes {
        switch content {
        case .entry(let index, let archive):
            return try archive.bytes(
                ofEntry: index, count: byteCount, dtype: dtype, inPlace: inPlace && crc32 != nil)
        case .bytes(let bytes): return bytes
        case .deferred(let deferred): return try deferred.make()
        case .pieces(let pieces): return try pieces.bytes()
        case .checked(let content, let check):
            try check.run()
            return try bytes(of: content, inPlace: inPlace)
        case .missing, .absent: return Bytes()
        }
    }

    /// The places of the bytes if there are several: to be passed through rather than joined.
    var pieces: StoragePieces? { if case .pieces(let pieces) = content { pieces } else { nil } }

    /// The error for bytes whose CRC-32 is not `crc32`.
    func damage(found: UInt32) -> CheckpointError? {
        guard case .entry(let index, let archive) = content else { return nil }
        return archive.damage(ofEntry: index, found: found)
    }

    /// The CRC-32 of `bytes()`, where the file knows it.
    package var crc32: UInt32? {
        guard case .entry(let index, let archive) = content else { return nil }
        return archive.crc32(ofEntry: index, count: byteCount, dtype: dtype)
    }

    /// Bytes an element by the storage's class: 1 for an untyped one.
    var declaredWidth: Int { declaredType?.byteWidth ?? 1 }

    /// How many bytes the file holds, or nil if it has none for this storage.
    var heldByteCount: Int? { content.byteCount }

    /// The same storage as one of another checkpoint's.
    func numbered(_ id: Int) -> TensorStorage {
        TensorStorage(
            id: id, name: name, dtype: dtype, device: device, byteCount: byteCount, declaredType: declaredType,
            content: content)
    }
}

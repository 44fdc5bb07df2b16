import ByteIO
import Synchronization
import TensorCore
import ZipArchive

/// The zip archive that a checkpoint's storages lie in.
final class StorageArchive: Sendable {
    let path: String
    let zip: ZipArchive
    let byteOrder: ByteOrder
    /// The storage that was last unpacked or turned around, so that many views of one deflated storage do not
    /// unpack it as many times.
    private let recent = Mutex<(entry: Int, bytes: Bytes)?>(nil)
    /// The entries whose checksums have been compared.
    private let checked = Mutex<Set<Int>>([])

    init(path: String, zip: ZipArchive, byteOrder: ByteOrder) {
        self.path = path
        self.zip = zip
        self.byteOrder = byteOrder
    }

    /// The first `count` bytes of an entry, little-endian. The whole entry is compared with its checksum when it is
    /// first asked for.
    /// - Parameter inPlace: as of `ZipArchive.data(of:inPlace:)`, for a caller who compares the checksum itself.
    /// - Throws: `CheckpointError` if the entry is damaged.
    func bytes(
        ofEntry index: Int, count: Int, dtype: DType, inPlace: Bool
    ) throws(CheckpointError) -> Bytes {
        if !inPlace { try check(entry: index) }
        let entry = zip.entries[index]
        let isVerbatim = entry.method == .stored && !isSwapped(dtype)
        if !isVerbatim, let known = recent.withLock({ $0?.entry == index ? $0?.bytes : nil }) { return known }
        do throws(ZipError) {
            let data = try zip.data(of: entry, inPlace: inPlace && isVerbatim)
            guard let bytes = try? data.slice(at: 0, count: count) else { throw .noEndRecord(size: data.count) }
            if isVerbatim { return bytes }
            let native = isSwapped(dtype) ? bytes.swappingByteOrder(of: dtype) : bytes
            recent.withLock { $0 = (index, native) }
            return native
        } catch {
            throw CheckpointError(path, .archive(error))
        }
    }

    private func check(entry index: Int) throws(CheckpointError) {
        if checked.withLock({ $0.contains(index) }) { return }
        do throws(ZipError) {
            try zip.verifyChecksum(of: zip.entries[index])
        } catch {
            throw CheckpointError(path, .archive(error))
        }
        checked.withLock { _ = $0.insert(index) }
    }

    /// The error for an entry whose CRC-32 is not that of the directory.
    func damage(ofEntry index: Int, found: UInt32) -> CheckpointError {
        let entry = zip.entries[index]
        let flaw = ZipError.EntryFlaw.checksum(declared: entry.crc, found: found)
        return CheckpointError(path, .archive(.entry(entry.name, offset: entry.headerOffset, flaw)))
    }

    /// The CRC-32 of what `bytes(ofEntry:count:dtype:inPlace:)` gives, where the directory has it.
    func crc32(ofEntry index: Int, count: Int, dtype: DType) -> UInt32? {
        let entry = zip.entries[index]
        guard entry.size == count, entry.hasChecksum, !isSwapped(dtype) else { return nil }
        return entry.crc
    }

    private func isSwapped(_ dtype: DType) -> Bool { byteOrder == .big && dtype.swapUnit > 1 }
}

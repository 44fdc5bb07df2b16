import ByteIO

/// Where a block of a table lies. Its type and checksum follow it.
struct BlockHandle {
    let offset: Int
    let size: Int

    init?(_ cursor: inout ByteCursor) {
        guard let offset = cursor.varintCount(), let size = cursor.varintCount() else { return nil }
        self.offset = offset
        self.size = size
    }
}

/// A block of a table: its checksum holds, and it is unpacked.
struct TableBlock {
    let handle: BlockHandle
    /// The entries, without the list of restarts, which only a search needs.
    let entries: Bytes

    /// - Parameter limit: where the footer begins.
    init(_ handle: BlockHandle, in bytes: Bytes, limit: Int) throws(BundleError) {
        self.handle = handle
        do throws(BundleError.BlockFlaw) {
            entries = try Self.entries(of: Self.content(of: handle, in: bytes, limit: limit))
        } catch {
            throw .block(offset: handle.offset, size: handle.size, error)
        }
    }

    /// The block's bytes, unpacked: after them stand one byte for the compression and the masked CRC of both.
    private static func content(
        of handle: BlockHandle, in bytes: Bytes, limit: Int
    ) throws(BundleError.BlockFlaw) -> Bytes {
        guard handle.size <= limit - 5, handle.offset <= limit - 5 - handle.size,
            let checked = try? bytes.slice(at: handle.offset, count: handle.size + 1),
            let declared = try? bytes.load(UInt32.self, at: handle.offset + handle.size + 1),
            let data = try? checked.slice(at: 0, count: handle.size)
        else { throw .outOfBounds(limit: bytes.count) }
        let found = CRC32C(checked).masked
        guard declared == found else { throw .checksum(declared: declared, found: found) }
        switch checked[handle.size] {
        case 0: return data
        case 1:
            guard let unpacked = Snappy.unpack(data) else { throw .compressedData }
            return unpacked
        case let code: throw .unknownCompression(code)
        }
    }

    /// What precedes the offsets of the restarts and their count, both of 32 bits.
    private static func entries(of content: Bytes) throws(BundleError.BlockFlaw) -> Bytes {
        guard let count = try? content.load(UInt32.self, at: content.count - 4),
            let entries = try? content.slice(at: 0, count: content.count - 4 - 4 * Int(count))
        else { throw .restarts }
        return entries
    }
}

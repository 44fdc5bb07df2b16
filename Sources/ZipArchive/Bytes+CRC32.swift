import ByteIO
import CZlib

extension Bytes {
    /// The CRC-32 of the bytes, as zip archives use it. Reads them all.
    public func crc32() -> UInt32 {
        var crc: UInt = 0
        forEachChunk { chunk in
            crc = crc32_z(crc, chunk.bindMemory(to: UInt8.self).baseAddress, chunk.count)
        }
        return UInt32(crc)
    }
}

import ByteIO

extension Bytes {
    /// The CRC-32 of the bytes, as zip archives use it. Reads them all.
    package func crc32() -> UInt32 {
        var checksum = CRC32()
        forEachChunk { checksum.update($0) }
        return checksum.value
    }
}

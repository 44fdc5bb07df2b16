import ByteIO

/// One file of an archive, as the central directory describes it.
package struct ZipEntry: Sendable, Equatable {
    /// The position in the directory, from 0.
    package let index: Int
    /// The name as the archive spells it.
    package let nameBytes: Bytes
    package let flags: UInt16
    package let method: ZipMethod
    /// The CRC-32 of the uncompressed data. 0 for data that isn't empty means that the writer didn't compute it.
    package let crc: UInt32
    /// How many bytes the data takes in the archive.
    package let compressedSize: Int
    /// How many bytes the data has.
    package let size: Int
    /// The offset of the local header in the archive.
    package let headerOffset: Int
    /// Where the room of this entry ends: the next entry's header, or the directory.
    var limit: Int

    /// The name as text; bytes that aren't UTF-8 appear as U+FFFD.
    package var name: String { String(decoding: nameBytes, as: UTF8.self) }

    /// True if `crc` says something about the data.
    package var hasChecksum: Bool { crc != 0 || size == 0 }

    /// True if the data is encrypted, in the traditional or the strong way.
    package var isEncrypted: Bool { flags & (1 << 0 | 1 << 6 | 1 << 13) != 0 }
}

/// How an entry's data is packed (APPNOTE.TXT 4.4.5).
package enum ZipMethod: Sendable, Hashable {
    case stored
    case deflate
    case other(UInt16)

    init(code: UInt16) {
        switch code {
        case 0: self = .stored
        case 8: self = .deflate
        default: self = .other(code)
        }
    }

    package var code: UInt16 {
        switch self {
        case .stored: 0
        case .deflate: 8
        case .other(let code): code
        }
    }
}

/// The signatures and fixed sizes of a zip archive's records (APPNOTE.TXT 4.3).
enum ZipRecord {
    static let localHeader: UInt32 = 0x0403_4b50
    static let directoryEntry: UInt32 = 0x0201_4b50
    static let dataDescriptor: UInt32 = 0x0807_4b50
    static let end: UInt32 = 0x0605_4b50
    static let zip64End: UInt32 = 0x0606_4b50
    static let zip64Locator: UInt32 = 0x0706_4b50

    static let localHeaderSize = 30
    static let directoryEntrySize = 46
    static let endSize = 22
    static let zip64EndSize = 56
    static let zip64LocatorSize = 20

    /// The header id of the zip64 extra field.
    static let zip64Extra: UInt16 = 0x0001
    /// Bit 3 of the flags: sizes and CRC follow the data in a descriptor.
    static let hasDescriptor: UInt16 = 1 << 3
    /// Bit 11 of the flags: the name is UTF-8.
    static let utf8Name: UInt16 = 1 << 11

    /// From this value on, a 32-bit field sends its reader to the zip64 record.
    static let saturated32: UInt64 = 0xffff_ffff
    /// From this value on, a 16-bit field sends its reader to the zip64 record.
    static let saturated16: UInt64 = 0xffff
}

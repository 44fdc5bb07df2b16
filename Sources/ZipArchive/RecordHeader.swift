/// The bytes around one stored record, as PyTorch's zip writer lays them out.
struct RecordHeader {
    let name: [UInt8]
    let size: UInt64
    /// The offset of the local header.
    let offset: UInt64
    var crc: UInt32

    /// From 2³² − 1 on, a number goes to the zip64 field.
    private var hasLargeSize: Bool { size >= ZipRecord.saturated32 }
    private var hasLargeOffset: Bool { offset >= ZipRecord.saturated32 }

    /// An empty record has no descriptor.
    private var flags: UInt16 { size == 0 ? ZipRecord.utf8Name : ZipRecord.utf8Name | ZipRecord.hasDescriptor }

    /// Appends what precedes the data, up to a multiple of `alignment` in the file.
    func appendLocal(alignment: Int, to header: inout LittleEndianBuffer) {
        let zip64Size = zip64Size
        let unpadded = Int(offset) + ZipRecord.localHeaderSize + name.count + zip64Size + 4
        let padding = (alignment - unpadded % alignment) % alignment
        header.append(ZipRecord.localHeader)
        header.append(UInt16(0))  // version needed
        header.append(flags)
        header.append(UInt16(0))  // method: stored
        header.append(UInt32(0))  // time and date
        header.append(UInt32(0))  // CRC and sizes: in the descriptor
        header.append(UInt64(0))
        header.append(UInt16(name.count))
        header.append(UInt16(zip64Size + 4 + padding))
        header.append(name)
        // The packed size is not known yet when PyTorch writes this: it is 0 in the zip64 field too.
        appendZip64(compressedSize: 0, to: &header)
        header.append("FB".utf8)
        header.append(UInt16(padding))
        header.append(repeatElement(UInt8(ascii: "Z"), count: padding))
    }

    /// Appends what follows the data.
    func appendDescriptor(to descriptor: inout LittleEndianBuffer) {
        guard size > 0 else { return }
        descriptor.append(ZipRecord.dataDescriptor)
        descriptor.append(crc)
        for _ in 0..<2 {
            if hasLargeSize || hasLargeOffset {
                descriptor.append(size)
            } else {
                descriptor.append(UInt32(size))
            }
        }
    }

    /// Appends the record in the central directory.
    func appendDirectoryEntry(to entry: inout LittleEndianBuffer) {
        entry.append(ZipRecord.directoryEntry)
        entry.append(UInt16(0))  // version made by
        entry.append(UInt16(0))  // version needed
        entry.append(flags)
        entry.append(UInt16(0))  // method: stored
        entry.append(UInt32(0))  // time and date
        entry.append(crc)
        entry.append(UInt32(clamping: size))
        entry.append(UInt32(clamping: size))
        entry.append(UInt16(name.count))
        entry.append(UInt16(zip64Size))
        entry.append(UInt16(0))  // comment
        entry.append(UInt16(0))  // disk
        entry.append(UInt16(0))  // internal and external attributes
        entry.append(UInt32(0))
        entry.append(UInt32(clamping: offset))
        entry.append(name)
        appendZip64(compressedSize: size, to: &entry)
    }

    /// The size of the zip64 extra field, which is left out if no number needs it.
    private var zip64Size: Int {
        let numbers = (hasLargeSize ? 2 : 0) + (hasLargeOffset ? 1 : 0)
        return numbers == 0 ? 0 : 4 + 8 * numbers
    }

    private func appendZip64(compressedSize: UInt64, to field: inout LittleEndianBuffer) {
        guard zip64Size > 0 else { return }
        field.append(ZipRecord.zip64Extra)
        field.append(UInt16(zip64Size - 4))
        if hasLargeSize {
            field.append(size)
            field.append(compressedSize)
        }
        if hasLargeOffset { field.append(offset) }
    }
}

/// The records that close an archive: zip64 end record, its locator and the end record, always all three.
struct EndRecords {
    let entryCount: UInt64
    let directoryOffset: UInt64
    let directorySize: UInt64

    var bytes: [UInt8] {
        var end = LittleEndianBuffer()
        end.append(ZipRecord.zip64End)
        end.append(UInt64(ZipRecord.zip64EndSize - 12))
        end.append(UInt16(0x031e))  // made by: Unix, version 3.0
        end.append(UInt16(45))  // version needed: zip64
        end.append(UInt64(0))  // disks
        end.append(entryCount)
        end.append(entryCount)
        end.append(directorySize)
        end.append(directoryOffset)

        end.append(ZipRecord.zip64Locator)
        end.append(UInt32(0))  // disk
        end.append(directoryOffset + directorySize)
        end.append(UInt32(1))  // disks

        end.append(ZipRecord.end)
        end.append(UInt32(0))  // disks
        end.append(UInt16(clamping: entryCount))
        end.append(UInt16(clamping: entryCount))
        end.append(UInt32(clamping: directorySize))
        end.append(UInt32(clamping: directoryOffset))
        end.append(UInt16(0))  // comment
        return end.bytes
    }
}

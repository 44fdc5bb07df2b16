/// The bytes around one stored record, as PyTorch's zip writer lays them out.
struct RecordHeader {
    let name: [UInt8]
    let size: UInt64
    /// The offset of the local header.
    let offset: UInt64
    let crc: UInt32

    /// From 2³² − 1 on, a number goes to the zip64 field.
    private var hasLargeSize: Bool { size >= ZipRecord.saturated32 }
    private var hasLargeOffset: Bool { offset >= ZipRecord.saturated32 }

    /// An empty record has no descriptor.
    private var flags: UInt16 { size == 0 ? ZipRecord.utf8Name : ZipRecord.utf8Name | ZipRecord.hasDescriptor }

    /// What precedes the data, up to a multiple of `alignment` in the file.
    func local(alignment: Int) -> [UInt8] {
        // The packed size is not known yet when PyTorch writes this: it is 0 in the zip64 field too.
        var extra = LittleEndianBuffer()
        extra.append(zip64(compressedSize: 0))
        let unpadded = Int(offset) + ZipRecord.localHeaderSize + name.count + extra.bytes.count + 4
        let padding = (alignment - unpadded % alignment) % alignment
        extra.append("FB".utf8)
        extra.append(UInt16(padding))
        extra.append(repeatElement(UInt8(ascii: "Z"), count: padding))

        var header = LittleEndianBuffer()
        header.append(ZipRecord.localHeader)
        header.append(UInt16(0))  // version needed
        header.append(flags)
        header.append(UInt16(0))  // method: stored
        header.append(UInt32(0))  // time and date
        header.append(UInt32(0))  // CRC and sizes: in the descriptor
        header.append(UInt64(0))
        header.append(UInt16(name.count))
        header.append(UInt16(extra.bytes.count))
        header.append(name)
        header.append(extra.bytes)
        return header.bytes
    }

    /// What follows the data.
    var descriptor: [UInt8] {
        guard size > 0 else { return [] }
        var descriptor = LittleEndianBuffer()
        descriptor.append(ZipRecord.dataDescriptor)
        descriptor.append(crc)
        for _ in 0..<2 {
            if hasLargeSize || hasLargeOffset {
                descriptor.append(size)
            } else {
                descriptor.append(UInt32(size))
            }
        }
        return descriptor.bytes
    }

    /// The record in the central directory.
    var directoryEntry: [UInt8] {
        let extra = zip64(compressedSize: size)
        var entry = LittleEndianBuffer()
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
        entry.append(UInt16(extra.count))
        entry.append(UInt16(0))  // comment
        entry.append(UInt16(0))  // disk
        entry.append(UInt16(0))  // internal and external attributes
        entry.append(UInt32(0))
        entry.append(UInt32(clamping: offset))
        entry.append(name)
        entry.append(extra)
        return entry.bytes
    }

    /// The zip64 extra field, or nothing if no number needs it.
    private func zip64(compressedSize: UInt64) -> [UInt8] {
        var numbers = LittleEndianBuffer()
        if hasLargeSize {
            numbers.append(size)
            numbers.append(compressedSize)
        }
        if hasLargeOffset { numbers.append(offset) }
        guard !numbers.bytes.isEmpty else { return [] }
        var field = LittleEndianBuffer()
        field.append(ZipRecord.zip64Extra)
        field.append(UInt16(numbers.bytes.count))
        field.append(numbers.bytes)
        return field.bytes
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

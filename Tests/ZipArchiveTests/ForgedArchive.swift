import ByteIO

@testable import ZipArchive

/// A small archive whose bytes a test changes, by the names that APPNOTE.TXT gives its fields.
struct ForgedArchive {
    var bytes: [UInt8]

    /// `a` holds 3 bytes, `b` none, `c` 5; stored, with sizes in the local headers and no zip64 records.
    init() {
        self.init(records: [([97], [1, 2, 3]), ([98], []), ([99], [5, 6, 7, 8, 9])])
    }

    init(records: [(name: [UInt8], data: [UInt8])]) {
        var archive = LittleEndianBuffer()
        var directory = LittleEndianBuffer()
        for (name, data) in records {
            let offset = archive.bytes.count
            let crc = Bytes(data).crc32()
            archive.append(ZipRecord.localHeader)
            var shared = LittleEndianBuffer()
            shared.append(UInt16(20))
            shared.append(UInt64(0))
            shared.append(crc)
            shared.append(UInt32(data.count))
            shared.append(UInt32(data.count))
            shared.append(UInt16(name.count))
            shared.append(UInt16(0))
            archive.append(shared.bytes)
            archive.append(name)
            archive.append(data)
            directory.append(ZipRecord.directoryEntry)
            directory.append(UInt16(20))
            directory.append(shared.bytes)
            directory.append([UInt8](repeating: 0, count: 10))
            directory.append(UInt32(offset))
            directory.append(name)
        }
        let offset = archive.bytes.count
        archive.append(directory.bytes)
        archive.append(ZipRecord.end)
        archive.append(UInt32(0))
        archive.append(UInt16(records.count))
        archive.append(UInt16(records.count))
        archive.append(UInt32(directory.bytes.count))
        archive.append(UInt32(offset))
        archive.append(UInt16(0))
        bytes = archive.bytes
    }

    /// The offsets of all records of a kind.
    func offsets(of signature: UInt32) -> [Int] {
        (0..<max(bytes.count - 3, 0)).filter { offset in
            (0..<4).allSatisfy { bytes[offset + $0] == UInt8(truncatingIfNeeded: signature >> (8 * UInt32($0))) }
        }
    }

    /// Writes `value` at `field` bytes after the start of the record number `index` of a kind.
    mutating func set(_ signature: UInt32, _ index: Int = 0, field: Int, to value: some FixedWidthInteger) {
        let offset = offsets(of: signature)[index] + field
        withUnsafeBytes(of: value.littleEndian) { value in
            for (position, byte) in value.enumerated() { bytes[offset + position] = byte }
        }
    }

    func open() throws(ZipError) -> ZipArchive { try ZipArchive(Bytes(bytes)) }
}

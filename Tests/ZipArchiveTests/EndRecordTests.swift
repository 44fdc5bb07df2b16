import ByteIO
import Testing

@testable import ZipArchive

struct EndRecordTests {
    @Test("a file without an end record is not an archive", arguments: [0, 21, 22, 70_000])
    func missing(size: Int) {
        #expect(throws: ZipError.noEndRecord(size: size)) {
            try ZipArchive(Bytes([UInt8](repeating: 0x50, count: size)))
        }
    }

    @Test("a comment of the greatest length is passed over")
    func longComment() throws {
        var forged = ForgedArchive()
        forged.set(ZipRecord.end, field: 20, to: UInt16(65_535))
        forged.bytes += [UInt8](repeating: 120, count: 65_535)
        #expect(try forged.open().comment.count == 65_535)
        #expect(try forged.open().entries.count == 3)
    }

    @Test("bytes after the archive are an error with their number", arguments: [1, 100])
    func trailing(count: Int) {
        var forged = ForgedArchive()
        let offset = forged.offsets(of: ZipRecord.end)[0]
        forged.bytes += [UInt8](repeating: 0, count: count)
        #expect(throws: ZipError.commentSize(offset: offset, declared: 0, found: count)) { try forged.open() }
    }

    @Test("an end record that counts other entries than the directory holds is an error", arguments: [0, 2, 4, 65_535])
    func count(count: UInt16) {
        var forged = ForgedArchive()
        forged.set(ZipRecord.end, field: 8, to: count)
        forged.set(ZipRecord.end, field: 10, to: count)
        #expect(throws: ZipError.entryCount(declared: UInt64(count), found: 3)) { try forged.open() }
    }

    @Test("counts that differ, and disk numbers, mean a split archive", arguments: [4, 6, 8])
    func disks(field: Int) {
        var forged = ForgedArchive()
        forged.set(ZipRecord.end, field: field, to: UInt16(1))
        #expect(throws: ZipError.multipleDisks) { try forged.open() }
    }

    @Test("a directory that doesn't end where the end record begins is an error", arguments: [-1, 1, -47, 1_000_000])
    func extent(shift: Int) throws {
        let original = ForgedArchive()
        let start = original.offsets(of: ZipRecord.directoryEntry)[0]
        let end = original.offsets(of: ZipRecord.end)[0]
        var forged = original
        forged.set(ZipRecord.end, field: 16, to: UInt32(start + shift))
        #expect(
            throws: ZipError.directoryExtent(offset: UInt64(start + shift), size: UInt64(end - start), end: end)
        ) { try forged.open() }
        forged = original
        forged.set(ZipRecord.end, field: 12, to: UInt32(end - start + shift))
        #expect(
            throws: ZipError.directoryExtent(offset: UInt64(start), size: UInt64(end - start + shift), end: end)
        ) { try forged.open() }
    }

    @Test("data before the archive that its offsets don't count is an error")
    func shifted() {
        var forged = ForgedArchive()
        forged.bytes = [0x80, 2] + forged.bytes
        #expect(throws: ZipError.self) { try forged.open() }
    }

    @Test("the zip64 end record counts where the end record leaves its numbers to it")
    func zip64() throws {
        let archive = try Self.large(entryCount: 3)
        #expect(try archive.open().entries.count == 3)
    }

    @Test("end records that disagree are an error with both numbers")
    func disagreement() throws {
        var forged = ForgedArchive()
        forged.bytes = Array(try Fixtures.bytes("state_dict.pth"))
        forged.set(ZipRecord.end, field: 8, to: UInt16(9))
        forged.set(ZipRecord.end, field: 10, to: UInt16(9))
        #expect(throws: ZipError.endRecordsDisagree(field: "number of entries", end: 9, zip64: 10)) {
            try forged.open()
        }
    }

    @Test("a zip64 end record that counts other entries is an error", arguments: [0, 2, 4, UInt64.max])
    func zip64Count(count: UInt64) throws {
        let forged = try Self.large(entryCount: count)
        #expect(throws: ZipError.entryCount(declared: count, found: 3)) { try forged.open() }
    }

    @Test("a locator that leads elsewhere is an error with the offset", arguments: [UInt64(1 << 40), .max])
    func locator(offset: UInt64) throws {
        var forged = try Self.large(entryCount: 3)
        forged.set(ZipRecord.zip64Locator, field: 8, to: offset)
        let limit = forged.offsets(of: ZipRecord.zip64Locator)[0] - ZipRecord.zip64EndSize
        #expect(throws: ZipError.zip64EndOffset(offset, limit: limit)) { try forged.open() }
        forged.set(ZipRecord.zip64Locator, field: 8, to: UInt64(0))
        #expect(throws: ZipError.badSignature(.zip64End, offset: 0, found: ZipRecord.localHeader)) {
            try forged.open()
        }
    }

    @Test("a zip64 end record of another size is an error with both", arguments: [0, 43, 45, UInt64.max])
    func zip64Size(size: UInt64) throws {
        var forged = try Self.large(entryCount: 3)
        forged.set(ZipRecord.zip64End, field: 4, to: size)
        #expect(throws: ZipError.zip64EndSize(size, found: 44)) { try forged.open() }
    }

    /// The forged archive with zip64 records, and an end record that leaves every number to them.
    private static func large(entryCount: UInt64) throws -> ForgedArchive {
        var forged = ForgedArchive()
        let end = try EndRecord(Bytes(forged.bytes))
        forged.bytes = Array(forged.bytes[..<forged.offsets(of: ZipRecord.end)[0]])
        forged.bytes +=
            EndRecords(
                entryCount: entryCount, directoryOffset: UInt64(end.directoryOffset),
                directorySize: UInt64(end.directorySize)
            ).bytes
        for (field, size) in [(8, 2), (10, 2), (12, 4), (16, 4)] {
            for byte in 0..<size { forged.set(ZipRecord.end, field: field + byte, to: UInt8.max) }
        }
        return forged
    }
}

import ByteIO
import Testing

@testable import ZipArchive

struct CentralDirectoryTests {
    @Test("an entry tells its name, place, sizes, method and CRC")
    func fields() throws {
        let archive = try ForgedArchive().open()
        let entry = archive.entries[2]
        #expect(entry.name == "c")
        #expect(entry.headerOffset == ForgedArchive().offsets(of: ZipRecord.localHeader)[2])
        #expect(entry.size == 5)
        #expect(entry.compressedSize == 5)
        #expect(entry.method == .stored)
        #expect(entry.crc == Bytes([5, 6, 7, 8, 9]).crc32())
        #expect(!entry.isEncrypted)
        #expect(try ZipArchive(Fixtures.bytes("deflated.zip")).entries[0].method == .deflate)
        #expect(try ZipArchive(Fixtures.bytes("bzip2.zip")).entries[0].method == .other(12))
    }

    @Test("a directory entry without its signature is an error that names its offset", arguments: [0, 1, 2])
    func signature(index: Int) {
        var forged = ForgedArchive()
        let offset = forged.offsets(of: ZipRecord.directoryEntry)[index]
        forged.bytes[offset] = 0
        #expect(throws: ZipError.badSignature(.directoryEntry, offset: offset, found: 0x0201_4b00)) {
            try forged.open()
        }
    }

    @Test("a name, extra field or comment past the directory's end is an error", arguments: [28, 30, 32])
    func lengths(field: Int) {
        var forged = ForgedArchive()
        forged.set(ZipRecord.directoryEntry, 2, field: field, to: UInt16(500))
        #expect(throws: ZipError.self) { try forged.open() }
    }

    @Test("two entries for the same bytes are an error that names both")
    func overlap() {
        var forged = ForgedArchive()
        forged.set(ZipRecord.directoryEntry, 2, field: 42, to: UInt32(0))
        #expect(throws: ZipError.overlap(first: "a", second: "c", offset: 0)) { try forged.open() }
        forged = ForgedArchive()
        forged.set(ZipRecord.directoryEntry, 0, field: 20, to: UInt32(4))
        let next = forged.offsets(of: ZipRecord.localHeader)[1]
        #expect(throws: ZipError.overlap(first: "a", second: "b", offset: next)) { try forged.open() }
    }

    @Test("an entry that runs into the directory is an error with both numbers")
    func intoDirectory() {
        var forged = ForgedArchive()
        let directory = forged.offsets(of: ZipRecord.directoryEntry)[0]
        let entry = forged.offsets(of: ZipRecord.directoryEntry)[2]
        forged.set(ZipRecord.directoryEntry, 2, field: 20, to: UInt32(6))
        #expect(
            throws: ZipError.entry(
                "c", offset: entry, .outOfBounds(field: "end", value: UInt64(directory + 1), limit: directory))
        ) { try forged.open() }
    }

    @Test(
        "a size or offset past the directory is an error with both numbers",
        arguments: [(20, "compressed size"), (42, "header offset")])
    func outOfBounds(field: Int, name: String) {
        var forged = ForgedArchive()
        let directory = forged.offsets(of: ZipRecord.directoryEntry)[0]
        forged.set(ZipRecord.directoryEntry, 0, field: field, to: UInt32(0xffff_fffe))
        #expect(
            throws: ZipError.entry(
                "a", offset: directory, .outOfBounds(field: name, value: 0xffff_fffe, limit: directory))
        ) { try forged.open() }
    }

    @Test(
        "a number left to a zip64 field that isn't there is an error",
        arguments: [(20, "compressed size"), (24, "size"), (42, "header offset")])
    func withoutZip64(field: Int, name: String) {
        var forged = ForgedArchive()
        let directory = forged.offsets(of: ZipRecord.directoryEntry)[0]
        forged.set(ZipRecord.directoryEntry, 0, field: field, to: UInt32.max)
        #expect(throws: ZipError.entry("a", offset: directory, .zip64Extra(field: name))) { try forged.open() }
    }

    @Test("an entry on another disk means a split archive")
    func disk() {
        var forged = ForgedArchive()
        forged.set(ZipRecord.directoryEntry, 1, field: 34, to: UInt16(1))
        #expect(throws: ZipError.multipleDisks) { try forged.open() }
    }
}

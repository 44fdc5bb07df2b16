import ByteIO
import Testing

@testable import ZipArchive

struct LocalHeaderTests {
    @Test("a local header that gives another name is an error with that name")
    func name() throws {
        var forged = ForgedArchive()
        forged.set(ZipRecord.localHeader, 0, field: 30, to: UInt8(ascii: "x"))
        try expectFlaw(.localName("x"), in: forged)
    }

    @Test("a local header that gives another method is an error with both")
    func method() throws {
        var forged = ForgedArchive()
        forged.set(ZipRecord.localHeader, 0, field: 8, to: UInt16(8))
        try expectFlaw(.localMismatch(field: "compression method", directory: 0, local: 8), in: forged)
    }

    @Test("a local header that says encrypted where the directory doesn't is an error")
    func encryption() throws {
        var forged = ForgedArchive()
        forged.set(ZipRecord.localHeader, 0, field: 6, to: UInt16(1))
        try expectFlaw(.localMismatch(field: "encryption flag", directory: 0, local: 1), in: forged)
    }

    @Test(
        "a local header that gives another size is an error with both, also where a descriptor follows",
        arguments: [(18, "compressed size"), (22, "size")], [UInt16(0), 8])
    func size(field: (offset: Int, name: String), flags: UInt16) throws {
        var forged = ForgedArchive()
        forged.set(ZipRecord.localHeader, 0, field: 6, to: flags)
        forged.set(ZipRecord.localHeader, 0, field: field.offset, to: UInt32(2))
        try expectFlaw(.localMismatch(field: field.name, directory: 3, local: 2), in: forged)
    }

    @Test("sizes of 0 are an error unless a descriptor follows")
    func late() throws {
        var forged = ForgedArchive()
        for field in [14, 18, 22] { forged.set(ZipRecord.localHeader, 0, field: field, to: UInt32(0)) }
        let crc = UInt64(Bytes([1, 2, 3]).crc32())
        try expectFlaw(.localMismatch(field: "CRC-32", directory: crc, local: 0), in: forged)
        forged.set(ZipRecord.localHeader, 0, field: 6, to: UInt16(8))
        let archive = try forged.open()
        #expect(try archive.data(of: archive.entries[0]) == [1, 2, 3])
    }

    @Test("a size left to a zip64 field that isn't there is an error")
    func withoutZip64() throws {
        var forged = ForgedArchive()
        forged.set(ZipRecord.localHeader, 0, field: 22, to: UInt32.max)
        try expectFlaw(.zip64Extra(field: "size"), in: forged)
    }

    @Test("an offset that leads to no local header is an error that names it")
    func signature() throws {
        var forged = ForgedArchive()
        forged.set(ZipRecord.directoryEntry, 0, field: 42, to: UInt32(1))
        forged.set(ZipRecord.directoryEntry, 0, field: 20, to: UInt32(2))
        let archive = try forged.open()
        #expect(throws: ZipError.badSignature(.localHeader, offset: 1, found: 0x1404_034b)) {
            try archive.data(of: archive.entries[0])
        }
    }

    private func expectFlaw(_ flaw: ZipError.EntryFlaw, in forged: ForgedArchive) throws {
        let archive = try forged.open()
        #expect(throws: ZipError.entry("a", offset: 0, flaw)) { try archive.data(of: archive.entries[0]) }
    }
}

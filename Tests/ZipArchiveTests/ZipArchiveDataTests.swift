import ByteIO
import Testing

@testable import ZipArchive

struct ZipArchiveDataTests {
    @Test("stored data is a slice of the file, at a multiple of 64 in PyTorch's archives", arguments: Fixtures.torch)
    func stored(file: String) throws {
        let bytes = try Fixtures.bytes(file)
        let archive = try ZipArchive(bytes)
        for entry in archive.entries {
            let region = try #require(try archive.data(of: entry).fileRegion)
            #expect(region.count == entry.size)
            #expect(region.offset % 64 == 0)
        }
    }

    @Test("archives zipped anew hold the data of the original", arguments: Fixtures.zippedAnew)
    func zippedAnew(file: String) throws {
        let original = try ZipArchive(Fixtures.bytes("state_dict.pth"))
        let archive = try ZipArchive(Fixtures.bytes(file))
        #expect(archive.entries.count == original.entries.count)
        for (entry, expected) in zip(archive.entries, original.entries) {
            #expect(entry.name.dropFirst("other".utf8.count) == expected.name.dropFirst("state_dict".utf8.count))
            #expect(try archive.data(of: entry) == original.data(of: expected))
        }
    }

    @Test("checksums match", arguments: Fixtures.torch + Fixtures.zippedAnew)
    func checksums(file: String) throws {
        let archive = try ZipArchive(Fixtures.bytes(file))
        for entry in archive.entries { #expect(try archive.verifyChecksum(of: entry) == .matches) }
    }

    @Test("a CRC of 0 on data that isn't empty means that none was computed")
    func withoutChecksum() throws {
        let archive = try ZipArchive(Fixtures.bytes("without_crc.pth"))
        for entry in archive.entries {
            #expect(try archive.verifyChecksum(of: entry) == (entry.size == 0 ? .matches : .notComputed))
        }
    }

    @Test("data that its CRC doesn't fit is an error with both")
    func damaged() throws {
        var forged = ForgedArchive()
        forged.bytes[forged.offsets(of: ZipRecord.localHeader)[0] + 31] ^= 1
        let archive = try forged.open()
        let found = Bytes([0, 2, 3]).crc32()
        let declared = Bytes([1, 2, 3]).crc32()
        #expect(throws: ZipError.entry("a", offset: 0, .checksum(declared: declared, found: found))) {
            try archive.verifyChecksum(of: archive.entries[0])
        }
        #expect(try archive.data(of: archive.entries[0]) == [0, 2, 3])
    }

    @Test("another packing method is an error that names it")
    func unsupportedMethod() throws {
        let archive = try ZipArchive(Fixtures.bytes("bzip2.zip"))
        #expect(throws: ZipError.entry("other/data.pkl", offset: 0, .unsupportedMethod(12))) {
            try archive.data(of: archive.entries[0])
        }
    }

    @Test("an encrypted entry is listed, and its data is an error", arguments: [1 << 0, 1 << 6, 1 << 13])
    func encrypted(flag: Int) throws {
        var forged = ForgedArchive()
        forged.set(ZipRecord.localHeader, 0, field: 6, to: UInt16(flag))
        forged.set(ZipRecord.directoryEntry, 0, field: 8, to: UInt16(flag))
        let archive = try forged.open()
        #expect(throws: ZipError.entry("a", offset: 0, .encrypted)) { try archive.data(of: archive.entries[0]) }
        #expect(try archive.data(of: archive.entries[2]) == [5, 6, 7, 8, 9])
    }

    @Test("a stored entry with two sizes is an error with both")
    func storedSizes() throws {
        var forged = ForgedArchive()
        forged.set(ZipRecord.localHeader, 0, field: 22, to: UInt32(4))
        forged.set(ZipRecord.directoryEntry, 0, field: 24, to: UInt32(4))
        let archive = try forged.open()
        #expect(throws: ZipError.entry("a", offset: 0, .storedSize(compressed: 3, uncompressed: 4))) {
            try archive.data(of: archive.entries[0])
        }
    }

    @Test("data that extra fields push into the next entry is an error")
    func pushedOut() throws {
        var forged = ForgedArchive()
        forged.set(ZipRecord.localHeader, 0, field: 28, to: UInt16(3))
        let archive = try forged.open()
        #expect(
            throws: ZipError.entry("a", offset: 0, .outOfBounds(field: "compressed size", value: 3, limit: 0))
        ) { try archive.data(of: archive.entries[0]) }
    }
}

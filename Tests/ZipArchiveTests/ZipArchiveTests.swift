import ByteIO
import Testing

@testable import ZipArchive

struct ZipArchiveTests {
    @Test("entries come in the order of the directory")
    func order() throws {
        let archive = try ZipArchive(Fixtures.bytes("state_dict.pth"))
        #expect(
            archive.entries.map(\.name) == [
                "state_dict/data.pkl", "state_dict/.format_version", "state_dict/.storage_alignment",
                "state_dict/byteorder", "state_dict/data/0", "state_dict/data/1", "state_dict/data/2",
                "state_dict/data/3", "state_dict/version", "state_dict/.data/serialization_id",
            ])
        #expect(archive.entries.map(\.index) == Array(0..<10))
        #expect(archive.leadingBytes == 0)
    }

    @Test("an entry is found by its name's bytes", arguments: Fixtures.torch + Fixtures.zippedAnew)
    func lookup(file: String) throws {
        let archive = try ZipArchive(Fixtures.bytes(file))
        for entry in archive.entries {
            #expect(archive.entry(named: entry.nameBytes) == entry)
            #expect(archive.entry(named: entry.name) == entry)
            #expect(archive.entries(named: entry.nameBytes) == [entry])
        }
        #expect(archive.entry(named: "data.pkl") == nil)
        #expect(archive.entries(named: Bytes(utf8: "data.pkl")) == [])
        #expect(archive.duplicates == [])
    }

    @Test("names that differ in Unicode normalisation only are two names")
    func normalisation() throws {
        let archive = try ForgedArchive(records: ["\u{e9}", "e\u{301}"].map { (Array($0.utf8), [1]) }).open()
        #expect(archive.duplicates == [])
        #expect(archive.entry(named: "\u{e9}")?.index == 0)
        #expect(archive.entry(named: "e\u{301}")?.index == 1)
    }

    @Test("a repeated name is reported; the first of its bearers is found first")
    func duplicates() throws {
        let archive = try ForgedArchive(records: [([97], [1]), ([98], [2]), ([97], [3]), ([97], [4])]).open()
        #expect(archive.duplicates.map(\.index) == [2, 3])
        #expect(archive.entry(named: "a")?.index == 0)
        #expect(archive.entries(named: [97]).map(\.index) == [0, 2, 3])
    }

    @Test("an archive may be empty")
    func empty() throws {
        let archive = try ZipArchive(Fixtures.bytes("empty.zip"))
        #expect(archive.entries == [])
        #expect(archive.leadingBytes == 0)
    }

    @Test("an archive's comment is kept")
    func comment() throws {
        #expect(try ZipArchive(Fixtures.bytes("deflated.zip")).comment.utf8Text == "zipped again")
    }

    @Test("the first four bytes tell a zip archive from other files")
    func signature() throws {
        #expect(try ZipArchive.hasSignature(Fixtures.bytes("state_dict.pth")))
        #expect(try ZipArchive.hasSignature(Fixtures.bytes("empty.zip")))
        #expect(!ZipArchive.hasSignature([0x80, 2, 0x8a, 10]))
        #expect(!ZipArchive.hasSignature([0x50, 0x4b]))
    }

    @Test("bytes before the first entry are counted")
    func leadingBytes() throws {
        var forged = ForgedArchive()
        forged.bytes = [0x80, 2] + forged.bytes
        for (index, offset) in forged.offsets(of: ZipRecord.localHeader).enumerated() {
            forged.set(ZipRecord.directoryEntry, index, field: 42, to: UInt32(offset))
        }
        forged.set(ZipRecord.end, field: 16, to: UInt32(forged.offsets(of: ZipRecord.directoryEntry)[0]))
        #expect(try forged.open().leadingBytes == 2)
    }

    @Test("an archive of twenty thousand records opens whole")
    func many() throws {
        let names = (0..<20_000).map { Array("archive/data/\($0)".utf8) }
        let archive = try ForgedArchive(records: names.map { ($0, [1]) }).open()
        #expect(archive.entries.count == 20_000)
        #expect(archive.entry(named: "archive/data/19999")?.index == 19_999)
    }
}

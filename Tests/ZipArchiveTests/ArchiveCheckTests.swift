import ByteIO
import Testing

@testable import ZipArchive

struct ArchiveCheckTests {
    @Test("archives of PyTorch and of Python pass", arguments: Fixtures.torch + Fixtures.zippedAnew + ["empty.zip"])
    func sound(file: String) throws {
        let archive = try ZipArchive(Fixtures.bytes(file))
        let check = ArchiveCheck(archive)
        #expect(check.findings == [])
        #expect(check.entriesWithoutChecksum == 0)
        #expect(check.byteCount == archive.entries.reduce(0) { $0 + $1.size })
    }

    @Test("records without a checksum are counted, and are not a finding")
    func withoutChecksum() throws {
        let check = try ArchiveCheck(ZipArchive(Fixtures.bytes("without_crc.pth")))
        #expect(check.findings == [])
        #expect(check.entriesWithoutChecksum > 0)
    }

    @Test("every damaged byte of data, stored or packed, is found", arguments: ["state_dict.pth", "deflated.zip"])
    func damaged(file: String) throws {
        let original = try Fixtures.bytes(file)
        let archive = try ZipArchive(original)
        for entry in archive.entries where entry.compressedSize > 0 {
            let local = try LocalHeader(original, at: entry.headerOffset)
            // The last byte of packed data may end in bits that mean nothing.
            let count = entry.method == .stored ? entry.size : entry.compressedSize - 1
            for position in stride(from: 0, to: count, by: 7) {
                var bytes = Array(original)
                bytes[local.dataOffset + position] ^= 0x10
                let check = try ArchiveCheck(ZipArchive(Bytes(bytes)))
                #expect(check.findings.map(\.entry) == [entry.index], "\(entry.name) at \(position)")
            }
        }
    }

    @Test(
        "a large record is checked in parts, whichever of them is damaged", arguments: [nil, 5, 9_000_000, 17_999_999])
    func parts(damage: Int?) throws {
        var data = [UInt8](repeating: 0, count: 18_000_000)
        for index in stride(from: 0, to: data.count, by: 4099) { data[index] = UInt8(truncatingIfNeeded: index >> 3) }
        var forged = ForgedArchive(records: [([97], data), ([98], [1])])
        if let damage { forged.bytes[31 + damage] ^= 1 }
        #expect(try ArchiveCheck(forged.open()).findings.map(\.entry) == (damage == nil ? [] : [0]))
    }

    @Test("a descriptor with other figures than the directory is a finding")
    func descriptor() throws {
        let original = Array(try Fixtures.bytes("state_dict.pth"))
        let archive = try ZipArchive(Bytes(original))
        let entry = try #require(archive.entries.first)
        let end = try LocalHeader(archive.bytes, at: entry.headerOffset).dataOffset + entry.size
        for offset in [4, 8, 12] {
            var bytes = original
            bytes[end + offset] ^= 1
            let findings = try ArchiveCheck(ZipArchive(Bytes(bytes))).findings
            #expect(
                findings == [
                    .init(entry: 0, error: .entry(entry.name, offset: entry.headerOffset, .descriptor))
                ])
        }
    }

    @Test("bytes that belong to no record are a finding, before the first and after any")
    func strayBytes() throws {
        let sound = ForgedArchive()
        let headers = sound.offsets(of: ZipRecord.localHeader)
        let directory = try #require(sound.offsets(of: ZipRecord.directoryEntry).first)
        for (position, expected) in [(0, nil), (headers[1], 0), (directory, 2)] as [(Int, Int?)] {
            var forged = sound
            forged.bytes.insert(contentsOf: [7, 7], at: position)
            for (index, offset) in headers.enumerated() where offset >= position {
                forged.set(ZipRecord.directoryEntry, index, field: 42, to: UInt32(offset + 2))
            }
            forged.set(ZipRecord.end, field: 16, to: UInt32(directory + 2))
            let findings = try ArchiveCheck(forged.open()).findings
            let error: ZipError =
                switch expected {
                case nil: .leadingBytes(2)
                case 0: .entry("a", offset: 0, .strayBytes(count: 2, offset: headers[1]))
                default: .entry("c", offset: headers[2], .strayBytes(count: 2, offset: directory))
                }
            #expect(findings == [.init(entry: expected, error: error)])
        }
    }

    @Test("a second record of one name is a finding")
    func duplicate() throws {
        let archive = try ForgedArchive(records: [([97], [1]), ([97], [2])]).open()
        #expect(
            ArchiveCheck(archive).findings == [
                .init(entry: 1, error: .entry("a", offset: archive.entries[1].headerOffset, .duplicateName))
            ])
    }

    @Test("the serialization id that PyTorch wrote is the one that the records give", arguments: Fixtures.torch)
    func serializationID(file: String) throws {
        let archive = try ZipArchive(Fixtures.bytes(file))
        let ids = try #require(archive.serializationIDs())
        #expect(ids.written == ids.computed)
        #expect(ids.written.utf8.count == 40)
    }
}

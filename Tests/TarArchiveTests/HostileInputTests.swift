import ByteIO
import Testing

@testable import TarArchive

struct HostileInputTests {
    @Test("an archive cut short anywhere is an error, unless only its padding is cut", arguments: Fixtures.all)
    func truncated(file: String) throws {
        let whole = try Fixtures.bytes(file)
        let entries = try TarArchive(whole).entries
        let end = (entries.map { $0.dataOffset + $0.size }.max() ?? 0) + 512
        for count in 0..<whole.count {
            let archive = TarArchive(salvaging: try whole.slice(at: 0, count: count))
            #expect(archive.entries == Array(entries.prefix(archive.entries.count)), "\(file) cut to \(count) bytes")
            #expect(archive.damage != nil || archive.entries == entries && count >= end, "\(file) cut to \(count)")
        }
    }

    @Test("one bit changed in a header is an error", arguments: Fixtures.all, [0, 3, 7])
    func changed(file: String, bit: Int) throws {
        let original = Array(try Fixtures.bytes(file))
        let entries = try TarArchive(Bytes(original)).entries
        for entry in entries {
            for offset in entry.headerOffset..<entry.headerOffset + 512 {
                var bytes = original
                bytes[offset] ^= 1 << UInt8(bit)
                // The checksum field may be spelled in several ways.
                guard let archive = try? TarArchive(Bytes(bytes)) else { continue }
                #expect(archive.entries == entries, "\(file) with bit \(bit) of byte \(offset) changed")
                #expect((148..<156).contains(offset - entry.headerOffset))
            }
        }
    }

    @Test("a run of bytes set to one value never crashes", arguments: Fixtures.all, [UInt8(0), 0x39, 0x80, 0xff])
    func overwritten(file: String, value: UInt8) throws {
        let original = Array(try Fixtures.bytes(file))
        for offset in stride(from: 0, to: original.count - 8, by: 7) {
            var bytes = original
            for index in offset..<offset + 8 { bytes[index] = value }
            _ = TarArchive(salvaging: Bytes(bytes))
        }
    }

    @Test("a size that the archive does not hold is an error with both numbers")
    func size() {
        var tar = ForgedTar()
        tar.add("a", [], size: Array("77777777777\0".utf8))
        #expect(throws: TarError.truncatedData(name: "a", offset: 512, needed: 0o777_7777_7777, remaining: 1024)) {
            try TarArchive(Bytes(tar.finished))
        }
    }

    static let sizes: [[UInt8]] = [
        [0x80] + [UInt8](repeating: 0xff, count: 11), [UInt8](repeating: 0xff, count: 12), Array("0000000009\0\0".utf8),
        Array("-0000000001\0".utf8),
    ]

    @Test("a size that is not a count is an error", arguments: sizes)
    func noCount(size: [UInt8]) {
        var tar = ForgedTar()
        tar.add("a", [], size: size)
        #expect(throws: TarError.number(field: "size", offset: 0)) { try TarArchive(Bytes(tar.finished)) }
    }

    static let records = [
        "5 a=1\n", "99999999 a=1\n", "999999999999999999999999 a=1\n", "2 \n", "0 \n", "6 abc\n", "x a=1\n",
        "8 path=1 ", "",
    ]

    @Test("an extended header that is not made of records is an error", arguments: records)
    func record(text: String) {
        var tar = ForgedTar()
        tar.add("pax", Array(text.utf8), flag: "x")
        let error = text.isEmpty ? TarError.danglingHeader(offset: 0) : .extendedRecord(offset: 0)
        #expect(throws: error) { try TarArchive(Bytes(tar.finished)) }
    }

    @Test(
        "a pax size that is not a count is an error", arguments: ["13 size=-512\n", "29 size=99999999999999999999\n"])
    func paxSize(text: String) {
        var tar = ForgedTar()
        tar.add("pax", Array(text.utf8), flag: "x")
        #expect(throws: TarError.number(field: "size", offset: 0)) { try TarArchive(Bytes(tar.finished)) }
    }

    @Test("an extended header larger than a path can be is an error before it is read")
    func hugeHeader() {
        var tar = ForgedTar()
        tar.add("long", [UInt8](repeating: 0x61, count: 1 << 20 + 1), flag: "L")
        #expect(throws: TarError.extendedHeaderSize(offset: 0, size: 1 << 20 + 1, limit: 1 << 20)) {
            try TarArchive(Bytes(tar.finished))
        }
    }

    @Test("what follows the end of an archive is an error, and the entries before it are salvaged")
    func trailing() {
        var tar = ForgedTar()
        tar.add("a", [1])
        let archive = TarArchive(salvaging: Bytes(tar.finished + [0, 0, 7]))
        #expect(archive.damage == .trailingData(offset: 1024 + 1024 + 2))
        #expect(archive.entries.map(\.name) == ["a"])
    }

    @Test("a sparse member is an error")
    func sparse() {
        var tar = ForgedTar()
        tar.add("a", [], flag: "S")
        #expect(throws: TarError.sparse(name: "a", offset: 0)) { try TarArchive(Bytes(tar.finished)) }
    }
}

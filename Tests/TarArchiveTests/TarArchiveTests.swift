import ByteIO
import TestSupport
import Testing

@testable import TarArchive

struct TarArchiveTests {
    @Test("an archive has the members that Python's tarfile finds, with their data", arguments: Fixtures.all)
    func members(file: String) throws {
        let archive = try TarArchive(Fixtures.bytes(file))
        let found = archive.entries.map { entry in
            Fixtures.Member(
                name: entry.name.utf8.last == UInt8(ascii: "/") ? String(entry.name.dropLast()) : entry.name,
                kind: name(of: entry.kind), size: entry.size, sha256: digest(of: archive.data(of: entry)))
        }
        #expect(try found == Fixtures.facts(file))
        #expect(!found.isEmpty)
    }

    @Test("links name their target")
    func links() throws {
        let archive = try TarArchive(Fixtures.bytes("pax.tar"))
        #expect(archive.entries(named: "soft").map(\.kind) == [.symbolicLink(target: "storages")])
        #expect(archive.entries(named: "hard").map(\.kind) == [.hardLink(target: "storages")])
    }

    @Test("a header with a good checksum is the signature, with or without the word ustar")
    func signature() throws {
        for file in Fixtures.all { #expect(try TarArchive.hasSignature(Fixtures.bytes(file))) }
        var old = ForgedTar()
        old.add("storages", Array("abc".utf8), magic: [])
        #expect(TarArchive.hasSignature(Bytes(old.finished)))
        #expect(try TarArchive(Bytes(old.finished)).entries.map(\.name) == ["storages"])
        #expect(!TarArchive.hasSignature(Bytes([UInt8](repeating: 0, count: 1024))))
        #expect(!TarArchive.hasSignature(Bytes(utf8: "short")))
    }

    @Test("a size may be spelled as Python reads octal numbers")
    func pythonSize() throws {
        var tar = ForgedTar()
        tar.add("", [1, 2, 3], size: Array(" 0o00_000_3 ".utf8))
        #expect(TarArchive.hasSignature(Bytes(tar.finished)))
        #expect(try TarArchive(Bytes(tar.finished)).entries.map(\.size) == [3])
    }

    @Test("a size may be a big-endian number after 0x80")
    func binarySize() throws {
        var tar = ForgedTar()
        tar.add("a", [1, 2, 3], size: [0x80] + [UInt8](repeating: 0, count: 10) + [3])
        #expect(try TarArchive(Bytes(tar.finished)).entries.map(\.size) == [3])
    }

    @Test("a pax record overrides the header's size, and an empty one takes an earlier one back")
    func paxSize() throws {
        var tar = ForgedTar()
        tar.add("global", Array("10 size=2\n11 path=ab\n8 path=\n".utf8), flag: "g")
        tar.add("name", [1, 2], size: Array("00000000000\0".utf8))
        let archive = try TarArchive(Bytes(tar.finished))
        #expect(archive.entries.map(\.size) == [2])
        #expect(archive.entries.map(\.name) == ["name"])
    }

    private func name(of kind: TarEntry.Kind) -> String {
        switch kind {
        case .file: "file"
        case .directory: "directory"
        case .hardLink: "hardLink"
        case .symbolicLink: "symbolicLink"
        case .other: "other"
        }
    }
}

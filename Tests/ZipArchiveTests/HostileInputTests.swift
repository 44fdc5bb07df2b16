import ByteIO
import Testing

@testable import ZipArchive

struct HostileInputTests {
    static let files = ["state_dict.pth", "no_storage.pth"] + Fixtures.zippedAnew

    @Test("an archive cut short anywhere is an error", arguments: files)
    func truncated(file: String) throws {
        let whole = try Fixtures.bytes(file)
        for count in 0..<whole.count {
            #expect(throws: ZipError.self, "\(file) cut to \(count) bytes") {
                try ZipArchive(whole.slice(at: 0, count: count))
            }
        }
    }

    @Test("an archive with one byte changed is an error, or reads as before", arguments: files, [UInt8(0xff), 1, 0x80])
    func changed(file: String, mask: UInt8) throws {
        let original = try Fixtures.bytes(file)
        let expected = try contents(original)
        var bytes = Array(original)
        for offset in bytes.indices {
            bytes[offset] ^= mask
            if let found = try? contents(Bytes(bytes)) {
                #expect(found == expected, "\(file) with byte \(offset) changed by \(mask)")
            }
            bytes[offset] ^= mask
        }
    }

    @Test("an archive with a run of bytes set to one value never crashes", arguments: files, [UInt8(0), 0xff])
    func overwritten(file: String, value: UInt8) throws {
        let original = Array(try Fixtures.bytes(file))
        for offset in stride(from: 0, to: original.count - 8, by: 3) {
            var bytes = original
            for index in offset..<offset + 8 { bytes[index] = value }
            _ = try? contents(Bytes(bytes))
        }
    }

    @Test("a directory that claims a terabyte of entries takes no memory for them")
    func claimedCount() {
        var bytes = [UInt8](repeating: 0, count: 10)
        bytes += EndRecords(entryCount: 1 << 40, directoryOffset: 0, directorySize: 10).bytes
        #expect(throws: ZipError.badSignature(.directoryEntry, offset: 0, found: 0)) { try ZipArchive(Bytes(bytes)) }
    }

    @Test("an entry that claims more than its deflate data can hold is an error with both sizes")
    func bomb() throws {
        var forged = ForgedArchive()
        for (signature, method, size) in [(ZipRecord.localHeader, 8, 22), (ZipRecord.directoryEntry, 10, 24)] {
            forged.set(signature, 0, field: method, to: UInt16(8))
            forged.set(signature, 0, field: size, to: UInt32(0xffff_fffe))
        }
        let archive = try forged.open()
        #expect(
            throws: ZipError.entry("a", offset: 0, .implausibleSize(compressed: 3, uncompressed: 0xffff_fffe))
        ) { try archive.data(of: archive.entries[0]) }
    }

    /// Every entry's name and checked data.
    private func contents(_ bytes: Bytes) throws -> [Bytes: [Bytes]] {
        let archive = try ZipArchive(bytes)
        var contents: [Bytes: [Bytes]] = [:]
        for entry in archive.entries {
            try archive.verifyChecksum(of: entry)
            contents[entry.nameBytes, default: []].append(try archive.data(of: entry))
        }
        return contents
    }
}

import ByteIO
import TestSupport
import Testing

@testable import PickleScan

/// Damaged copies of the fixtures, the same ones on every run: whatever comes, a scan ends.
@Suite struct HostileInputTests {
    @Test(
        "a damaged file is scanned to the end, and what was dangerous is mostly still found",
        arguments: try HostileFile.all())
    func damage(_ file: HostileFile) throws {
        let original = Array(try MappedFile(path: fixture("hostile/scan/" + file.file)).bytes)
        var numbers = SplitMix64(seed: UInt64(original.count))
        var found = 0
        var limits = ScanLimits()
        limits.unpackedBytes = 1 << 22
        for _ in 0..<200 {
            var bytes = original
            let place = Int.random(in: 0..<bytes.count, using: &numbers)
            bytes[place] = UInt8.random(in: 0...255, using: &numbers)
            if FileScan(Bytes(bytes), name: file.file, limits: limits).verdict != .clean { found += 1 }
        }
        // JSON that does not parse is no danger to those who parse it.
        if file.verdict == "dangerous", !file.file.hasSuffix(".json") { #expect(found > 60) }
    }

    @Test("a file that ends too early is scanned at every length", arguments: try HostileFile.all())
    func truncation(_ file: HostileFile) throws {
        let bytes = try MappedFile(path: fixture("hostile/scan/" + file.file)).bytes
        let step = max(bytes.count / 200, 1)
        for length in stride(from: 0, to: bytes.count, by: step) {
            let head = try bytes.slice(at: 0, count: length)
            #expect(FileScan(head, name: file.file).findings.count <= 1001)
        }
    }

    @Test(
        "a number that the file cannot hold is not believed",
        arguments: [
            [0x80, 0x04, 0x8D] + [UInt8](repeating: 0xFF, count: 8),
            [0x80, 0x04, 0x95] + [UInt8](repeating: 0xFF, count: 8),
            [0x93] + Array("NUMPY".utf8) + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0x7B],
            Array("PK\u{5}\u{6}".utf8) + [UInt8](repeating: 0xFF, count: 18),
        ])
    func lengths(_ bytes: [UInt8]) { #expect(FileScan(Bytes(bytes), name: "x.pth").findings.count < 10) }

    @Test("getattr of getattr, a thousand deep, is judged")
    func nestedAttributes() {
        var pickle = Array("\u{8c}\u{8}builtins\u{8c}\u{7}getattr".unicodeScalars.map { UInt8($0.value) })
        pickle += [0x93, 0x94, 0x30, 0x68, 0x00]
        for _ in 0..<1000 { pickle += [0x68, 0x00] }
        pickle += Array("ccollections\nOrderedDict\n".utf8)
        for _ in 0..<1000 { pickle += [0x8C, 1, 0x61, 0x86, 0x52] }
        #expect(FileScan(pickle: pickle + [0x2E]).verdict != .clean)
    }
}

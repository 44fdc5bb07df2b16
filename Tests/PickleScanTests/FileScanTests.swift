import ByteIO
import TestSupport
import Testing
import ZipArchive

@testable import PickleScan

@Suite struct FileScanTests {
    @Test("each hostile file gets its verdict, and its globals are named", arguments: try HostileFile.all())
    func hostile(_ file: HostileFile) throws {
        let scan = try scan("hostile/scan/" + file.file)
        #expect(scan.verdict.rawValue == file.verdict, "\(scan.findings)")
        for global in file.globals { #expect(scan.findings.contains { $0.global == global }, "\(scan.findings)") }
        if let place = file.where { #expect(scan.findings.contains { $0.place == place }, "\(scan.findings)") }
    }

    @Test("the list of hostile files is read")
    func hostileList() throws { #expect(try HostileFile.all().count >= 50) }

    @Test(
        "what PyTorch, NumPy, mmengine and Python themselves write is clean",
        arguments: [
            "checkpoints/mmengine.pth", "checkpoints/dtypes.pth", "checkpoints/dtypes_legacy.pth",
            "checkpoints/dtypes_big_endian.pth", "checkpoints/deflated.pth", "checkpoints/parameters.pth",
            "checkpoints/nested_protocol4.pth", "checkpoints/nested_protocol5.pth", "checkpoints/many.pth",
            "checkpoints/strides_legacy.pth", "checkpoints/opaque.pth", "ckpt-tree/thousand.pth",
            "goldens/resnet18_8xb32_in1k.pth", "goldens/seresnet50_8xb32_in1k.pth", "demo/mobilenet_v2_legacy.pt",
            "pickle/module.pkl", "pickle/optimizer.pkl", "pickle/python_objects.pkl", "pickle/mmengine_p4.pkl",
            "pickle/python2_p0.pkl", "pickle/recursive.pkl", "pickle/shared.pkl", "zip/deflated.zip",
            "zip/streamed.zip", "zip/zip64.zip", "zip/without_crc.pth", "zip/descriptor_like.pth",
        ])
    func ordinary(_ name: String) throws {
        let scan = try scan(name)
        #expect(scan.findings.isEmpty)
        #expect(scan.verdict == .clean)
    }

    @Test("what nothing but its own pickle opcodes say is found after any number of them")
    func padding() {
        let padding = [UInt8](repeating: UInt8(ascii: "N"), count: 1) + [UInt8(ascii: "0")]
        let pickle = (0..<1_000_000).flatMap { _ in padding } + Array("cos\nsystem\n(S'echo hi'\ntR.".utf8)
        #expect(FileScan(Bytes(pickle), name: "model.pth").verdict == .dangerous)
        #expect(FileScan(Bytes(pickle.dropLast(10)), name: "model.pth").verdict == .dangerous)
    }

    @Test("a legacy stream is clean at every pickle protocol", arguments: [1, 4, 5])
    func legacyProtocols(_ version: Int) throws {
        #expect(try scan("archives/legacy_protocol_\(version).pth").findings.isEmpty)
    }

    @Test("a class of the user's own is for review, and named with what is done with it")
    func unknownClass() throws {
        let scan = try scan("checkpoints/object.pth")
        #expect(scan.verdict == .review)
        #expect(scan.findings.first?.global == "__main__.Box")
        #expect(scan.findings.first?.place == "object/data.pkl")
    }

    @Test("a class that a legacy file names by a persistent id is judged as that class")
    func legacyModule() throws {
        let scan = try scan("modules/net_legacy.pt")
        #expect(scan.verdict == .review)
        #expect(Set(scan.findings.map(\.global)) == ["__main__.Net", "__main__.Block"])
    }

    @Test("every global is listed with its verdict, also the harmless ones")
    func globals() throws {
        let scan = try scan("hostile/checkpoints/runs_code.pth")
        #expect(scan.globals.contains { $0.global == "posix.system" && $0.verdict == .dangerous })
        #expect(scan.globals.contains { $0.global == "torch._utils._rebuild_tensor_v2" && $0.verdict == .clean })
    }

    @Test("what follows the last byte that may be unpacked is not taken for looked into")
    func spentBudget() throws {
        var limits = ScanLimits()
        limits.unpackedBytes = try MappedFile(path: fixture("hostile/scan/two_packed.npz")).bytes.unpackedSizeOfFirst
        let scan = try scan("hostile/scan/two_packed.npz", limits: limits)
        #expect(scan.verdict == .review)
        #expect(scan.findings.contains { $0.rule == .limit && $0.place == "x.npy" }, "\(scan.findings)")
    }

    @Test(
        "data of which every byte begins a pickle is looked at up to a limit",
        arguments: [[0x80, 2], [0x80, 2, 0x49], [0x80, 2, 0x93]] as [[UInt8]])
    func probes(_ opcodes: [UInt8]) {
        var limits = ScanLimits()
        limits.probes = 100_000
        let rest = (0..<5000).flatMap { _ in opcodes }
        let scan = FileScan(Bytes([0x80, 2, 0x4E, 0x2E] + rest), name: "model.pkl", limits: limits)
        #expect(scan.verdict == .review)
        #expect(scan.findings.contains { $0.rule == .limit }, "\(scan.findings)")
    }

    @Test("local headers that lie in one another give their beginnings once they have given too much")
    func nestedHeaders() {
        var bytes: [UInt8] = []
        for _ in 0..<30_000 {
            bytes +=
                [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 14) + [
                    0xF0, 0xFF, 0xFF, 0x7F, 0xF0, 0xFF, 0xFF, 0x7F,
                ]
            bytes += [1, 0, 0, 0, 0x61]
        }
        let survey = ZipSurvey(Bytes(bytes))
        #expect(survey.records.count == 30_000)
        #expect(survey.records.reduce(0) { $0 + $1.packed.count } < 32 * bytes.count + 30_000 << 12)
    }

    @Test("what unpacks to more than is allowed is a finding, not a hang")
    func bomb() throws {
        var limits = ScanLimits()
        limits.unpackedBytes = 100_000
        let scan = try scan("hostile/scan/bomb.zip", limits: limits)
        #expect(scan.verdict == .review)
        #expect(scan.findings.contains { $0.rule == .limit })
    }

    @Test("archives deeper than the limit are a finding")
    func depth() throws {
        var limits = ScanLimits()
        limits.depth = 1
        let scan = try scan("hostile/scan/deep.zip", limits: limits)
        #expect(scan.findings.contains { $0.rule == .limit })
    }

    @Test("no more findings are kept than the limit, and that is said")
    func manyFindings() {
        var limits = ScanLimits()
        limits.findings = 10
        var pickle: [UInt8] = []
        for index in 0..<100 { pickle += Array("cunknown\nname\(index)\n0".utf8) }
        let scan = FileScan(Bytes(pickle + Array("N.".utf8)), name: "x.pkl", limits: limits)
        #expect(scan.findings.count == 11)
        #expect(scan.findings.last?.rule == .limit)
    }

    @Test("a pickle that is appended to an archive is looked into, other bytes there are for review")
    func appended() throws {
        let archive = Array(try MappedFile(path: fixture("archives/stored.pth")).bytes)
        let pickle = Array("\u{80}\u{2}cos\nsystem\nX\u{2}\0\0\0id\u{85}R.".unicodeScalars.map { UInt8($0.value) })
        for filling in [[], [UInt8](repeating: 0, count: 100)] {
            let scan = FileScan(Bytes(archive + filling + pickle), name: "model.pth")
            #expect(scan.verdict == .dangerous)
            #expect(scan.findings.contains { $0.global == "os.system" || $0.global == "posix.system" })
        }
        #expect(FileScan(Bytes(archive + [1, 2, 3]), name: "model.pth").verdict == .review)
    }

    @Test("an empty file is clean") func empty() { #expect(FileScan(Bytes(), name: "x.pth").verdict == .clean) }

    @Test("the offset of a finding is that of its opcode in the file, also after another pickle")
    func offsets() throws {
        let scan = FileScan(pickle: "(N.cos\nsystem\n(S'a'\ntR.")
        let finding = try #require(scan.findings.first { $0.global == "os.system" })
        #expect(finding.offset == 21)
        #expect(finding.place == "pickle 2")
    }

    /// What `numpy.save` writes of a vector.
    private func array(_ type: String, _ elements: [UInt8], count: Int) -> Bytes {
        var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(count),), }"
        header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
        return Bytes([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8) + elements)
    }

    private static let call = [0x80, 2] + Array("cos\nsystem\nX\u{2}\0\0\0id".utf8) + [0x85] + Array("R.".utf8)

    @Test("bytes of an array are data, whatever they look like", arguments: ["|u1", "|i1", "|b1", "|S1", "|V1"])
    func bytesOfArray(type: String) {
        let scan = FileScan(array(type, Self.call, count: Self.call.count), name: "bytes.npy")
        #expect(scan.verdict == .clean, "\(scan.findings)")
    }

    @Test("a pickle after the bytes of an array, or in place of numbers, is dangerous")
    func pickleInArray() {
        let after = array("|u1", [1, 2, 3] + Self.call, count: 3)
        #expect(FileScan(after, name: "bytes.npy").verdict == .dangerous)
        let padded = Self.call + [UInt8](repeating: 0, count: 8 - Self.call.count % 8)
        let inside = array("<f8", padded, count: padded.count / 8)
        #expect(FileScan(inside, name: "numbers.npy").verdict == .dangerous)
    }

    static let containers: [(String, [UInt8])] = [
        ("7z", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]), ("rar", Array("Rar!".utf8) + [0x1A, 7, 1, 0]),
        ("bzip2", Array("BZh91AY&SY".utf8)), ("xz", [0xFD] + Array("7zXZ".utf8) + [0, 0, 4]),
        ("lzma", [0x5D, 0, 0, 0x80, 0]), ("zstd", [0x28, 0xB5, 0x2F, 0xFD]), ("zstd", [0x50, 0x2A, 0x4D, 0x18]),
        ("lz4", [0x04, 0x22, 0x4D, 0x18]), ("lzip", Array("LZIP".utf8) + [1]), ("compress", [0x1F, 0x9D, 0x90]),
        ("cabinet", Array("MSCF".utf8)), ("snappy", [0xFF, 6, 0, 0] + Array("sNaPpY".utf8)),
    ]

    @Test(
        "compressed data that is not looked into is dangerous under a checkpoint's name, else for review",
        arguments: containers)
    func opaque(form: String, start: [UInt8]) {
        let bytes = Bytes(start + [UInt8](repeating: 7, count: 64))
        for (name, verdict) in [("model.pth", Verdict.dangerous), ("a.pkl", .dangerous), ("notes.dat", .review)] {
            let scan = FileScan(bytes, name: name)
            #expect(scan.verdict == verdict, "\(form) \(name): \(scan.findings)")
            #expect(scan.format == form)
        }
    }
}

extension Bytes {
    /// The size of an archive's first entry.
    fileprivate var unpackedSizeOfFirst: Int { get throws { try ZipArchive(self).entries[0].size } }
}

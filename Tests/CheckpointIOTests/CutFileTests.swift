import ByteIO
import TestSupport
import Testing
import ZipArchive

@testable import CheckpointIO

/// Files that a download or a copy left unfinished, and what servers and downloaders put in their place.
@Suite struct CutFileTests {
    private func error(_ bytes: Bytes, path: String = "w.pth") -> CheckpointError? {
        do {
            _ = try Checkpoint.open(bytes, path: path)
            return nil
        } catch {
            return error
        }
    }

    private func contents(_ fixture: String) throws -> Bytes { try MappedFile(path: Fixture(name: fixture).path).bytes }

    /// The number in "1,234 bytes are missing".
    private func missing(_ text: String) -> Int? {
        guard let words = text.split(separator: "; at least ").dropFirst().first ?? text.split(separator: "; ").last,
            words.hasSuffix(" missing")
        else { return nil }
        return Int(String(words.prefix { $0.isNumber || $0 == "," }.filter(\.isNumber)))
    }

    @Test("a torch zip that is cut says how many bytes are missing at least, from what its pickle declares")
    func zip() throws {
        let bytes = try contents("strides")
        for count in stride(from: 64, to: bytes.count, by: 97) {
            let error = try #require(error(try bytes.slice(at: 0, count: count)), "cut at \(count)")
            #expect(error.description.hasPrefix("w.pth is a zip archive that is cut short at "), "cut at \(count)")
            if let missing = missing(error.description) {
                #expect(missing > 0 && missing <= bytes.count - count, "cut at \(count)")
            }
        }
        // At 1,000 of some 3,600 bytes the pickle of 916 is whole, and the storages of 336 are missing.
        let early = try #require(error(try bytes.slice(at: 0, count: 1000)))
        #expect(missing(early.description) != nil)
    }

    @Test(
        "a file of PyTorch's own layout says how many bytes are missing, exactly, once its pickle is there",
        arguments: [
            "zip/state_dict.pth", "zip/forty_storages.pth", "archives/alignment_1.pth", "archives/alignment_256.pth",
            "archives/without_crc.pth", "goldens/resnet18_8xb32_in1k.pth",
        ])
    func ownLayout(_ name: String) throws {
        let bytes = try MappedFile(path: fixture(name)).bytes
        let entries = try ZipArchive(bytes).entries
        let order = try #require(entries.firstIndex { $0.name.hasSuffix("byteorder") })
        let start = entries[order + 1].headerOffset
        for count in stride(from: start, to: bytes.count - 1, by: max(1, (bytes.count - start) / 50)) {
            let text = try #require(error(try bytes.slice(at: 0, count: count))).description
            #expect(!text.contains("at least"), "cut at \(count)")
            #expect(missing(text) == bytes.count - count, "cut at \(count)")
        }
    }

    @Test("a zip archive with sizes in its headers says how many bytes are missing at least")
    func packedAnew() throws {
        let bytes = try MappedFile(path: fixture("archives/stored.pth")).bytes
        let cut = try bytes.slice(at: 0, count: 800)
        let found = try #require(error(cut).flatMap { missing($0.description) })
        #expect(found > 0 && found <= bytes.count - 800)
    }

    @Test("a legacy stream that is cut in a storage says how many bytes are missing, exactly")
    func legacy() throws {
        let bytes = try contents("strides_legacy")
        let storages = try Checkpoint.open(Fixture(name: "strides_legacy").path).tensors.map(\.tensor.storage)
        let sizes = Dictionary(storages.map { ($0.id, $0.byteCount) }, uniquingKeysWith: { first, _ in first })
        let total = sizes.values.reduce(0) { $0 + $1 + 8 }
        for missing in stride(from: 1, to: total, by: 13) {
            let found = error(try bytes.slice(at: 0, count: bytes.count - missing))
            guard case .cutStorage(_, _, let said)? = found?.reason else {
                Issue.record("\(missing): \(String(describing: found))")
                continue
            }
            #expect(said == missing)
        }
    }

    @Test("a legacy stream that is cut in its pickle says so")
    func legacyPickle() throws {
        let bytes = try contents("strides_legacy")
        let found = try #require(error(try bytes.slice(at: 0, count: 300)))
        #expect(found.description.hasPrefix("w.pth: object @0x"))
        #expect(found.description.hasSuffix(": the file is cut short before its tensors"))
    }

    static let pages: [(content: String, message: String)] = [
        (
            "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
            " is an XML page that says 'AccessDenied: Access Denied', not a checkpoint: the download was answered "
                + "with it"
        ),
        ("<Error/>", " is an XML page, not a checkpoint: the download was answered with it"),
        (
            "{\"message\": \"Not Found\", \"status\": 404}",
            " is JSON text that says 'Not Found', not a checkpoint: the download was answered with it"
        ),
        (
            "{\"error\":\"Invalid credentials\"}",
            " is JSON text that says 'Invalid credentials', not a checkpoint: the download was answered with it"
        ),
        ("{\"a\": 1}", " is JSON text, not a checkpoint"),
        (
            "curl: (22) The requested URL returned error: 404\n",
            " is text, not a checkpoint; it begins 'curl: (22) The requested URL returned error: 404'"
        ),
        (
            "version https://git-lfs.github.com/spec/v1\r\noid sha256:4d7a\r\nsize 1234\r\n",
            " is a Git LFS pointer to a file of 1,234 bytes, not the file itself: fetch it with 'git lfs pull'"
        ),
        (
            "x\u{1}k`\u{19}zz",
            " is zlib-compressed, as joblib writes it: save it without compression, its arrays with numpy.savez"
        ),
        ("LZIP\u{1}", " is lzip-compressed: unpack it first"),
        (
            "\n\u{36}\n\u{b}conv.weight\u{12}'\u{8}\u{2}",
            " is a checkpoint of MindSpore, which is not read: save its parameters with numpy.savez there"
        ),
        ("BZh91AY&SY", " is bzip2-compressed: unpack it first"),
        ("GGUF\u{3}\0\0\0", " is a GGUF file of llama.cpp, which is not read: use the checkpoint that it was made of"),
        (
            String(repeating: "\0", count: 5000),
            " holds nothing but zeros in its first 5,000 bytes: the download reserved its space and did not finish"
        ),
    ]

    @Test("what a server sent instead of the file is named, with its words", arguments: pages)
    func page(_ content: String, _ message: String) {
        #expect(error(Bytes(utf8: content))?.description == "w.pth" + message)
    }

    @Test("a zip archive after other bytes is pointed out, and a checkpoint that is packed into an archive")
    func packed() throws {
        let archive = Array(try MappedFile(path: fixture("zip/state_dict.pth")).bytes)
        let behind = try #require(error(Bytes(Array("#!/bin/sh\n".utf8) + archive)))
        #expect(behind.description.hasPrefix("w.pth has 10 bytes before the zip archive in it"))
        let text = ForeignFile.checkpoint(among: ["README", "a/model.PTH"])
        #expect(text == "a/model.PTH")
    }

    @Test("a name that a downloader gives to unfinished files is pointed out")
    func name() throws {
        let bytes = try contents("strides").slice(at: 0, count: 1000)
        let found = try #require(error(bytes, path: "w.pth.crdownload"))
        let hint = "; the name ends in '.crdownload', as that of a download that is not finished"
        #expect(found.description.hasSuffix(hint))
    }
}

import ByteIO
import TestSupport
import Testing

@testable import ZipArchive

struct PyTorchArchiveWriterTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(
        "the records of a file that PyTorch wrote give that file again, byte for byte",
        arguments: Fixtures.torch, [true, false])
    func rewritten(file: String, reusesChecksums: Bool) throws {
        try expectRewritten(file) { writer, archive, entry in
            try writer.addStorage(archive.data(of: entry), crc: reusesChecksums ? entry.crc : nil)
        }
    }

    @Test(
        "a storage that comes in parts gives the same file", arguments: ["descriptor_like.pth", "state_dict.pth"],
        [1, 3, 8, 1000])
    func streamed(file: String, size: Int) throws {
        try expectRewritten(file) { writer, archive, entry in
            let data = try Array(archive.data(of: entry))
            try writer.beginStorage(size: data.count)
            for start in stride(from: 0, to: data.count, by: size) {
                let part = Array(data[start..<min(start + size, data.count)])
                try part.withUnsafeBytes { try writer.append($0) }
            }
            return try writer.endStorage()
        }
    }

    /// Writes the records of a fixture again and compares the files.
    /// - Parameter add: writes one storage and returns its number.
    private func expectRewritten(
        _ file: String, add: (inout PyTorchArchiveWriter, ZipArchive, ZipEntry) throws -> Int
    ) throws {
        let original = try Fixtures.bytes(file)
        let archive = try ZipArchive(original)
        let prefix = try #require(archive.entries.first?.name.split(separator: "/").first.map(String.init))
        let output = try AtomicFile(path: folder.path("out"))
        var writer = PyTorchArchiveWriter(output: output, prefix: prefix)
        try writer.addPickle(archive.data(of: #require(archive.entry(named: prefix + "/data.pkl"))))
        var count = 0
        while let entry = archive.entry(named: "\(prefix)/data/\(count)") {
            #expect(try add(&writer, archive, entry) == count)
            count += 1
        }
        try writer.finish()
        try output.commit()
        #expect(try Array(folder.bytes("out")) == Array(original))
    }

    @Test("a known CRC is written without a look at the data")
    func knownChecksum() throws {
        let archive = try written(storage: [1, 2, 3], crc: 42)
        #expect(archive.entry(named: "p/data/0")?.crc == 42)
    }

    @Test("a CRC of 0 counts as not known")
    func unknownChecksum() throws {
        let archive = try written(storage: [1, 2, 3], crc: 0)
        #expect(archive.entry(named: "p/data/0")?.crc == Bytes([1, 2, 3]).crc32())
    }

    private func written(storage: Bytes, crc: UInt32?) throws -> ZipArchive {
        let output = try AtomicFile(path: folder.path("out"))
        var writer = PyTorchArchiveWriter(output: output, prefix: "p")
        try writer.addPickle([0x80, 2, 0x4e, 0x2e], byteOrder: .big)
        try writer.addStorage(storage, crc: crc)
        try writer.finish()
        try output.commit()
        let archive = try ZipArchive(folder.bytes("out"))
        #expect(try archive.data(of: #require(archive.entry(named: "p/byteorder"))).utf8Text == "big")
        #expect(try archive.data(of: #require(archive.entry(named: "p/data/0"))) == storage)
        return archive
    }

    @Test(
        "the prefix is the base name without its last extension, as PyTorch takes it",
        arguments: [
            ("model.pth", "model"), ("/a.b/model.v1.pth.tar", "model.v1.pth"), ("model", "model"),
            ("dir/.pth", "archive"),
            ("dir/", "archive"), ("größe.pth", "archive"), ("größe/model.pth", "archive"), ("a\\b.pth", "b"),
            ("", "archive"),
        ])
    func prefix(path: String, prefix: String) {
        #expect(PyTorchArchiveWriter.prefix(forPath: path) == prefix)
    }
}

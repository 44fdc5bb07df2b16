import TestSupport
import Testing

@testable import ByteIO

struct MappedFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("a mapped file holds the file's bytes and knows their place in it")
    func contents() throws {
        let contents = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let path = try folder.write("a.bin", contents)
        let bytes = try MappedFile(path: path).bytes
        #expect(Array(bytes) == contents)
        let region = try #require(try bytes.slice(at: 5000, count: 100).slice(at: 10, count: 20).fileRegion)
        #expect(region.path == path)
        #expect(region.offset == 5010)
        #expect(region.count == 20)
    }

    @Test("bytes on the heap have no place in a file")
    func heap() {
        #expect(Bytes([1, 2]).fileRegion == nil)
    }

    @Test("an empty file has no bytes")
    func empty() throws {
        #expect(try MappedFile(path: folder.write("empty", [])).bytes.isEmpty)
    }

    @Test("a mapping survives that its file is replaced or removed")
    func replaced() throws {
        let path = try folder.write("a.bin", [1, 2, 3])
        let mapped = try MappedFile(path: path)
        let output = try AtomicFile(path: path)
        try output.write([9])
        try output.commit()
        #expect(Array(mapped.bytes) == [1, 2, 3])
        #expect(try folder.contents("a.bin") == [9])
    }

    @Test("pages that were released are read again")
    func releasedPages() throws {
        let contents = [UInt8](repeating: 5, count: 50_000)
        let bytes = try MappedFile(path: folder.write("a.bin", contents)).bytes
        #expect(bytes == Bytes(contents))
        bytes.releasePages()
        try bytes.slice(at: 4097, count: 10_000).releasePages()
        #expect(bytes == Bytes(contents))
    }

    @Test("a missing file, a folder and a device are errors that name the path")
    func unreadable() {
        let missing = folder.path("missing.pth")
        #expect(throws: IOError(.open, missing, .system(2))) { try MappedFile(path: missing) }
        #expect(
            IOError(.open, missing, .system(2)).description == "cannot open '\(missing)': No such file or directory")
        #expect(throws: IOError(.open, folder.path, .notRegular("a directory"))) {
            try MappedFile(path: folder.path)
        }
        #expect(throws: IOError(.open, "/dev/null", .notRegular("a device"))) { try MappedFile(path: "/dev/null") }
        #expect(
            IOError(.open, "/dev/null", .notRegular("a device")).description
                == "cannot open '/dev/null': it is a device, not a regular file")
    }

    @Test("more files can be mapped than stay open: a closed one is opened again, unless another took its place")
    func many() throws {
        try withTemporaryFolder { folder in
            let files = try (0..<300).map { number in
                let path = "\(folder)/\(number)"
                let file = try AtomicFile(path: path)
                try file.write(Array("file \(number)".utf8))
                try file.commit()
                return try MappedFile(path: path).bytes
            }
            let first = try #require(files[0].fileRegion?.file)
            #expect(first.descriptor == -1)
            let reopened = try first.withDescriptor { $0 }
            #expect(reopened >= 0)
            for (number, bytes) in files.enumerated() {
                #expect(Array(try bytes.copy(at: 0, count: bytes.count)) == Array("file \(number)".utf8))
            }
            #expect(first.descriptor == -1)
            let other = try AtomicFile(path: first.path)
            try other.write(Array("another".utf8))
            try other.commit()
            #expect(throws: IOError(.read, first.path, .replaced)) { try first.withDescriptor { _ in } }
        }
    }
}

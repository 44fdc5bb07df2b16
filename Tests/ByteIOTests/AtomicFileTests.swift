import ByteIO
import TestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct AtomicFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) } }

    @Test("a committed file holds everything written, in order", arguments: [0, 1, 1000, 1 << 20, 3_000_001])
    func written(size: Int) throws {
        let contents = pattern(size)
        let output = try AtomicFile(path: folder.path("out"))
        try output.write([1, 2, 3])
        try contents.withUnsafeBytes { try output.write($0) }
        try output.copy(Bytes([4, 5]))
        #expect(output.position == size + 5)
        try output.commit()
        #expect(try folder.contents("out") == [1, 2, 3] + contents + [4, 5])
        #expect(try folder.names == ["out"])
    }

    @Test("a file may choose its name when it is written: then nothing has the first one")
    func redirected() throws {
        let output = try AtomicFile(path: folder.path("first"))
        try output.write([1, 2])
        try output.redirect(to: folder.path("second"))
        try output.commit()
        #expect(output.path == folder.path("second"))
        #expect(try folder.contents("second") == [1, 2])
        #expect(try folder.names == ["second"])
    }

    @Test(
        "slices of a mapped file are copied whatever their size and place",
        arguments: [1, 4096, 65_535, 65_536, 3_000_000])
    func copied(size: Int) throws {
        let contents = pattern(3_100_000)
        let input = try MappedFile(path: folder.write("in", contents)).bytes
        let output = try AtomicFile(path: folder.path("out"))
        try output.write([9])
        try output.copy(input.slice(at: 77, count: size))
        try output.write([8])
        try output.copy(input.slice(at: 5, count: size))
        #expect(output.position == 2 + 2 * size)
        try output.commit()
        #expect(try folder.contents("out") == [9] + contents[77..<77 + size] + [8] + contents[5..<5 + size])
    }

    @Test(
        "blocks that keep their place within a block arrive between bytes that don't",
        arguments: [65_536, 100_000, 1 << 20, 2_999_999])
    func copiedBlocks(size: Int) throws {
        let contents = pattern(3_100_000)
        let input = try MappedFile(path: folder.write("in", contents)).bytes
        let output = try AtomicFile(path: folder.path("out"))
        try output.write([1, 2, 3, 4, 5])
        try output.copy(input.slice(at: 3 * 4096 + 5, count: size))
        #expect(output.position == 5 + size)
        try output.write([6])
        try output.copy(input.slice(at: (6 + size) % 4096, count: size))
        try output.commit()
        let first = contents[(3 * 4096 + 5)...].prefix(size)
        let second = contents[((6 + size) % 4096)...].prefix(size)
        #expect(try folder.contents("out") == [1, 2, 3, 4, 5] + first + [6] + second)
    }

    @Test(
        "a copy from another file system arrives all the same",
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/shm")))
    func copiedAcross() throws {
        let contents = pattern(2_500_000)
        let source = "/dev/shm/byteio-" + UUID().uuidString
        try Data(contents).write(to: URL(fileURLWithPath: source))
        defer { try? FileManager.default.removeItem(atPath: source) }
        let output = try AtomicFile(path: folder.path("out"))
        try output.copy(MappedFile(path: source).bytes)
        try output.commit()
        #expect(try folder.contents("out") == contents)
    }

    @Test("more new bytes than the disk has room for are an error with both numbers, before any is written")
    func noRoom() throws {
        let output = try AtomicFile(path: folder.path("out"))
        let error = #expect(throws: IOError.self) { try output.reserve(byteCount: .max, newCount: .max) }
        guard case .noRoom(needed: .max, let free)? = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(free > 0)
        output.discard()
        #expect(try folder.names == [])
    }

    @Test("pieces of every size, of memory and of a mapped file, arrive in order", arguments: 0..<4)
    func mixed(seed: Int) throws {
        let contents = pattern(5_000_000)
        let input = try MappedFile(path: folder.write("in", contents)).bytes
        let memory = Bytes(contents)
        let output = try AtomicFile(path: folder.path("out"))
        try output.reserve(byteCount: 10_000, newCount: 10_000)
        var expected: [UInt8] = []
        var state = UInt64(seed)
        func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        for _ in 0..<300 {
            let count = next([10, 5_000, 70_000, 1_500_000][next(4)])
            let start = next(contents.count - count)
            let source = next(2) == 0 ? input : memory
            switch next(3) {
            case 0: try output.copy(source.slice(at: start, count: count))
            case 1:
                var seen: [UInt8] = []
                try output.copy(source.slice(at: start, count: count)) { seen += $0 }
                #expect(seen == Array(contents[start..<start + count]))
            default: try output.write(Array(contents[start..<start + count]))
            }
            expected += contents[start..<start + count]
            #expect(output.position == expected.count)
        }
        try output.startSync()
        #expect(try Array(output.contents()) == expected)
        try output.commit()
        #expect(try folder.contents("out") == expected)
    }

    @Test("a source that was cut after it was mapped is an error with both sizes", arguments: [1, 4096])
    func cutSource(place: Int) throws {
        let path = try folder.write("in", pattern(300_000))
        let input = try MappedFile(path: path).bytes
        try Data().write(to: URL(fileURLWithPath: path), options: [])
        let output = try AtomicFile(path: folder.path("out"))
        try output.write([UInt8](repeating: 0, count: 4096))
        let error = #expect(throws: IOError.self) {
            try output.copy(input.slice(at: place, count: 200_000))
            try output.commit()
        }
        guard case .shrunk? = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.path == path)
        #expect(try folder.names == ["in"])
    }

    @Test("until it is committed, a file does not exist; discarded or forgotten, it never does")
    func discarded() throws {
        let output = try AtomicFile(path: folder.path("out"))
        try output.write(pattern(2_000_000))
        #expect(try !folder.names.contains("out"))
        output.discard()
        #expect(try folder.names == [])
        do {
            let forgotten = try AtomicFile(path: folder.path("out"))
            try forgotten.write([1])
        }
        #expect(try folder.names == [])
    }

    @Test("what was written can be read before the file has its name", arguments: [0, 5, 1 << 20])
    func contents(size: Int) throws {
        let output = try AtomicFile(path: folder.path("out"))
        try output.write(pattern(size))
        let contents = try output.contents()
        #expect(Array(contents) == pattern(size))
        #expect(try folder.names.filter { !$0.hasSuffix(".partial") } == [])
        try output.write([7])
        try output.commit()
        #expect(try folder.contents("out") == pattern(size) + [7])
        #expect(Array(contents) == pattern(size))
    }

    @Test("a file that appears at the path in the meantime is replaced like one that lay there before")
    func appeared() throws {
        let output = try AtomicFile(path: folder.path("out"))
        try output.write([1, 2])
        _ = try folder.write("out", [7])
        try output.commit()
        #expect(try folder.contents("out") == [1, 2])
        #expect(try folder.names == ["out"])
    }

    @Test("a discarded file leaves what lay at its path")
    func previousKept() throws {
        let path = try folder.write("out", [7])
        let output = try AtomicFile(path: path)
        try output.write([1, 2])
        output.discard()
        #expect(try folder.contents("out") == [7])
    }

    @Test("a file can be written from its own former contents")
    func ontoItself() throws {
        let contents = pattern(200_000)
        let path = try folder.write("both", contents)
        let input = try MappedFile(path: path).bytes
        let output = try AtomicFile(path: path)
        try output.copy(input.slice(at: 100_000, count: 100_000))
        try output.copy(input.slice(at: 0, count: 100_000))
        try output.commit()
        #expect(try folder.contents("both") == Array(contents[100_000...] + contents[..<100_000]))
    }

    @Test("an existing file keeps its mode", arguments: [0o600, 0o640, 0o755])
    func mode(mode: Int) throws {
        let path = try folder.write("out", [7])
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let output = try AtomicFile(path: path)
        try output.write([1])
        try output.commit()
        #expect(try folder.permissions("out") == mode)
    }

    @Test("a new file has the mode that the umask leaves")
    func newMode() throws {
        let output = try AtomicFile(path: folder.path("out"))
        try output.commit()
        #expect(FileManager.default.createFile(atPath: folder.path("plain"), contents: nil))
        #expect(try folder.permissions("out") == folder.permissions("plain"))
    }

    @Test("a symbolic link stays, and the file that it leads to is written", arguments: [true, false])
    func link(targetExists: Bool) throws {
        try FileManager.default.createDirectory(atPath: folder.path("sub"), withIntermediateDirectories: false)
        if targetExists { _ = try folder.write("sub/target", [7]) }
        try FileManager.default.createSymbolicLink(atPath: folder.path("sub/inner"), withDestinationPath: "target")
        try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "sub/inner")
        let output = try AtomicFile(path: folder.path("link"))
        try output.write([1, 2])
        try output.commit()
        #expect(try folder.contents("sub/target") == [1, 2])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link")) == "sub/inner")
    }

    @Test("a chain of links without end is an error")
    func linkLoop() throws {
        try FileManager.default.createSymbolicLink(atPath: folder.path("a"), withDestinationPath: "b")
        try FileManager.default.createSymbolicLink(atPath: folder.path("b"), withDestinationPath: "a")
        #expect(throws: IOError.self) { try AtomicFile(path: folder.path("a")) }
    }

    @Test("a folder, a device and a path in no folder cannot be written")
    func unwritable() {
        #expect(throws: IOError(.create, folder.path, .notRegular("a directory"))) { try AtomicFile(path: folder.path) }
        #expect(throws: IOError(.create, "/dev/null", .notRegular("a device"))) { try AtomicFile(path: "/dev/null") }
        let nowhere = folder.path("no/such/file")
        #expect(throws: IOError(.create, nowhere, .system(2))) { try AtomicFile(path: nowhere) }
    }
}

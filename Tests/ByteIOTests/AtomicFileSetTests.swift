import ByteIO
import TestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct AtomicFileSetTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func begin(_ names: [String]) throws -> AtomicFileSet {
        var set = AtomicFileSet()
        for name in names { try set.addPart(path: folder.path(name)).write(Array(name.utf8)) }
        return set
    }

    @Test("a set comes into being with its naming file, and nothing of it is there before")
    func committed() throws {
        let set = try begin(["a", "b"])
        let naming = try AtomicFile(path: folder.path("index"))
        try naming.write([1])
        #expect(try folder.names.filter { !$0.hasSuffix(".partial") } == [])
        try set.commit(naming: naming)
        #expect(try folder.names.sorted() == ["a", "b", "index"])
        #expect(try folder.contents("b") == Array("b".utf8))
        #expect(try folder.contents("index") == [1])
    }

    @Test("old parts, an old naming file and what would be taken for the set are replaced; others stay")
    func replaced() throws {
        for name in ["a", "index", "whole", "other"] { _ = try folder.write(name, [7]) }
        let set = try begin(["a", "b"])
        let naming = try AtomicFile(path: folder.path("index"))
        try naming.write([1])
        try set.commit(naming: naming, replaced: [folder.path("whole"), folder.path("never")])
        #expect(try folder.names.sorted() == ["a", "b", "index", "other"])
        #expect(try folder.contents("a") == Array("a".utf8))
        #expect(try folder.contents("index") == [1])
        #expect(try folder.contents("other") == [7])
    }

    @Test("a set that is given up leaves the old files")
    func discarded() throws {
        for name in ["a", "index"] { _ = try folder.write(name, [7]) }
        do { _ = try begin(["a", "b"]) }
        #expect(try folder.names.sorted() == ["a", "index"])
        #expect(try folder.contents("a") == [7])
    }

    @Test("a part that cannot take its name takes the others and the naming file with it")
    func failed() throws {
        let set = try begin(["a", "b"])
        let naming = try AtomicFile(path: folder.path("index"))
        try FileManager.default.createDirectory(atPath: folder.path("b"), withIntermediateDirectories: false)
        #expect(throws: IOError.self) { try set.commit(naming: naming) }
        #expect(try folder.names == ["b"])
    }
}

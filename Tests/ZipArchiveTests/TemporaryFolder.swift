import ByteIO

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An empty folder of its own, removed with this value.
final class TemporaryFolder {
    private let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("zip-" + UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func path(_ name: String) -> String { path + "/" + name }

    func bytes(_ name: String) throws -> Bytes { try MappedFile(path: path(name)).bytes }
}

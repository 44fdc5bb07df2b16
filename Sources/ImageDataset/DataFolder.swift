import ByteIO
import PlatformC

/// The folder that a dataset is read from, and nothing outside it.
package struct DataFolder: Sendable {
    /// The path as it was given.
    package let path: String
    /// The path without links, and with a `/` at its end.
    private let root: String
    /// Whether links may lead out of the folder.
    private let followsLinks: Bool

    /// - Throws: `DatasetError.unusable` unless `path` is a folder.
    package init(path: String, followsLinks: Bool = false) throws(DatasetError) {
        guard let resolved = Self.resolved(path) else {
            throw .unusable(path: path, reason: "there is no such folder")
        }
        guard Self.kind(of: path) == S_IFDIR else { throw .unusable(path: path, reason: "it is not a folder") }
        self.path = path
        root = resolved.hasSuffix("/") ? resolved : resolved + "/"
        self.followsLinks = followsLinks
    }

    /// - Throws: `DatasetError.outside` for a path that leads out of the folder. One that leads nowhere passes.
    package func check(_ path: String) throws(DatasetError) {
        guard !followsLinks, let target = Self.resolved(path), !(target + "/").utf8.starts(with: root.utf8) else {
            return
        }
        throw .outside(path: path, target: target, folder: self.path)
    }

    /// Python's `os.path.join`.
    package static func join(_ folder: String, _ name: String) -> String {
        if name.hasPrefix("/") || folder.isEmpty { return name }
        return folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    static func isFolder(_ path: String) -> Bool { kind(of: path) == S_IFDIR }

    static func isFile(_ path: String) -> Bool { kind(of: path) == S_IFREG }

    /// The type of what a path leads to; nil where that is nothing.
    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    /// The absolute path without links; nil where there is nothing.
    static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

import ByteIO
import ModelConfig
import PlatformC
import TensorCore

/// The folder that the paths in metafiles start from: the root of a repository, which has the `model-index.yml`.
struct MetafileRoot: Sendable, Hashable {
    let path: String

    static let indexName = "model-index.yml"
    /// Paths that one pattern covers; the rest is left out.
    private static let maximumMatches = 10_000

    var indexPath: String { path + "/" + Self.indexName }

    /// The file that a relative path leads to; nil where there is none, and for a path that leaves the folder.
    func file(_ relative: String) -> String? {
        guard Self.isInside(relative) else { return nil }
        let path = path + "/" + relative
        return Self.kind(of: path) == S_IFREG ? path : nil
    }

    /// Whether a path is relative and never climbs.
    static func isInside(_ relative: String) -> Bool {
        !relative.isEmpty && !relative.hasPrefix("/") && !relative.utf8.contains(0)
            && !relative.split(separator: "/").contains("..")
    }

    /// The folders above a file, nearest first, absolute, at most 64.
    static func folders(above path: String) -> [String] {
        var parts = absolute(path).split(separator: "/").dropLast()
        var folders: [String] = []
        while !parts.isEmpty, folders.count < 64 {
            folders.append("/" + parts.joined(separator: "/"))
            parts = parts.dropLast()
        }
        return folders
    }

    /// The nearest folder above a file that has a `model-index.yml`; without one the nearest from which a path that the
    /// file names leads to something; without that the file's own.
    init(above path: String, naming relatives: [String] = []) {
        let folders = Self.folders(above: path)
        let root =
            folders.first { MetafileRoot(path: $0).file(Self.indexName) != nil }
            ?? folders.first { folder in relatives.contains { MetafileRoot(path: folder).file($0) != nil } }
        self.init(path: root ?? folders.first ?? "/")
    }

    init(path: String) { self.path = path }

    /// An absolute path without `.` and `..`; links are not looked at.
    static func absolute(_ path: String) -> String {
        var parts: [Substring] = []
        let whole = path.hasPrefix("/") ? path : DiskFiles().currentFolder + "/" + path
        for part in whole.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// `S_IFREG`, `S_IFDIR` …; nil where nothing is.
    static func kind(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    /// The files, relative to the root, that a path with `*` and `?` covers, sorted; one without them stands for itself.
    /// - Throws: `IOError` for a folder that cannot be listed.
    func expanded(_ pattern: String) throws(IOError) -> [String] {
        guard pattern.contains(where: { $0 == "*" || $0 == "?" }) else { return [pattern] }
        var found = [""]
        for part in pattern.split(separator: "/") {
            var next: [String] = []
            let glob = Glob(String(part))
            for prefix in found {
                guard part.contains(where: { $0 == "*" || $0 == "?" }) else {
                    next.append(prefix + (prefix.isEmpty ? "" : "/") + part)
                    continue
                }
                let folder = prefix.isEmpty ? path : path + "/" + prefix
                guard Self.kind(of: folder) == S_IFDIR else { continue }
                for name in try FolderListing(path: folder).names where !name.hasPrefix(".") && glob.matches(Key(name))
                {
                    next.append(prefix + (prefix.isEmpty ? "" : "/") + name)
                }
            }
            found = Array(next.prefix(Self.maximumMatches))
        }
        return found.filter { Self.kind(of: path + "/" + $0) != nil }
    }
}

import ByteIO
import PlatformC

/// The files below a folder.
struct FileTree {
    /// Sorted by their bytes.
    private(set) var files: [String] = []
    /// What could not be looked into. Links that lead nowhere, pipes and devices are not files and not among them.
    private(set) var failures: [IOError] = []

    /// Folders inside one another, at most.
    private static let maximumDepth = 64

    /// The path itself unless it is a folder; else the files below it. Links to folders are not followed.
    init(at path: String) {
        guard Self.kind(of: path, stat) == S_IFDIR else {
            files = [path]
            return
        }
        var pending = [(path: path, depth: 0)]
        while let (folder, depth) = pending.popLast() {
            do throws(IOError) {
                let listing = try FolderListing(path: folder)
                for name in listing.names { enter(listing.path(of: name), depth, &pending) }
                failures += listing.unusableNames.map { IOError(.open, listing.path(of: $0), .nameNotUTF8) }
            } catch {
                failures.append(error)
            }
        }
        files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private mutating func enter(_ path: String, _ depth: Int, _ pending: inout [(path: String, depth: Int)]) {
        switch Self.kind(of: path, lstat) {
        case S_IFDIR where depth < Self.maximumDepth: pending.append((path, depth + 1))
        case S_IFDIR: failures.append(IOError(.open, path, .system(ENAMETOOLONG)))
        case S_IFREG: files.append(path)
        case S_IFLNK: if Self.kind(of: path, stat) == S_IFREG { files.append(path) }
        case nil: failures.append(IOError(.inspect, path, .system(errno)))
        default: break
        }
    }

    private static func kind(
        of path: String, _ inspect: (UnsafePointer<CChar>, UnsafeMutablePointer<stat>) -> Int32
    ) -> mode_t? {
        var status = stat()
        return inspect(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}

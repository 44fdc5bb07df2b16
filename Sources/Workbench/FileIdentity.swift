import PlatformC

/// What two paths have in common that lead to one file, through links or not.
package struct FileIdentity: Hashable, Sendable {
    private let device: dev_t
    private let node: ino_t

    /// nil where nothing is.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = status.st_dev
        node = status.st_ino
    }

    /// Bytes of the file that a path leads to; 0 where nothing is.
    static func byteCount(at path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Whether a path leads to one of the files at `paths`, of which `-` is what standard input is.
    package static func isShared(by path: String, and paths: [String]) -> Bool {
        guard let identity = FileIdentity(path) else { return false }
        return paths.contains { FileIdentity($0 == "-" ? "/dev/stdin" : $0) == identity }
    }
}

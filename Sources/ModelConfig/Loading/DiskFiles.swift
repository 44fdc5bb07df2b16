import PlatformC

/// Files of the file system.
package struct DiskFiles: ConfigFiles {
    package init() {}

    package func contents(of path: String, limit: Int) throws -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw Failure(description: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Failure(description: String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(
                description: status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is not a regular file")
        }
        var bytes: [UInt8] = []
        let piece = 1 << 16
        while bytes.count <= limit {
            var count = 0
            let start = bytes.count
            bytes += repeatElement(0, count: piece)
            repeat {
                count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + start, piece) }
            } while count < 0 && errno == EINTR
            guard count >= 0 else { throw Failure(description: String(cString: strerror(errno))) }
            bytes.removeLast(piece - count)
            if count == 0 { break }
        }
        return bytes
    }

    package var currentFolder: String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}

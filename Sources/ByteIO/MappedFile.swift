import PlatformC

/// A regular file opened read-only and mapped whole. Opening it reads nothing.
package struct MappedFile: Sendable {
    /// The path as given.
    package let path: String
    /// The file's contents; they keep the mapping alive without this value.
    package let bytes: Bytes

    /// - Throws: `IOError` if `path` is missing, not readable, or no regular file.
    package init(path: String) throws(IOError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw IOError(.open, path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let error = IOError(.inspect, path)
            close(descriptor)
            throw error
        }
        if let kind = irregularKind(status) {
            close(descriptor)
            throw IOError(.open, path, .notRegular(kind))
        }
        let file = FileDescriptor(reading: descriptor, path: path, status)
        self.path = path
        self.bytes = Bytes(try ByteStorage(mapping: file, count: Int(status.st_size)))
    }
}

/// What a path leads to instead of a regular file, or nil if it is one.
func irregularKind(_ status: stat) -> String? {
    switch status.st_mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "a directory"
    case S_IFCHR, S_IFBLK: "a device"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "a special file"
    }
}

import PlatformC

/// Where an output file will lie: the path as given, and the file that it leads to through symbolic links.
struct OutputTarget {
    /// The path as given, for errors.
    let path: String
    /// The path to rename onto: never a symbolic link.
    let resolvedPath: String
    /// The permission bits of the regular file that lies there now, or nil if there is none.
    let existingMode: mode_t?

    /// The folder that holds the file, `.` for a bare name.
    var folder: String {
        guard let slash = resolvedPath.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == resolvedPath.startIndex ? "/" : String(resolvedPath[..<slash])
    }

    /// - Throws: `IOError` if something else than a writable regular file lies at the path.
    init(path: String) throws(IOError) {
        let resolved = try Self.followLinks(path)
        var status = stat()
        if stat(resolved, &status) == 0 {
            if let kind = irregularKind(status) { throw IOError(.create, path, .notRegular(kind)) }
            guard access(resolved, W_OK) == 0 else { throw IOError(.create, path) }
            self.existingMode = status.st_mode & 0o7777
        } else {
            guard errno == ENOENT else { throw IOError(.create, path) }
            self.existingMode = nil
        }
        self.path = path
        self.resolvedPath = resolved
    }

    /// A file that will have no name, with its bytes in `folder`.
    init(unnamedIn folder: String, path: String) {
        self.path = path
        resolvedPath = folder + "/"
        existingMode = nil
    }

    /// The path at the end of a chain of symbolic links, whether or not a file lies there.
    private static func followLinks(_ path: String) throws(IOError) -> String {
        var current = path
        for _ in 0..<40 {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let length = readlink(current, &buffer, buffer.count)
            guard length >= 0 else { return current }
            let target = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if target.hasPrefix("/") {
                current = target
            } else if let slash = current.utf8.lastIndex(of: UInt8(ascii: "/")) {
                current = String(current[...slash]) + target
            } else {
                current = target
            }
        }
        throw IOError(.create, path, .system(ELOOP))
    }
}

import ByteIO

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The files below a folder.
enum FolderListing {
    /// Folders inside one another, at most.
    private static let maximumDepth = 64

    /// The path itself unless it is a folder; else the files below it, sorted by their bytes. Links to folders are
    /// not followed.
    /// - Throws: `IOError` for a folder that cannot be listed.
    static func files(at path: String) throws(IOError) -> [String] {
        guard kind(of: path, followsLinks: true) == S_IFDIR else { return [path] }
        var files: [String] = []
        var pending = [(path: path, depth: 0)]
        while let (folder, depth) = pending.popLast() {
            for name in try names(in: folder) {
                let path = folder.utf8.last == UInt8(ascii: "/") ? folder + name : "\(folder)/\(name)"
                switch kind(of: path, followsLinks: false) {
                case S_IFDIR: if depth < maximumDepth { pending.append((path, depth + 1)) }
                case S_IFREG: files.append(path)
                case S_IFLNK: if kind(of: path, followsLinks: true) == S_IFREG { files.append(path) }
                default: break
                }
            }
        }
        return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func kind(of path: String, followsLinks: Bool) -> mode_t? {
        var status = stat()
        let result = followsLinks ? stat(path, &status) : lstat(path, &status)
        return result == 0 ? status.st_mode & S_IFMT : nil
    }

    private static func names(in folder: String) throws(IOError) -> [String] {
        guard let directory = opendir(folder) else { throw IOError(.open, folder, .system(errno)) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

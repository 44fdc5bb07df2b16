import PlatformC

/// The names in a folder.
package struct FolderListing: Sendable {
    /// The path as given.
    package let path: String
    /// Sorted by their bytes, without `.` and `..`.
    package let names: [String]
    /// The names that are not UTF-8, which nothing here could open, their other bytes as `\xff`.
    package let unusableNames: [String]

    package init(path: String) throws(IOError) {
        guard let folder = opendir(path) else { throw IOError(.open, path) }
        defer { closedir(folder) }
        var names: [String] = []
        var unusable: [String] = []
        errno = 0
        while let entry = readdir(folder) {
            withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                let bytes = bytes.prefix { $0 != 0 }
                if let name = String(validating: bytes, as: UTF8.self) {
                    names.append(name)
                } else {
                    unusable.append(Self.escaped(bytes))
                }
            }
            errno = 0
        }
        guard errno == 0 else { throw IOError(.read, path) }
        self.path = path
        self.names = names.filter { $0 != "." && $0 != ".." }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        unusableNames = unusable.sorted()
    }

    private static func escaped(_ name: some Sequence<UInt8>) -> String {
        name.reduce(into: "") { text, byte in
            text += byte < 0x80 ? String(Unicode.Scalar(byte)) : "\\x" + String(byte, radix: 16)
        }
    }

    /// Makes a folder, and those that lead to it, where they are missing.
    package static func make(_ path: String) throws(IOError) {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else { throw IOError(.create, path, .system(ENOTDIR)) }
            return
        }
        var parent = path[...]
        while parent.last == "/" { parent.removeLast() }
        parent = parent.lastIndex(of: "/").map { parent[..<$0] } ?? ""
        if !parent.isEmpty { try make(String(parent)) }
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw IOError(.create, path) }
    }

    /// The path of what has that name.
    package func path(of name: String) -> String { path.hasSuffix("/") ? path + name : path + "/" + name }
}

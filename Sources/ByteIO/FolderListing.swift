#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The names in a folder.
public struct FolderListing: Sendable {
    /// The path as given.
    public let path: String
    /// Sorted by their bytes, without `.` and `..`. A name that is not UTF-8, which nothing here could open, is left
    /// out.
    public let names: [String]

    public init(path: String) throws(IOError) {
        guard let folder = opendir(path) else { throw IOError(.open, path) }
        defer { closedir(folder) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let name, name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw IOError(.read, path) }
        self.path = path
        self.names = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The path of what has that name.
    public func path(of name: String) -> String { path.hasSuffix("/") ? path + name : path + "/" + name }
}

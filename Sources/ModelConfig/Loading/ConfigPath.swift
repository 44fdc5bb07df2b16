/// Paths as `os.path` of POSIX systems treats them: by their text.
enum ConfigPath {
    /// Without `.`, and without `..` where a folder is before it.
    static func normalized(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !path.hasPrefix("/") {
                parts.append(part)
            }
        }
        let joined = parts.joined(separator: "/")
        return path.hasPrefix("/") ? "/" + joined : joined.isEmpty ? "." : joined
    }

    /// `path` from the folder of `file`.
    static func join(_ path: String, beside file: String) -> String {
        guard !path.hasPrefix("/") else { return normalized(path) }
        let folder = PathFunctions.split(file).folder
        return normalized(folder.isEmpty ? path : folder + "/" + path)
    }

    /// The name without its extension: `os.path.splitext`.
    static func stem(of name: String) -> String {
        guard let dot = name.lastIndex(of: "."), name[..<dot].contains(where: { $0 != "." }) else { return name }
        return String(name[..<dot])
    }
}

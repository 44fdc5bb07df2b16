/// What the files of a split checkpoint are called: `model-00001-of-00003.safetensors` … and
/// `model.safetensors.index.json` for `model.safetensors`, as transformers looks for them.
struct ShardNames {
    /// The path of the whole.
    let path: String

    var index: String { path + ".index.json" }

    /// - Parameter number: from 1.
    func shard(_ number: Int, of count: Int) -> String {
        let (stem, suffix) = parts
        let set = ShardName.Set(
            stem: folder + stem, digits: max(5, String(count).utf8.count), count: count, suffix: suffix)
        return set.name(of: number)
    }

    /// What stands before the last part of the path, with its slash.
    var folder: String { String(decoding: path.utf8.dropLast(Self.name(path).utf8.count), as: UTF8.self) }

    /// The last part of the path: what stands before its last dot, and that with what follows.
    var parts: (stem: String, suffix: String) {
        let name = Self.name(path)
        let dot = name.lastIndex(of: ".") ?? name.endIndex
        return (String(name[..<dot]), String(name[dot...]))
    }

    /// The last part of a path.
    static func name(_ path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }
}

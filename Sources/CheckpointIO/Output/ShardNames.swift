/// What the files of a split checkpoint are called: `model-00001-of-00003.safetensors` … and
/// `model.safetensors.index.json` for `model.safetensors`, as transformers looks for them.
struct ShardNames {
    /// The path of the whole.
    let path: String

    var index: String { path + ".index.json" }

    /// - Parameter number: from 1.
    func shard(_ number: Int, of count: Int) -> String {
        let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) } ?? path.startIndex
        let dot = path[name...].lastIndex(of: ".") ?? path.endIndex
        let set = ShardName.Set(
            stem: String(path[..<dot]), digits: max(5, String(count).utf8.count), count: count,
            suffix: String(path[dot...]))
        return set.name(of: number)
    }

    /// The last part of a path.
    static func name(_ path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }
}

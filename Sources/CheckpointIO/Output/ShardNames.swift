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
        return "\(path[..<dot])-\(Self.digits(number))-of-\(Self.digits(count))\(path[dot...])"
    }

    /// The last part of a path.
    static func name(_ path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }

    private static func digits(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(5 - digits.count, 0)) + digits
    }
}

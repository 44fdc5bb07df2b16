import ByteIO
import PlatformC

/// The names of a TensorFlow checkpoint's files: `PREFIX.index`, `PREFIX.data-00000-of-00002` …
enum TensorFlowPath {
    private static let suffix = ".index"

    /// The index that `path` means: its prefix, one of its data files, a folder whose file `checkpoint` names the
    /// latest, or the folder of a SavedModel. Nil for any other path, that of an index included.
    static func index(for path: String) -> String? {
        let prefix: String
        if isFolder(path) {
            prefix = latest(in: path) ?? path + "/variables/variables"
        } else if let shardPrefix = Self.prefix(ofShard: path) {
            prefix = shardPrefix
        } else {
            // A file of this very name is what is meant.
            guard access(path, F_OK) != 0 else { return nil }
            prefix = path
        }
        let index = prefix + suffix
        return access(index, F_OK) == 0 ? index : nil
    }

    static func prefix(ofIndex path: String) -> String? {
        path.hasSuffix(suffix) ? String(path.dropLast(suffix.count)) : nil
    }

    static func shard(_ number: Int, of count: Int, prefix: String) -> String {
        func padded(_ number: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, 5 - digits.utf8.count)) + digits
        }
        return "\(prefix).data-\(padded(number))-of-\(padded(count))"
    }

    /// What precedes `.data-NNNNN-of-NNNNN`.
    private static func prefix(ofShard path: String) -> String? {
        let ending = Array(path.utf8.suffix(20))
        func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        guard ending.count == 20, ending[..<6].elementsEqual(".data-".utf8), ending[6..<11].allSatisfy(isDigit),
            ending[11..<15].elementsEqual("-of-".utf8), ending[15...].allSatisfy(isDigit)
        else { return nil }
        return String(decoding: path.utf8.dropLast(20), as: UTF8.self)
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The prefix that the line `model_checkpoint_path: "…"` of the folder's file `checkpoint` gives: relative to the
    /// folder, or absolute. A folder that was moved holds what an absolute path names under its last part.
    private static func latest(in folder: String) -> String? {
        guard let bytes = try? MappedFile(path: folder + "/checkpoint").bytes, bytes.count <= 1 << 20,
            let text = bytes.utf8Text
        else { return nil }
        let label = "model_checkpoint_path:"
        guard let line = text.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix(label) }) else {
            return nil
        }
        let name = line.dropFirst(label.count).trimmed.dropFirst().dropLast()
        if name.hasPrefix("/"), access(name + suffix, F_OK) == 0 { return String(name) }
        let last = name.hasPrefix("/") ? name.split(separator: "/").last ?? "" : name
        return folder + (folder.hasSuffix("/") ? "" : "/") + last
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let start = drop(while: \.isWhitespace)
        return start[...(start.lastIndex { !$0.isWhitespace } ?? start.startIndex)]
    }
}

import ByteIO
import ZipArchive

/// Plain words for files that are no checkpoint, or none that is read.
enum ForeignFile {
    /// - Returns: the rest of a sentence that starts with the file.
    static func description(of bytes: Bytes) -> String {
        if bytes.isEmpty { return "is empty" }
        let head = Array(bytes.prefix(512))
        func starts(_ text: String, at offset: Int = 0) -> Bool {
            head.dropFirst(offset).starts(with: text.utf8)
        }
        if starts("version https://git-lfs.github.com/") { return lfsPointer(head) }
        if looksLikeHTML(head) { return "is an HTML page, not a checkpoint: the download gave a web page instead" }
        if head.starts(with: [0x89]) && starts("HDF", at: 1) { return "is an HDF5 file, which is not read" }
        if head.starts(with: [0x1F, 0x8B]) { return "is gzip-compressed: unpack it first" }
        if let text = serverMessage(head) { return text }
        if starts("{") || starts("[") { return "is JSON text, not a checkpoint" }
        if isZeros(bytes) {
            return "holds nothing but zeros in its first \(grouped(min(bytes.count, zerosRead))) bytes: the download "
                + "reserved its space and did not finish"
        }
        if head.starts(with: [0x80]), head.count > 1, head[1] <= 5 {
            return "is a plain pickle, not a file that torch.save wrote"
        }
        return "is in no format that is read: neither a torch zip archive nor a torch legacy stream"
    }

    /// An archive without the records of a checkpoint.
    static func description(of zip: ZipArchive) -> String {
        let names = zip.entries.map(\.name)
        if names.contains(where: { $0.hasSuffix("/model.json") && !$0.hasSuffix("/models/model.json") }) {
            return
                "is a TorchScript archive of PyTorch before 1.4, which is not read: save it anew with a later PyTorch"
        }
        if names.contains(where: { $0.hasSuffix("archive_format") }) {
            return "is an archive of torch.export, which is not read: save the module's state_dict() instead"
        }
        let count = names.count == 1 ? "1 entry" : "\(names.count) entries"
        return "is a zip archive of \(count) without a data.pkl: torch.save did not write it"
    }

    private static func lfsPointer(_ head: [UInt8]) -> String {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\n")
        let size = lines.first { $0.hasPrefix("size ") }.flatMap { Int($0.dropFirst(5)) }
        let what = size.map { " to a file of \(grouped($0)) bytes" } ?? ""
        return "is a Git LFS pointer\(what), not the file itself: fetch it with 'git lfs pull'"
    }

    private static func looksLikeHTML(_ head: [UInt8]) -> Bool {
        let text = String(decoding: head, as: UTF8.self).drop(while: \.isWhitespace).lowercased()
        return text.hasPrefix("<!doctype html") || text.hasPrefix("<html") || text.hasPrefix("<head")
    }
}

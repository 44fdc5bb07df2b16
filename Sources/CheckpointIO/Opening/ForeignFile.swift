import ByteIO
import ZipArchive

/// Plain words for files that are not a checkpoint, or none that is read.
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
        if let kind = otherFormats.first(where: { head.starts(with: $0.signature) })?.kind { return kind }
        if let text = serverMessage(head) { return text }
        if starts("{") || starts("[") { return "is JSON text, not a checkpoint" }
        if isZeros(bytes) {
            return "holds nothing but zeros in its first \(grouped(min(bytes.count, zerosRead))) bytes: the download "
                + "reserved its space and did not finish"
        }
        if head.starts(with: [0x80]), head.count > 1, head[1] <= 5 {
            return "is a plain pickle, not a file that torch.save wrote"
        }
        if let text = archiveBehindOtherBytes(bytes) ?? plainText(head) { return text }
        if let kind = untold(head) { return kind }
        let shown = head.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
        return "is in none of the formats that are read (PyTorch's, safetensors, NumPy, TensorFlow, pickle); it begins "
            + shown
    }

    /// Formats without a signature, by what their writers begin with.
    private static func untold(_ head: [UInt8]) -> String? {
        guard head.count > 3 else { return nil }
        // SavedModel: the version of the schema, which is 1, and a graph with its length.
        if head.starts(with: [0x08, 0x01, 0x12]) {
            return "is the graph of a TensorFlow SavedModel, which has no weights: name its variables/variables.index"
        }
        // ModelProto: the version of the format, then the producer, the domain, the graph or the operators.
        if head[0] == 0x08, (1...20).contains(head[1]), [0x12, 0x1A, 0x22, 0x2A, 0x32, 0x3A, 0x42].contains(head[2]) {
            return "is an ONNX model, which is not read: use the checkpoint that it was exported from"
        }
        if head.dropFirst(4).starts(with: "TFL3".utf8) {
            return "is a TensorFlow Lite model, which is not read: use the checkpoint that it was made of"
        }
        if head.dropFirst(4).starts(with: "ET".utf8), head.dropFirst(6).prefix(2).allSatisfy({ 0x30...0x39 ~= $0 }) {
            return "is an ExecuTorch program, which is not read: use the checkpoint that it was made of"
        }
        // Checkpoint: values of a name and a tensor, which begins with its extents or its type.
        if isMindSpore(head) {
            return "is a checkpoint of MindSpore, which is not read: save its parameters with numpy.savez there"
        }
        if head[0] == 0x78, [0x01, 0x5E, 0x9C, 0xDA].contains(head[1]) {
            return "is zlib-compressed, as joblib writes it: save it without compression, its arrays with numpy.savez"
        }
        // Its version, 0.1 or 0.2 with a small revision, and the number of images seen; then numbers alone.
        if head.starts(with: [0, 0, 0, 0]), head.count > 16, [1, 2].contains(head[4]), head[8] < 10,
            (head[5..<8] + head[9..<12]).allSatisfy({ $0 == 0 })
        {
            return "is a weights file of Darknet, which is not read: it has neither names nor shapes; convert it there"
        }
        if isCaffe(head) { return "is a model of Caffe, which is not read: save its blobs with numpy.savez there" }
        if isMessagePack(head) {
            return "is MessagePack, as Flax writes its checkpoints, which is not read: save it as safetensors there"
        }
        return nil
    }

    /// A map whose first key is a text: of a few entries or with 16 bits for their number, and the same of the key.
    private static func isMessagePack(_ head: [UInt8]) -> Bool {
        guard (0x81...0x8F).contains(head[0]) || head[0] == 0xDE else { return false }
        let key = head.dropFirst(head[0] == 0xDE ? 3 : 1)
        guard let mark = key.first else { return false }
        let isLong = mark == 0xD9
        guard isLong || (0xA1...0xBF).contains(mark), let count = isLong ? key.dropFirst().first : mark & 0x1F else {
            return false
        }
        let text = key.dropFirst(isLong ? 2 : 1).prefix(Int(count))
        return !text.isEmpty && text.allSatisfy { (0x20...0x7E).contains($0) }
    }

    /// NetParameter of Caffe: its name, then the layers, which have the number 100.
    private static func isCaffe(_ head: [UInt8]) -> Bool {
        guard head[0] == 0x0A, (1..<128).contains(head[1]), head.count > Int(head[1]) + 4 else { return false }
        let (name, rest) = (head[2..<2 + Int(head[1])], head[(2 + Int(head[1]))...])
        return rest.starts(with: [0xA2, 0x06]) && name.allSatisfy { (0x20...0x7E).contains($0) }
    }

    /// `value { tag: "NAME" tensor { dims: … | tensor_type: … } }` of MindSpore's `checkpoint.proto`.
    private static func isMindSpore(_ head: [UInt8]) -> Bool {
        var rest = head[...]
        /// Passes the tag, and the varint after it: the length of a text or message. Nil for another tag.
        func field(_ tag: UInt8) -> Int? {
            guard rest.first == tag else { return nil }
            rest = rest.dropFirst()
            let length = rest.prefix(5).prefix { $0 & 0x80 != 0 }.count + 1
            let value = rest.prefix(length).enumerated().reduce(0) { $0 | Int($1.element & 0x7F) << (7 * $1.offset) }
            rest = rest.dropFirst(length)
            return value
        }
        guard field(0x0A) != nil, let count = field(0x0A), (1...256).contains(count), rest.count > count,
            rest.prefix(count).allSatisfy({ (0x21...0x7E).contains($0) })
        else { return false }
        rest = rest.dropFirst(count)
        return field(0x12) != nil && (rest.first == 0x08 || rest.first == 0x12)
    }

    /// Whether a pickle names joblib's wrapper of arrays, which lie between its opcodes then.
    static func isJoblib(_ bytes: Bytes) -> Bool {
        Array(bytes.prefix(1 << 16)).firstRange(of: "joblib.numpy_pickle".utf8) != nil
    }

    /// Files that are told by their first bytes, and what is to be said of them.
    private static let otherFormats: [(signature: [UInt8], kind: String)] = [
        (
            [0x89] + Array("HDF".utf8),
            "is an HDF5 file, as Keras writes its weights, which is not read: save them as a TensorFlow checkpoint there"
        ),
        ([0x1F, 0x8B], "is gzip-compressed: unpack it first"),
        (Array("BZh".utf8), "is bzip2-compressed: unpack it first"),
        ([0xFD] + Array("7zXZ".utf8), "is xz-compressed: unpack it first"),
        ([0x28, 0xB5, 0x2F, 0xFD], "is zstd-compressed: unpack it first"),
        ([0x04, 0x22, 0x4D, 0x18], "is lz4-compressed: unpack it first"),
        ([0x02, 0x21, 0x4C, 0x18], "is lz4-compressed: unpack it first"),
        (Array("LZIP".utf8), "is lzip-compressed: unpack it first"),
        ([0x1F, 0x9D], "is compressed by Unix's compress: unpack it first"),
        ([0xFF, 0x06, 0, 0] + Array("sNaPpY".utf8), "is compressed by Snappy: unpack it first"),
        (Array("MSCF".utf8), "is a cabinet archive of Windows: unpack it first"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "is a 7z archive: unpack it first"),
        (Array("Rar!".utf8), "is a RAR archive: unpack it first"),
        (Array("GGUF".utf8), "is a GGUF file of llama.cpp, which is not read: use the checkpoint that it was made of"),
        (Array("lmgg".utf8), ggml), (Array("tjgg".utf8), ggml), (Array("fmgg".utf8), ggml),
        (
            [0x12, 0x01, 0, 0, 0, 0, 0, 0],
            "is a parameter file of MXNet, which is not read: save its arrays with numpy.savez there"
        ),
        (
            Array("MATLAB 5.0 MAT-file".utf8),
            "is a MAT-file of MATLAB, which is not read: save its arrays with numpy.savez"
        ),
        (Array("PAR1".utf8), "is a Parquet table, not a checkpoint"),
        (Array("ARROW1".utf8), "is an Arrow table, not a checkpoint"),
        ([0x89] + Array("PNG".utf8), "is a PNG image, not a checkpoint"),
        ([0xFF, 0xD8, 0xFF], "is a JPEG image, not a checkpoint"),
        (Array("%PDF".utf8), "is a PDF document, not a checkpoint"),
        ([0x7F] + Array("ELF".utf8), "is a program or library (ELF), not a checkpoint"),
        (Array("SQLite format 3".utf8), "is an SQLite database, not a checkpoint"),
    ]

    private static let ggml =
        "is a GGML file of llama.cpp before GGUF, which is not read: use the checkpoint that it was made of"

    /// Words for a zip archive that does not begin the file.
    private static func archiveBehindOtherBytes(_ bytes: Bytes) -> String? {
        guard ZipSurvey.hasEndRecord(bytes) else { return nil }
        let start = ZipSurvey(bytes).records.map(\.headerOffset).min() ?? 0
        guard start > 0 else { return nil }
        return "has \(grouped(start)) bytes before the zip archive in it, which PyTorch does not open either: cut them "
            + "off"
    }

    /// Words for text, such as a server's or a program's message.
    private static func plainText(_ head: [UInt8]) -> String? {
        guard let text = String(validating: head.prefix(while: { $0 != 0x0A && $0 != 0x0D }), as: UTF8.self),
            !text.isEmpty, text.utf8.count < head.count || head.count < 512,
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F || $0.value == 9 })
        else { return nil }
        return "is text, not a checkpoint; it begins '\(text.prefix(longestMessage))'"
    }

    /// Words for what `torch.distributed.checkpoint` saves.
    static let distributedCheckpoint = "a distributed checkpoint of PyTorch"

    /// Among the names of an archive's members one that looks like a checkpoint.
    static func checkpoint(among names: [String]) -> String? {
        names.first { name in
            [".pth", ".pt", ".ckpt", ".bin", ".safetensors", ".npz"].contains { name.lowercased().hasSuffix($0) }
        }
    }

    /// An archive without the records of a checkpoint.
    static func description(of zip: ZipArchive) -> String {
        let names = zip.entries.map(\.name)
        if names.contains(where: { $0.hasSuffix("/model.json") && !$0.hasSuffix("/models/model.json") }) {
            return
                "is a TorchScript archive of PyTorch before 1.4, which is not read: save it anew with a later PyTorch"
        }
        if names.contains(where: { $0.hasSuffix("archive_format") }) {
            return "is an archive of compiled code (AOTInductor), which is not read: use what torch.export.save writes"
        }
        if names.contains("config.json"), names.contains("model.weights.h5") {
            return "is a Keras archive, which is not read: save its weights as a TensorFlow checkpoint there"
        }
        if names.contains(where: { $0.hasSuffix(".data/extern_modules") }) {
            return "is an archive of torch.package, which is not read: save the module's state_dict() instead"
        }
        let count = names.count == 1 ? "1 entry" : "\(names.count) entries"
        if let inner = checkpoint(among: names) {
            return "is a zip archive of \(count), '\(inner)' among them: unpack it, and open that"
        }
        let pickles = names.count { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
        if pickles > 1 { return "is a zip archive with \(pickles) records data.pkl, of which torch.save writes one" }
        return "is a zip archive of \(count) without a data.pkl: torch.save did not write it"
    }

    private static func lfsPointer(_ head: [UInt8]) -> String {
        let lines = String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline)
        let size = lines.first { $0.hasPrefix("size ") }.flatMap { Int($0.dropFirst(5)) }
        let what = size.map { " to a file of \(grouped($0)) bytes" } ?? ""
        return "is a Git LFS pointer\(what), not the file itself: fetch it with 'git lfs pull'"
    }

    private static func looksLikeHTML(_ head: [UInt8]) -> Bool {
        let text = String(decoding: head, as: UTF8.self).drop(while: \.isWhitespace).lowercased()
        return text.hasPrefix("<!doctype html") || text.hasPrefix("<html") || text.hasPrefix("<head")
    }
}

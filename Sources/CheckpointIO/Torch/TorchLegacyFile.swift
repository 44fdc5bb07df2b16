import ByteIO
import Pickle
import TensorCore

/// `torch.save` from PyTorch 0.1.10 to 1.5: five pickles in a row (magic number, protocol, system, the object, the
/// keys of the storages), then each storage as its element count (int64) and its bytes, all little-endian.
///
/// Source: `_legacy_save` in `torch/serialization.py` of PyTorch 2.15.
struct TorchLegacyFile {
    let path: String
    let bytes: Bytes

    /// The first pickle, after its protocol and its frame: the integer 0x1950a86a20f9469cfc6c.
    private static let magicNumber: [UInt8] = [
        0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
    ]
    /// FRAME, as protocols 4 and 5 write it before those 13 bytes.
    private static let frame: [UInt8] = [0x95, 13, 0, 0, 0, 0, 0, 0, 0]
    /// The same number at protocols 0 and 1.
    private static let decimalMagicNumber = Array("L119547037146038801333356L\n.".utf8)

    static func hasSignature(_ bytes: Bytes) -> Bool {
        if bytes.starts(with: decimalMagicNumber) { return true }
        guard bytes.count > 2, bytes[0] == 0x80, (2...5).contains(bytes[1]) else { return false }
        let pickle = bytes.dropFirst(2)
        return pickle.starts(with: magicNumber) || pickle.starts(with: frame + magicNumber)
    }

    static func open(_ bytes: Bytes, path: String) throws(CheckpointError) -> CheckpointSource {
        try TorchLegacyFile(path: path, bytes: bytes).source()
    }

    private func source() throws(CheckpointError) -> CheckpointSource {
        var cursor = ByteCursor(bytes)
        _ = try pickle("magic number", &cursor)
        let version = try pickle("protocol version", &cursor).root
        guard version == .int(1001) else { throw error("is a torch legacy stream of unknown version \(version)") }
        _ = try pickle("system information", &cursor)
        let graph = try pickle("object", &cursor)
        let keyList = try pickle("list of storages", &cursor)
        guard let keys = keyList.sequence(keyList.root) else { throw error("has no list of storages") }

        var names: [String] = []
        for key in keys {
            guard let name = keyList.text(key) ?? keyList.integer(key).map({ String($0) }) else {
                throw error("has a storage whose key is not a string")
            }
            names.append(name)
        }
        let survey = try StorageSurvey(graph, path: path, entry: "object", allowsModules: true)
        let contents = try contents(names, of: survey, &cursor)
        let storages = try StorageTable(survey) { (reference) throws(CheckpointError) in
            guard let content = contents[Key(reference.name)] else { return .missing }
            return .bytes(content)
        }
        let rest = cursor.remaining
        let notes = rest == 0 ? [] : ["\(grouped(rest)) bytes follow the last storage, which nothing reads"]
        return CheckpointSource(path: path, format: .torchLegacy, graph: graph, storages: storages, notes: notes)
    }

    private func error(_ text: String) -> CheckpointError { CheckpointError(path, .notCheckpoint(text)) }

    private func pickle(_ part: String, _ cursor: inout ByteCursor) throws(CheckpointError) -> PickleGraph {
        do throws(PickleError) {
            return try PickleReader.read(&cursor)
        } catch {
            switch error {
            case .truncated, .unterminated: throw CheckpointError(path, .cutPickle(entry: part, error))
            default: throw CheckpointError(path, .pickle(entry: part, error))
            }
        }
    }

    private func contents(
        _ names: [String], of survey: StorageSurvey, _ cursor: inout ByteCursor
    ) throws(CheckpointError) -> [Key: Bytes] {
        // The stream itself does not say how wide the elements are.
        var references: [Key: StorageReference] = [:]
        for reference in survey.references { references[Key(reference.name)] = reference }
        var contents: [Key: Bytes] = [:]
        for (index, name) in names.enumerated() {
            guard let reference = references[Key(name)] else {
                throw error("holds storage \(name), which the object does not name")
            }
            let start = cursor.position
            let rest = names[index...]
            let count = try reading(rest, of: references, from: start) { () throws(ByteError) in try cursor.i64() }
            let (size, overflow) = Int(count).multipliedReportingOverflow(by: reference.width)
            guard count >= 0, !overflow else {
                throw error("gives storage \(name) \(count) elements, at offset \(start)")
            }
            contents[Key(name)] = try reading(rest, of: references, from: start) { () throws(ByteError) in
                try cursor.take(size)
            }
        }
        return contents
    }

    /// Reads from the first of the storages `names`, which begins at `start`; where the stream ends in it, says how
    /// much they all lack.
    private func reading<Result>(
        _ names: ArraySlice<String>, of references: [Key: StorageReference], from start: Int,
        _ body: () throws(ByteError) -> Result
    ) throws(CheckpointError) -> Result {
        do throws(ByteError) {
            return try body()
        } catch {
            let end = names.reduce(start) { end, name in
                let (sum, overflow) = end.addingReportingOverflow((references[Key(name)]?.byteCount ?? 0) + 8)
                return overflow ? end : sum
            }
            var missing = end - bytes.count
            if case .truncated(_, let needed, let remaining) = error { missing = max(missing, needed - remaining) }
            throw CheckpointError(path, .cutStorage(names.first ?? "", error, missing: missing))
        }
    }
}

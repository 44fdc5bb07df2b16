import ByteIO
import Pickle
import ZipArchive

/// A zip archive that ends before its directory: a download or a copy that did not finish.
struct CutArchive {
    let bytes: Bytes

    /// - Returns: the rest of a sentence that starts with the file.
    var description: String {
        let records = ZipArchive.localRecords(of: bytes)
        let whole = wholeSize(records).map { $0 - bytes.count } ?? 0
        let missing = whole > 0 ? whole : leastEnd(records).map { $0 - bytes.count } ?? 0
        return "is a zip archive that is cut short at \(grouped(bytes.count)) bytes, before its directory: the "
            + "download or copy did not finish"
            + (missing > 0 ? "; \(whole > 0 ? "" : "at least ")\(countText(missing)) missing" : "")
    }

    private func countText(_ bytes: Int) -> String { bytes == 1 ? "1 byte is" : "\(grouped(bytes)) bytes are" }

    /// Where the archive would end at the earliest: after the data of its last header, or, in PyTorch's own files,
    /// whose headers have no sizes, after the storages that the pickle at their start declares.
    private func leastEnd(_ records: [LocalRecord]) -> Int? {
        guard let last = records.last else { return nil }
        var end = last.dataOffset
        if let size = last.compressedSize {
            let (sum, overflow) = last.dataOffset.addingReportingOverflow(size)
            end = overflow ? end : sum
        }
        return max(end, endOfStorages(records) ?? 0)
    }

    private func endOfStorages(_ records: [LocalRecord]) -> Int? {
        guard let (storages, end) = storages(records) else { return nil }
        return storages.reduce(end) { end, reference in
            let (sum, overflow) = end.addingReportingOverflow(reference.byteCount)
            return overflow ? end : sum
        }
    }

    /// The storages that the pickle at the start declares, and where it ends.
    private func storages(_ records: [LocalRecord]) -> ([StorageReference], end: Int)? {
        guard let first = records.first, first.name.hasSuffix("data.pkl"), first.method == .stored else { return nil }
        var cursor = ByteCursor(bytes)
        guard (try? cursor.seek(to: first.dataOffset)) != nil, let graph = try? PickleReader.read(&cursor),
            let survey = try? StorageSurvey(graph, path: "", entry: first.name)
        else { return nil }
        return (survey.references, cursor.position)
    }

    /// How large the whole file is, if PyTorch wrote it, 2.1 or later: that follows from the records before the
    /// storages. Nil where they are not all there.
    private func wholeSize(_ records: [LocalRecord]) -> Int? {
        guard let first = records.first, first.compressedSize == nil, let (storages, end) = storages(records) else {
            return nil
        }
        let prefix = String(first.name.dropLast("data.pkl".count))
        var parts = [(name: first.name, size: end - first.dataOffset)]
        var position = end + Self.descriptorSize
        var alignment = 64
        if let version = record(at: position, named: prefix + ".format_version") {
            position = version.dataOffset + 1 + Self.descriptorSize
            guard let record = record(at: position, named: prefix + ".storage_alignment"),
                let head = try? bytes.slice(at: record.dataOffset, count: min(16, bytes.count - record.dataOffset))
            else { return nil }
            let digits = head.prefix { (0x30...0x39).contains($0) }
            guard let number = Int(String(decoding: digits, as: UTF8.self)), (1...1 << 16).contains(number) else {
                return nil
            }
            alignment = number
            parts += [(version.name, 1), (record.name, digits.count)]
            position = record.dataOffset + digits.count + Self.descriptorSize
        }
        guard let order = record(at: position, named: prefix + "byteorder"), order.dataOffset < bytes.count else {
            return nil
        }
        parts.append((order.name, bytes[order.dataOffset] == UInt8(ascii: "b") ? 3 : 6))
        var layout = PyTorchArchiveLayout(alignment: alignment)
        for part in parts { layout.add(part.name, size: part.size) }
        for storage in storages { layout.add(prefix + "data/" + storage.name, size: storage.byteCount) }
        layout.add(prefix + "version", size: 2)
        layout.add(prefix + ".data/serialization_id", size: 40)
        return layout.byteCount
    }

    /// Behind the data of a small record.
    private static let descriptorSize = 16

    private func record(at offset: Int, named name: String) -> LocalRecord? {
        ZipArchive.localRecords(of: bytes, from: offset, limit: 1).first.flatMap { $0.name == name ? $0 : nil }
    }
}

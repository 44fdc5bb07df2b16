import ByteIO
import Pickle
import ZipArchive

/// A zip archive that ends before its directory: a download or a copy that did not finish.
struct CutArchive {
    let bytes: Bytes

    /// - Returns: the rest of a sentence that starts with the file.
    var description: String {
        let missing = leastEnd.map { $0 - bytes.count } ?? 0
        return "is a zip archive that is cut short at \(grouped(bytes.count)) bytes, before its directory: the "
            + "download or copy did not finish"
            + (missing > 0 ? "; at least \(countText(missing)) missing" : "")
    }

    private func countText(_ bytes: Int) -> String { bytes == 1 ? "1 byte is" : "\(grouped(bytes)) bytes are" }

    /// Where the archive would end at the earliest: behind the data of its last header, or, in PyTorch's own files,
    /// whose headers have no sizes, behind the storages that the pickle at their start declares.
    private var leastEnd: Int? {
        let records = ZipArchive.localRecords(of: bytes)
        guard let last = records.last else { return nil }
        var end = last.dataOffset
        if let size = last.compressedSize {
            let (sum, overflow) = last.dataOffset.addingReportingOverflow(size)
            end = overflow ? end : sum
        }
        return max(end, endOfStorages(records) ?? 0)
    }

    private func endOfStorages(_ records: [LocalRecord]) -> Int? {
        guard let first = records.first, first.name.hasSuffix("data.pkl"), first.method == .stored else { return nil }
        var cursor = ByteCursor(bytes)
        guard (try? cursor.seek(to: first.dataOffset)) != nil, let graph = try? PickleReader.read(&cursor),
            let survey = try? StorageSurvey(graph, path: "", entry: first.name)
        else { return nil }
        return survey.references.reduce(cursor.position) { end, reference in
            let (sum, overflow) = end.addingReportingOverflow(reference.byteCount)
            return overflow ? end : sum
        }
    }
}

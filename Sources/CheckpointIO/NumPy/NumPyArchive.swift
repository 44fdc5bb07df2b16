import ByteIO
import Pickle
import ZipArchive

/// `numpy.savez` and `savez_compressed`: a zip archive of arrays, each an entry whose name ends in `.npy`.
///
/// It becomes the `OrderedDict` of its arrays, in the order of the archive's directory. A packed array is unpacked
/// when its elements are asked for; opening unpacks its header only.
struct NumPyArchive {
    let path: String
    let zip: ZipArchive

    private static let suffix = ".npy"

    /// Nil for an archive without arrays.
    init?(_ zip: ZipArchive, path: String) {
        guard zip.entries.contains(where: { $0.name.hasSuffix(Self.suffix) }) else { return nil }
        self.path = path
        self.zip = zip
    }

    func source() throws(CheckpointError) -> CheckpointSource {
        if let duplicate = zip.duplicates.first { throw CheckpointError(path, .duplicateRecord(duplicate.name)) }
        var composed = ComposedGraph(path: path)
        var notes: [String] = []
        var entries: [(key: String, value: PickleValue)] = []
        for entry in zip.entries {
            let hasSuffix = entry.name.hasSuffix(Self.suffix)
            if !hasSuffix, !(try isArray(entry)) {
                notes.append("'\(entry.name)' is not an array and not read")
                continue
            }
            let array = try array(of: entry)
            let key = String(
                decoding: entry.nameBytes.dropLast(hasSuffix ? Self.suffix.utf8.count : 0), as: UTF8.self)
            entries.append((key, try array.value(in: &composed, notes: &notes)))
        }
        let root = composed.dictionary(entries)
        return composed.source(root: root, format: .npz, notes: notes)
    }

    /// By its content, as NumPy tells: the entry's name may lack the suffix.
    private func isArray(_ entry: ZipEntry) throws(CheckpointError) -> Bool {
        NumPyHeader.hasSignature(try unpacking { () throws(ZipError) in try zip.prefix(of: entry, count: 12) })
    }

    private func array(of entry: ZipEntry) throws(CheckpointError) -> NumPyEntry {
        guard entry.method == .deflate else {
            let bytes = try unpacking { () throws(ZipError) in try zip.data(of: entry) }
            let check = RecordCheck { () throws(CheckpointError) in
                do throws(ZipError) {
                    try zip.verifyChecksum(of: entry)
                } catch {
                    throw CheckpointError(path, .archive(error))
                }
            }
            return NumPyEntry(
                path: path, name: entry.name, header: try header(bytes, of: entry), data: .mapped(bytes, check))
        }
        let start = try unpacking { () throws(ZipError) in try zip.prefix(of: entry, count: 12) }
        let length: Int
        do throws(NumPyError) {
            length = try NumPyHeader.length(start)
        } catch {
            throw CheckpointError(path, .numpy(entry: entry.name, error))
        }
        let whole = try unpacking { () throws(ZipError) in try zip.prefix(of: entry, count: length) }
        let header = try header(whole, of: entry)
        return NumPyEntry(
            path: path, name: entry.name, header: header,
            data: .packed { () throws(CheckpointError) in
                try unpacking { () throws(ZipError) in
                    try zip.verifiedData(of: entry)
                }
            })
    }

    private func header(_ bytes: Bytes, of entry: ZipEntry) throws(CheckpointError) -> NumPyHeader {
        do throws(NumPyError) {
            return try NumPyHeader(bytes, size: entry.size)
        } catch {
            throw CheckpointError(path, .numpy(entry: entry.name, error))
        }
    }

    private func unpacking(_ body: () throws(ZipError) -> Bytes) throws(CheckpointError) -> Bytes {
        do throws(ZipError) { return try body() } catch { throw CheckpointError(path, .archive(error)) }
    }
}

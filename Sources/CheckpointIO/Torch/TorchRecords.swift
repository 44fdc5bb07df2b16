import ByteIO
import Pickle
import PythonSyntax
import ZipArchive

/// The records of a zip archive that PyTorch wrote: they lie in one folder, that of a `data.pkl`.
struct TorchRecords {
    let path: String
    let zip: ZipArchive
    /// The folder that all records lie in, with its slash; empty in an archive that was packed anew inside it.
    let prefix: String

    /// Nil for an archive without a `data.pkl`.
    init?(_ zip: ZipArchive, path: String) {
        guard let prefix = Self.prefix(of: zip) else { return nil }
        self.path = path
        self.zip = zip
        self.prefix = prefix
    }

    /// The folder of the first entry, where PyTorch looks; in an archive that was packed anew, the only folder
    /// that holds a `data.pkl`.
    private static func prefix(of zip: ZipArchive) -> String? {
        let pickle = "data.pkl"
        if let first = zip.entries.first?.name, let slash = first.utf8.firstIndex(of: UInt8(ascii: "/")) {
            let prefix = String(first[...slash])
            if zip.entry(named: prefix + pickle) != nil { return prefix }
        }
        let pickles = zip.entries.map(\.name).filter { $0 == pickle || $0.hasSuffix("/" + pickle) }
        guard let only = pickles.first, pickles.count == 1 else { return nil }
        return String(only.dropLast(pickle.count))
    }

    /// Whether there is such a record.
    func has(_ name: String) -> Bool { zip.entry(named: prefix + name) != nil }

    /// A pickle with its storages.
    /// - Parameter folder: where the storages lie, with its slash.
    func source(
        ofPickle name: String, storagesIn folder: String, format: Checkpoint.Format
    ) throws(CheckpointError) -> CheckpointSource {
        guard let pickle = try record(name) else { throw CheckpointError(path, .notCheckpoint("holds no \(name)")) }
        try checkCase(of: name)
        try checkVersion()
        let archive = StorageArchive(path: path, zip: zip, byteOrder: try byteOrder())
        let graph: PickleGraph
        do throws(PickleError) {
            graph = try PickleReader.read(pickle)
        } catch {
            throw CheckpointError(path, .pickle(entry: prefix + name, error))
        }
        let numbered = NumberedRecords(zip, prefix: prefix + folder)
        let survey = try StorageSurvey(graph, path: path, entry: prefix + name)
        let storages = try StorageTable(survey) { (reference) throws(CheckpointError) in
            if let number = reference.number, let index = numbered[number] { return .entry(index, archive) }
            guard let entry = try entry(folder + reference.name) else { return .missing }
            return .entry(entry.index, archive)
        }
        return CheckpointSource(path: path, format: format, graph: graph, storages: storages)
    }

    /// PyTorch finds records without regard to the case of their names, and takes whichever it meets first.
    private func checkCase(of name: String) throws(CheckpointError) {
        let wanted = Bytes(utf8: prefix + name)
        for index in zip.entries.indices where zip.entries[index].nameBytes.count == wanted.count {
            let other = zip.entries[index].nameBytes
            let isSimilar = Swift.zip(other, wanted).allSatisfy { $0 | 0x20 == $1 | 0x20 }
            guard isSimilar, other != wanted else { continue }
            throw CheckpointError(path, .duplicateRecord(String(decoding: other, as: UTF8.self)))
        }
    }

    /// `PyTorchStreamReader` of PyTorch reads a number here, and opens nothing without one.
    private func checkVersion() throws(CheckpointError) {
        guard let record = try record("version") else { return }
        let digits = record.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard (1...9).contains(digits.count), record.dropFirst(digits.count).allSatisfy({ " \r\n".utf8.contains($0) })
        else {
            let text = PythonText.bytes(Bytes(record.prefix(20)))
            throw CheckpointError(path, .notCheckpoint("has the version \(text), which is not a number"))
        }
    }

    /// What the record `byteorder` says; without one, little.
    private func byteOrder() throws(CheckpointError) -> ByteOrder {
        guard let text = try record("byteorder")?.utf8Text else { return .little }
        guard let order = ByteOrder(rawValue: text) else {
            throw CheckpointError(path, .notCheckpoint("has the byte order '\(text)', neither little nor big"))
        }
        return order
    }

    /// The entry of a record. One name twice is an error: PyTorch takes the first of two pickles, but the last of
    /// two storages.
    private func entry(_ name: String) throws(CheckpointError) -> ZipEntry? {
        let entries = zip.entries(named: Bytes(utf8: prefix + name))
        guard entries.count < 2 else { throw CheckpointError(path, .duplicateRecord(prefix + name)) }
        return entries.first
    }

    /// A record's data, which match its checksum.
    func record(_ name: String) throws(CheckpointError) -> Bytes? {
        guard let entry = try entry(name) else { return nil }
        do throws(ZipError) { return try zip.verifiedData(of: entry) } catch {
            throw CheckpointError(path, .archive(error))
        }
    }
}

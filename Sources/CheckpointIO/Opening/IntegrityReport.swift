import ByteIO
import TensorCore
import ZipArchive

/// What reading every byte of a checkpoint shows: see `Checkpoint.checkIntegrity()`.
package struct IntegrityReport: Sendable {
    /// Something that is damaged.
    package struct Finding: Sendable {
        /// The file, which is another than the checkpoint's own where that names several.
        package let file: String
        /// The record and the offset of its header in the file; nil for what concerns no record.
        package let record: String?
        package let offset: Int?
        /// One sentence.
        package let reason: String
        /// The tensors that lie in the record, at least in part.
        package let keys: [Key]
    }

    package internal(set) var findings: [Finding] = []
    /// What was not, or could not be checked, and what is odd without being damage; one sentence each.
    package internal(set) var notes: [String] = []
    package internal(set) var recordCount = 0
    /// The bytes of the records, unpacked.
    package internal(set) var byteCount = 0
    /// The records whose writer left their checksums out.
    package internal(set) var recordsWithoutChecksum = 0
}

extension Checkpoint {
    /// Reads every byte of the zip archives that the checkpoint lies in, and compares them with their checksums,
    /// headers and descriptors; of a TensorFlow checkpoint the data of its tensors. Of formats that carry no checksum
    /// this finds nothing and says so: that the file opened means that its structure holds and that every tensor lies
    /// whole in it.
    package func checkIntegrity() -> IntegrityReport {
        var report = IntegrityReport()
        var archives: [(archive: StorageArchive, keys: [Int: [Key]])] = []
        var positions: [ObjectIdentifier: Int] = [:]
        var keysOf: [ObjectIdentifier: [Key]] = [:]
        for tensor in tensors { keysOf[ObjectIdentifier(tensor.tensor.storage), default: []].append(tensor.key) }
        for storage in source.storages.storages {
            guard case .entry(let index, let archive) = storage.content else { continue }
            let identity = ObjectIdentifier(archive)
            let position = positions[identity] ?? archives.count
            if position == archives.count { archives.append((archive, [:])) }
            positions[identity] = position
            archives[position].keys[index, default: []] += keysOf[ObjectIdentifier(storage)] ?? []
        }
        if archives.isEmpty, let whole = wholeArchive { archives.append((whole, keys(in: whole.zip, keysOf))) }
        for (archive, keys) in archives { report.add(archive, keys) }
        report.add(source.checksums)
        if archives.isEmpty, source.checksums.isEmpty, format != .tensorFlowBundle {
            report.notes.append(
                "\(format.rawValue) carries no checksums: the file opens, so its structure holds and every tensor "
                    + "lies whole in it")
        }
        return report
    }

    /// The keys of the tensors in each entry of an archive of arrays, whose storages have the entries' names.
    private func keys(in archive: ZipArchive, _ keysOf: [ObjectIdentifier: [Key]]) -> [Int: [Key]] {
        var keys: [Key: [Key]] = [:]
        for storage in source.storages.storages { keys[Key(storage.name)] = keysOf[ObjectIdentifier(storage)] }
        var found: [Int: [Key]] = [:]
        for entry in archive.entries { found[entry.index] = keys[Key(entry.name)] }
        return found
    }

    /// The archive that the file is, for one without tensors, and for one whose storages are parts of its entries.
    private var wholeArchive: StorageArchive? {
        guard let bytes = try? MappedFile(path: path).bytes, ZipArchive.hasSignature(bytes),
            let zip = try? ZipArchive(bytes)
        else { return nil }
        return StorageArchive(path: path, zip: zip, byteOrder: .little)
    }
}

extension IntegrityReport {
    /// - Parameter keys: of the tensors in each entry.
    fileprivate mutating func add(_ archive: StorageArchive, _ keys: [Int: [Key]]) {
        let zip = archive.zip
        let check = ArchiveCheck(zip)
        recordCount += zip.entries.count
        byteCount += check.byteCount
        recordsWithoutChecksum += check.entriesWithoutChecksum
        for finding in check.findings {
            let entry = finding.entry.map { zip.entries[$0] }
            let reason = if case .entry(_, _, let flaw) = finding.error { flaw.description } else { "\(finding.error)" }
            findings.append(
                Finding(
                    file: archive.path, record: entry?.name, offset: entry?.headerOffset, reason: reason,
                    keys: finding.entry.flatMap { keys[$0] } ?? []))
        }
        if check.entriesWithoutChecksum > 0 {
            notes.append("\(archive.path): \(counted(check.entriesWithoutChecksum, "record")) without a checksum")
        }
        let unused = zip.entries.filter { $0.isStorage && keys[$0.index] == nil }
        if let first = unused.first {
            notes.append(
                "\(archive.path): \(counted(unused.count, "storage")) that nothing uses, first '\(first.name)'")
        }
        if let (written, computed) = zip.serializationIDs(), written != computed {
            notes.append(
                "\(archive.path): the serialization id is \(written), the records give \(computed): "
                    + "they were changed after it was written, or another program wrote it")
        }
    }
}

extension IntegrityReport {
    fileprivate mutating func add(_ checksums: [RecordChecksum]) {
        recordCount += checksums.count
        for record in checksums { byteCount += record.byteCount }
        for (record, flaw) in zip(checksums, concurrentMap(checksums.count) { checksums[$0].flaw() }) {
            guard let flaw else { continue }
            findings.append(
                Finding(
                    file: record.file, record: record.name, offset: record.offset, reason: flaw,
                    keys: [Key(record.key)]))
        }
    }
}

extension ZipEntry {
    /// Whether the name is that of a storage: a number in a folder `data`.
    fileprivate var isStorage: Bool {
        let parts = name.split(separator: "/")
        return parts.count > 1 && parts[parts.count - 2] == "data"
            && parts[parts.count - 1].utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }
    }
}

/// `1 record`, `1,234 records`
private func counted(_ count: Int, _ noun: String) -> String { "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")" }

import ByteIO
import ZipArchive

/// The scores of the images that are done, in a file beside OUT, so that a run that was killed can go on.
///
/// A line of text that says what the scores are of, then records of one size in the order of the images: a UInt32 that is
/// 1 for an image that was read, its scores as float32, the CRC-32 of both; little-endian. A record that is torn ends
/// the file.
final class EvaluationProgress {
    /// Images of earlier runs: their scores, or that they could not be read.
    let done: Done
    private let path: String
    private let header: Header
    private let classes: Int
    /// Bytes of the file that stay; nil for a file that is made anew.
    private let kept: Int?
    /// Opened when there is something to add.
    private var log: RecordLog?

    /// What earlier runs left.
    struct Done: Sendable {
        let count: Int
        fileprivate var records = Bytes()
        fileprivate var classes = 0

        /// nil for an image that is not done, or could not be read.
        func scores(of image: Int) -> [Float]? {
            guard image < count else { return nil }
            let start = image * EvaluationProgress.recordSize(classes)
            return records.withUnsafeBytes { bytes in
                func word(_ offset: Int) -> UInt32 {
                    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start + offset, as: UInt32.self))
                }
                return word(0) == 1 ? (0..<classes).map { Float(bitPattern: word(4 + 4 * $0)) } : nil
            }
        }
    }

    static func path(besides output: String) -> String { output + ".progress" }

    /// - Parameters:
    ///   - output: OUT.
    ///   - resumes: whether to go on with what is there; it is replaced otherwise.
    /// Nothing is written yet.
    /// - Throws: `IOError`; `WorkbenchError.evaluation` for a file that is of another evaluation.
    init(
        besides output: String, of identity: EvaluationIdentity, shard: Shard?, classes: Int, resumes: Bool
    ) throws {
        path = Self.path(besides: output)
        header = Header(identity: identity, shard: shard.map { "\($0)" } ?? "1/1", classes: classes)
        self.classes = classes
        if resumes, let bytes = try Self.contents(of: path) {
            let records = try header.records(of: bytes, path)
            let size = Self.recordSize(classes)
            var count = 0
            while count < records.count / size, Self.isWhole(records, count, size) { count += 1 }
            done = Done(count: count, records: records, classes: classes)
            kept = bytes.count - records.count + count * size
        } else {
            done = Done(count: 0)
            kept = nil
        }
    }

    /// nil where there is no file, or nothing in it.
    private static func contents(of path: String) throws(IOError) -> Bytes? {
        do throws(IOError) {
            let bytes = try MappedFile(path: path).bytes
            return bytes.isEmpty ? nil : bytes
        } catch  where error.isMissingFile {
            return nil
        }
    }

    /// Adds the images that come next: nil for one that could not be read.
    func append(_ scores: [[Float]?]) throws(IOError) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(scores.count * Self.recordSize(classes))
        func add(_ word: UInt32) { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
        for scores in scores {
            let start = bytes.count
            add(scores == nil ? 0 : 1)
            for index in 0..<classes { add(scores?[index].bitPattern ?? 0) }
            var checksum = CRC32()
            bytes.withUnsafeBytes { checksum.update(UnsafeRawBufferPointer(rebasing: $0[start...])) }
            add(checksum.value)
        }
        if log == nil {
            if let kept {
                log = try RecordLog(continuing: path, after: kept)
            } else {
                let log = try RecordLog(creating: path)
                try log.append(Array(header.text.utf8))
                self.log = log
            }
        }
        try log?.append(bytes)
    }

    /// Removes the file, if this run or the one that it goes on with made it.
    func remove() { if log != nil || kept != nil { RecordLog.remove(path) } }

    fileprivate static func recordSize(_ classes: Int) -> Int { 4 * (classes + 2) }

    private static func isWhole(_ records: Bytes, _ index: Int, _ size: Int) -> Bool {
        var checksum = CRC32()
        guard let record = try? records.slice(at: index * size, count: size) else { return false }
        record.withUnsafeBytes { checksum.update(UnsafeRawBufferPointer(rebasing: $0[..<(size - 4)])) }
        return (try? record.load(UInt32.self, at: size - 4)) == checksum.value
    }
}

/// The first line of the file.
private struct Header {
    let identity: EvaluationIdentity
    let shard: String
    let classes: Int

    private static let start = "evaluate 1"

    var text: String {
        [Self.start, identity.config, identity.checkpoint, identity.list, shard, "\(classes)"].joined(separator: "\t")
            + "\n"
    }

    /// What follows the line.
    /// - Throws: `WorkbenchError.evaluation` where the line is another.
    func records(of bytes: Bytes, _ path: String) throws(WorkbenchError) -> Bytes {
        func wrong(_ reason: String) -> WorkbenchError {
            .evaluation("\(path): \(reason); remove it, or evaluate without --resume, which replaces it")
        }
        // Three digests, two numbers and a few words are shorter.
        let head = (try? bytes.slice(at: 0, count: min(bytes.count, 512))) ?? Bytes()
        guard let end = (0..<head.count).first(where: { (try? head.load(UInt8.self, at: $0)) == UInt8(ascii: "\n") }),
            let line = (try? head.slice(at: 0, count: end))?.utf8Text,
            let records = try? bytes.slice(at: end + 1, count: bytes.count - end - 1)
        else { throw wrong("it is not the progress of an evaluation") }
        let fields = line.split(separator: "\t").map(String.init)
        guard fields.count == 6, fields[0] == Self.start else {
            throw wrong("it is not the progress of an evaluation")
        }
        let other = EvaluationIdentity(config: fields[1], checkpoint: fields[2], list: fields[3])
        if let part = identity.difference(from: other) { throw wrong("it is of an evaluation with another \(part)") }
        guard fields[4] == shard else { throw wrong("it is of the shard \(fields[4])") }
        guard fields[5] == "\(classes)" else { throw wrong("it is of a model with \(fields[5]) classes") }
        return records
    }
}

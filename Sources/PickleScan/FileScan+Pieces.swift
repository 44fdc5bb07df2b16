import ByteIO
import ZipArchive

/// The files of PyTorch's distributed checkpoints (`*.distcp`): archives of `torch.save` end to end, whose places are in
/// `.metadata`.
///
/// Source: `torch/distributed/checkpoint/filesystem.py`.
extension FileScan {
    /// Looks into archives that follow each other without a gap.
    /// - Returns: false, with nothing done, if the part is anything else.
    mutating func scanPieces(_ part: ScanPart) -> Bool {
        guard part.isNamed("distcp"), let pieces = ZipSequence(part.bytes)?.archives, pieces.count > 1 else {
            return false
        }
        for (index, range) in pieces.enumerated() {
            guard let bytes = try? part.bytes.slice(range) else { return false }
            let piece = part.inner("piece \(index + 1)", bytes)
            guard enter(piece) else { break }
            scan(ZipSurvey(bytes), piece)
        }
        return true
    }

    /// Looks into a file of pieces that does not begin as an archive: `.metadata` may say that a value lies anywhere in it,
    /// and a value is unpickled.
    mutating func scanUnframed(_ part: ScanPart) {
        add(
            .hiddenData, .review, part,
            "is not made of torch.save's archives, as the files of a distributed checkpoint are")
        scanForPickles(part, from: 0)
    }
}

/// Whole zip archives, end to end.
struct ZipSequence {
    private(set) var archives: [Range<Int>] = []

    private static let endRecord: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
    private static let endSize = 22
    /// The most end records that are tried for one archive: elements may look like one, too.
    private static let maximumTries = 16

    /// - Returns: nil unless `bytes` are archives from the first byte to the last.
    init?(_ bytes: Bytes) {
        var start = 0
        while start < bytes.count {
            guard let end = Self.end(of: bytes, from: start) else { return nil }
            archives.append(start..<end)
            start = end
        }
    }

    private static func end(of bytes: Bytes, from start: Int) -> Int? {
        guard let rest = try? bytes.slice(start..<bytes.count), ZipArchive.hasSignature(rest) else { return nil }
        var position = start
        for _ in 0..<maximumTries {
            guard let found = bytes.firstRange(of: endRecord, from: position),
                let comment = try? bytes.load(UInt16.self, at: found + 20)
            else { return nil }
            let end = found + endSize + Int(comment)
            if end <= bytes.count, let slice = try? bytes.slice(start..<end), (try? ZipArchive(slice)) != nil {
                return end
            }
            position = found + 1
        }
        return nil
    }
}

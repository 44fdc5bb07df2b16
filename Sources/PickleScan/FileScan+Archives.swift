import ByteIO
import Pickle
import TarArchive
import ZipArchive

/// The entries of archives.
extension FileScan {
    // MARK: Zip

    mutating func scan(_ survey: ZipSurvey, _ part: ScanPart) {
        for flaw in survey.flaws {
            report(flaw, part)
            if case .trailingBytes(let count, let offset) = flaw,
                let rest = try? part.bytes.slice(at: offset, count: count)
            {
                scanComment(part.inner("after the archive @0x\(String(offset, radix: 16))", rest))
            }
        }
        for (index, comment) in survey.comments.enumerated() {
            let name = survey.comments.count == 1 ? "comment" : "comment \(index + 1)"
            scanComment(part.inner(name, comment))
        }
        // PyTorch finds records by names without regard to case.
        let isTorchScript = survey.records.contains { $0.nameBytes.hasEnding("constants.pkl") }
        // A package may bring TorchScript, or a file of that name only.
        let isPackage = survey.records.contains { $0.nameBytes.hasEnding(".data/extern_modules") }
        // TorchServe's archive of a model: its handler is imported.
        let isServed = survey.records.contains { $0.nameBytes.hasEnding("mar-inf/manifest.json") }
        if let (one, other) = survey.similarNames {
            add(.archive, .review, part, "has entries '\(one)' and '\(other)': PyTorch takes one for the other")
        }
        // Made for the first record that looks like more than elements.
        var elements: TorchElements?
        for record in survey.records {
            // PyTorch's layout: almost every record is a tensor's, and begins like no pickle, archive or array.
            let isPlain = record.method == .stored && record.isListed && !Self.mayBeCode(record.nameBytes)
            if isPlain, !ScanPart.canHide(record.head, goesOn: record.head.count < record.packed.count) { continue }
            if isPlain, !record.nameBytes.suffix(8).elementsEqual("data.pkl".utf8) {
                elements = elements ?? TorchElements(survey, limits: limits)
            }
            if isPlain, let storage = elements?.storage(of: record) {
                if storage.isExtraState { scanExtraState(part.inner(record.name, record.packed)) }
                continue
            }
            scan(record, part, isTorchScript: isTorchScript)
            if isPackage || isServed, record.nameBytes.hasEnding(".py") {
                let runner = isPackage ? "torch.package" : "TorchServe"
                add(.code, .review, part.inner(record.name, record.packed), "is Python code, which \(runner) runs")
            }
        }
    }

    /// A comment of an archive, or what follows one, which readers skip: text, unless somebody hides something in it.
    private mutating func scanComment(_ part: ScanPart) {
        let before = globals.count
        _ = scan(part)
        guard globals.count == before else { return }
        scanForPickles(part, from: 0)
    }

    private mutating func scan(_ record: ZipSurvey.Record, _ archive: ScanPart, isTorchScript: Bool) {
        let name = record.name + (record.isListed ? "" : " (local header @0x\(String(record.headerOffset, radix: 16)))")
        var part = archive.inner(name, record.packed)
        part = ScanPart(
            bytes: record.packed, place: part.place, name: record.name, depth: part.depth,
            isTorchScript: isTorchScript || archive.isTorchScript)
        switch record.method {
        case .stored: scanEntry(part)
        case .deflate: scanDeflated(part)
        case .other(let code):
            add(
                .opaque, .review, archive, offset: record.headerOffset,
                "has entries compressed by method \(code), which is not looked into")
        }
        // The data as it lies there, for readers that do not heed the method.
        if record.method != .stored {
            let place = archive.place + [name + " (as it lies)"]
            let raw = ScanPart(bytes: record.packed, place: place, name: "", depth: part.depth)
            _ = scanPickles(raw, isExpected: false)
        }
        if record.nameBytes.isNativeCode || record.head.starts(with: [0x7F, 0x45, 0x4C, 0x46]) {
            add(.code, .review, part, "is native code, or what is compiled to it, which loaders of programs run")
        }
        if record.isListed, record.method == .stored, part.isNamedPickle, record.crc != 0,
            record.packed.count == record.size, record.packed.crc32() != record.crc
        {
            add(.archive, .review, part, "was changed after it was written: its CRC-32 does not hold")
        }
    }

    /// Whether an entry's name announces code, a description that may bring some, or LZMA data, whose first bytes say little.
    private static func mayBeCode(_ name: Bytes) -> Bool {
        name.hasEnding(".py") || name.hasEnding(".lzma") || isDescription(name) || name.isProgram
            || name.isNativeCode
    }

    /// An entry whose data is at hand.
    private mutating func scanEntry(_ part: ScanPart) {
        if part.isTorchScript, Bytes(utf8: part.name).hasEnding(".py") { scanTorchScript(part) }
        if Bytes(utf8: part.name).isProgram { scanProgram(part) }
        _ = scan(part)
    }

    private mutating func scanDeflated(_ part: ScanPart) {
        guard unpackable > 0 else {
            return add(.limit, .review, part, "is packed, and no more is unpacked of this file")
        }
        // Most of a large entry need not be unpacked to know that it is not a pickle.
        let head = part.bytes.inflated(.raw, limit: min(4096, unpackable))
        guard
            ScanPart.canHide(head.bytes, goesOn: head.isCut) || part.isNamedPickle || !head.isWhole && !head.isCut
                || Self.mayBeCode(Bytes(utf8: part.name))
        else { return }
        unpack(part, .raw)
    }

    /// Unpacks a part, within what is allowed, and looks into what comes out.
    private mutating func unpack(_ part: ScanPart, _ wrapping: Bytes.DeflateWrapping) {
        let unpacked = part.bytes.inflated(wrapping, limit: unpackable)
        unpackable -= unpacked.bytes.count
        var bytes = unpacked.bytes
        if wrapping == .gzip, unpacked.isWhole, unpacked.trailing > 0 {
            bytes = furtherStreams(after: unpacked, of: part)
        }
        if unpacked.isCut {
            add(
                .limit, .review, part,
                "unpacks to more than is looked at: \(unpacked.bytes.count) bytes from \(part.bytes.count)")
        } else if !unpacked.isWhole {
            add(.archive, .review, part, "has damaged compressed data, behind \(unpacked.bytes.count) good bytes")
        }
        var inner = part
        inner = ScanPart(
            bytes: bytes, place: part.place, name: part.name, depth: part.depth + 1,
            isTorchScript: part.isTorchScript)
        scanEntry(inner)
    }

    /// What a gzip stream unpacks to, and those that follow it after zeros: Python reads them as one.
    private mutating func furtherStreams(after first: Bytes.Inflated, of part: ScanPart) -> Bytes {
        var output = Array(first.bytes)
        var trail = part.bytes.suffix(first.trailing)
        while unpackable > 0 {
            trail = trail.drop { $0 == 0 }
            guard !trail.isEmpty, let rest = try? part.bytes.slice(trail.startIndex..<part.bytes.count) else { break }
            let stream = rest.inflated(.gzip, limit: unpackable)
            unpackable -= stream.bytes.count
            output += Array(stream.bytes)
            guard stream.isWhole else {
                add(
                    .hiddenData, .review, part, offset: trail.startIndex,
                    "has \(trail.count) bytes after its packed data")
                break
            }
            trail = trail.suffix(stream.trailing)
        }
        return Bytes(output)
    }

    /// What joblib wrote before version 0.10: `ZF`, the size as a hexadecimal number of 19 characters, zlib's data.
    ///
    /// Source: `read_zfile` in `joblib/numpy_pickle_compat.py` 1.5.
    mutating func scanZFile(_ part: ScanPart) {
        var start = ScanForm.sizeOfZFileHeader
        if part.bytes.count > start, part.bytes[start] == 0x20 { start += 1 }
        guard let data = try? part.bytes.slice(at: start, count: part.bytes.count - start) else { return }
        let inner = ScanPart(bytes: data, place: part.place, name: part.name, depth: part.depth, offset: start)
        unpack(inner, .zlib)
    }

    mutating func scanCompressed(_ part: ScanPart, _ wrapping: Bytes.DeflateWrapping) {
        if wrapping == .zlib {
            // Two bytes are a weak signature.
            let head = part.bytes.inflated(.zlib, limit: min(4096, unpackable))
            guard !head.bytes.isEmpty, head.isWhole || head.isCut else {
                _ = scanPickles(part, isExpected: part.isNamedPickle)
                return
            }
        }
        unpack(part, wrapping)
    }

    private mutating func report(_ flaw: ZipSurvey.Flaw, _ part: ScanPart) {
        let (rule, offset, reason): (ScanFinding.Rule, Int, String) =
            switch flaw {
            case .leadingBytes(let count): (.hiddenData, 0, "has \(count) bytes before the archive")
            case .trailingBytes(let count, let offset): (.hiddenData, offset, "has \(count) bytes after the archive")
            case .severalEndRecords(let offsets):
                (
                    .archive, offsets.first ?? 0,
                    "has \(offsets.count) end records: readers may see different archives"
                )
            case .directoryCut(let offset, let listed, let declared):
                (.archive, offset, "has a directory of \(listed) entries where its end record counts \(declared)")
            case .noDirectory: (.archive, 0, "has no directory: it is cut short, or made for readers that need none")
            case .mismatch(let name, let offset, let field):
                (.archive, offset, "has an entry '\(name)' whose local header disagrees on the \(field)")
            case .unlisted(let name, let offset):
                (.hiddenData, offset, "has an entry '\(name)' that its directory does not list")
            case .duplicate(let name, let offset):
                (.archive, offset, "has two entries '\(name)': readers take one or the other")
            case .encrypted(let name, let offset): (.opaque, offset, "has an entry '\(name)' marked as encrypted")
            case .gap(let offset, let count): (.hiddenData, offset, "has \(count) bytes between its entries")
            case .tooManyRecords(let limit): (.limit, 0, "has more than \(limit) entries")
            }
        add(rule, .review, part, offset: offset, reason)
    }

    // MARK: Tar

    mutating func scan(_ tar: TarArchive, _ part: ScanPart) {
        if let damage = tar.damage { add(.archive, .review, part, "is a damaged tar archive: \(damage)") }
        var names: Set<String> = []
        for entry in tar.entries {
            var inner = part.inner(entry.name, tar.data(of: entry))
            inner.isInterleaved = ["storages", "tensors"].contains { inner.isMember($0) }
            if !names.insert(entry.name).inserted, entry.size > 0 {
                add(
                    .archive, .review, part, offset: entry.headerOffset,
                    "has two entries '\(entry.name)': readers take one or the other")
            }
            switch entry.kind {
            // Python takes what it does not know for a file.
            case .file, .other: break
            case .hardLink(let target), .symbolicLink(let target):
                if target.utf8.first == UInt8(ascii: "/") || target.utf8.starts(with: "..".utf8) {
                    add(.archive, .review, inner, "is a link out of the archive, to '\(target)'")
                }
                continue
            case .directory: continue
            }
            _ = scan(inner)
        }
    }
}

extension ScanPart {
    /// Whether data that begins so can be anything but a tensor's elements: cheap, and right only when it says no.
    /// - Parameter goesOn: whether more follows than `head`.
    static func canHide(_ head: Bytes, goesOn: Bool) -> Bool {
        guard let first = head.first else { return false }
        guard ScanForm(head, isWholeFile: false) == .other else { return true }
        guard PickleOpcode(rawValue: first) != nil else { return false }
        let walk = OpcodeWalk(head)
        return walk.hasImports || goesOn && walk.end == .truncated || walk.end == .stop
    }
}

extension Bytes {
    /// Whether a name ends so, in either case of letters.
    fileprivate func hasEnding(_ ending: String) -> Bool {
        suffix(ending.utf8.count).elementsEqual(ending.utf8) { $0.lowercased == $1 }
    }

    /// Whether a record of that name describes an exported program.
    fileprivate var isProgram: Bool {
        guard hasEnding(".json") else { return false }
        return hasEnding("serialized_exported_program.json") || firstRange(of: Array("models/".utf8)) != nil
    }

    /// Whether a record of that name is a library, or source that AOTInductor's loader compiles.
    fileprivate var isNativeCode: Bool {
        hasEnding(".so") || hasEnding(".dll") || hasEnding(".dylib")
            || firstRange(of: Array("data/aotinductor/".utf8)) != nil && (hasEnding(".cpp") || hasEnding(".o"))
    }
}

extension UInt8 {
    fileprivate var lowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}

extension ZipSurvey {
    /// Two records, one of which PyTorch needs, whose names differ by the case of letters only.
    fileprivate var similarNames: (String, String)? {
        var seen: [[UInt8]: Bytes] = [:]
        for record in records
        where ["data.pkl", "constants.pkl", "byteorder", "version"].contains(where: record.nameBytes.hasEnding) {
            let key = record.nameBytes.map(\.lowercased)
            if let other = seen[key], other != record.nameBytes {
                return (String(decoding: other, as: UTF8.self), record.name)
            }
            seen[key] = record.nameBytes
        }
        return nil
    }
}

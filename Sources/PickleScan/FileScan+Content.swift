import ByteIO
import Pickle
import TarArchive
import ZipArchive

/// What a part is by its first bytes, and what else it is at the same time.
extension FileScan {
    /// Looks into a part. Returns what it is.
    mutating func scan(_ part: ScanPart) -> String {
        guard enter(part) else { return "" }
        let bytes = part.bytes
        scanDescription(part)
        let form = ScanForm(bytes, isWholeFile: part.depth == 0 || part.isNamed("lzma"))
        var format = form.rawValue
        // A reader that looks from the end sees an archive whatever comes first.
        let looksFromEnd = part.depth == 0 || ["zip", "npz", "pt", "pth", "bin", "ckpt"].contains(where: part.isNamed)
        if form != .zip, looksFromEnd, ZipSurvey.hasEndRecord(bytes), form != .tar || !Self.endsInMember(bytes) {
            let survey = ZipSurvey(bytes)
            if !survey.records.isEmpty {
                add(.hiddenData, .review, part, "is a zip archive for readers that look from the end")
                scan(survey, part)
                if form == .other { format = ScanForm.zip.rawValue }
            }
        }
        // Python's tarfile asks for nothing but a header whose checksum holds.
        if form != .tar, bytes.count >= 512, TarArchive.hasSignature(bytes) {
            add(.hiddenData, .review, part, "is a tar archive, too")
            scan(TarArchive(salvaging: bytes), part)
            if form == .other { format = ScanForm.tar.rawValue }
        }
        if form != .hdf5, Self.hasSuperblock(bytes) {
            if form == .other { format = ScanForm.hdf5.rawValue }
            scanHDF5(part)
        }
        switch form {
        case .zip: if !scanPieces(part) { scan(ZipSurvey(bytes), part) }
        case .gzip: scanCompressed(part, .gzip)
        case .zlib: scanCompressed(part, .zlib)
        case .numpy: scanNumPy(part)
        case .tar:
            scan(TarArchive(salvaging: bytes), part)
            // A header begins with a name, which may be a pickle.
            _ = scanPickles(part, isExpected: false)
        case .zfile: scanZFile(part)
        case .safetensors:
            scanSafetensors(part)
            // A length may be opcodes, too: `U` and a byte take the zeros after them for text.
            _ = scanPickles(part, isExpected: false)
        case .hdf5: scanHDF5(part)
        case .sevenZip, .rar, .cabinet, .bzip2, .xz, .lzma, .lzip, .compress, .zstd, .lz4, .snappy:
            // The name of a checkpoint hides what it is.
            let isDisguised = part.isNamedCheckpoint
            add(
                .opaque, isDisguised ? .dangerous : .review, part,
                "is \(form.rawValue) data, which is not looked into: unpack it first"
                    + (isDisguised ? "; it is named as a checkpoint, which it is not" : ""))
            // Some of their first bytes are opcodes, too: `MSCF1.0` with a line's end pushes two numbers.
            _ = scanPickles(part, isExpected: false)
        case .pickle: _ = scanPickles(part, isExpected: part.depth == 0 || part.isNamedPickle)
        case .lfsPointer, .empty: break
        case .other:
            if scanPickles(part, isExpected: part.isNamedPickle) { format = ScanForm.pickle.rawValue }
        }
        if form != .zip, form != .empty, part.isNamed("distcp") { scanUnframed(part) }
        return format
    }
}

extension FileScan {
    /// Whether HDF5's data begin after a block of the user's, of 512 bytes or a multiple by a power of 2.
    fileprivate static func hasSuperblock(_ bytes: Bytes) -> Bool {
        var start = 512
        while let head = try? bytes.slice(at: start, count: 8) {
            if head.elementsEqual([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) { return true }
            start *= 2
        }
        return false
    }

    /// Whether the zip archive that is seen from the end of a tar archive is one of its files, which is looked into as
    /// such: `.nemo` files hold a checkpoint so.
    fileprivate static func endsInMember(_ bytes: Bytes) -> Bool {
        guard let tar = try? TarArchive(bytes) else { return false }
        return tar.entries.contains { entry in
            // An end record takes 22 bytes: none may begin in the file and reach past it.
            let end = max(entry.dataOffset + entry.size - 21, entry.dataOffset)
            guard case .file = entry.kind, let rest = try? bytes.slice(at: end, count: bytes.count - end) else {
                return false
            }
            let data = tar.data(of: entry)
            return ZipArchive.hasSignature(data) && ZipSurvey.hasEndRecord(data) && !ZipSurvey.hasEndRecord(rest)
        }
    }
}

extension ScanPart {
    func isNamed(_ ending: String) -> Bool { hasEnding("." + ending) }
}

/// What data is, by its first bytes.
enum ScanForm: String {
    case zip = "zip archive"
    case gzip
    case zlib
    case numpy = "NumPy array"
    case tar = "tar archive"
    case safetensors
    case hdf5 = "HDF5"
    case sevenZip = "7z"
    case bzip2
    case xz
    case lzma
    case zstd
    case lz4
    case lzip
    case compress
    case snappy
    case rar
    case cabinet
    case zfile = "joblib's old packed data"
    case pickle
    case lfsPointer = "Git LFS pointer"
    case empty
    case other = "no pickle"

    private static let signatures: [(ScanForm, [UInt8])] = [
        (.gzip, [0x1F, 0x8B, 0x08]), (.numpy, [0x93] + Array("NUMPY".utf8)), (.hdf5, [0x89] + Array("HDF\r\n".utf8)),
        (.sevenZip, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]), (.bzip2, Array("BZh".utf8)),
        (.xz, [0xFD] + Array("7zXZ".utf8)), (.zstd, [0x28, 0xB5, 0x2F, 0xFD]),
        (.lz4, [0x04, 0x22, 0x4D, 0x18]), (.lz4, [0x02, 0x21, 0x4C, 0x18]), (.rar, Array("Rar!".utf8)),
        (.cabinet, Array("MSCF".utf8)), (.lzip, Array("LZIP".utf8)),
        (.snappy, [0xFF, 0x06, 0, 0] + Array("sNaPpY".utf8)),
        (.lfsPointer, Array("version https://git-lfs.github.com".utf8)),
    ]

    /// - Parameter isWholeFile: whether a signature of two bytes is believed. A tensor's elements may begin so, too.
    init(_ bytes: Bytes, isWholeFile: Bool) {
        guard let first = bytes.first else {
            self = .empty
            return
        }
        if ZipArchive.hasSignature(bytes) {
            self = .zip
        } else if let known = Self.signatures.first(where: { $0.1[0] == first && bytes.starts(with: $0.1) }) {
            self = known.0
        } else if Self.isZFile(bytes) {
            self = .zfile
        } else if bytes.count >= 512, TarArchive.hasSignature(bytes) {
            self = .tar
        } else if Self.isSafetensors(bytes), !Self.isPickle(bytes) || PickleOpcode(rawValue: bytes[2]) == nil {
            // A header of 640 or 66,176 bytes begins as a pickle does, but no opcode follows: nothing unpickles it.
            self = .safetensors
        } else if Self.isPickle(bytes) {
            self = .pickle
        } else if isWholeFile, bytes.starts(with: [0x5D, 0x00]) {
            self = .lzma
        } else if isWholeFile, bytes.starts(with: [0x1F, 0x9D]) || bytes.starts(with: [0x1F, 0xA0]) {
            self = .compress
        } else if isWholeFile, first & 0xF0 == 0x50, bytes.dropFirst().starts(with: [0x2A, 0x4D, 0x18]) {
            // A frame that readers skip, before those of zstd or lz4.
            self = .zstd
        } else if first == 0x78, bytes.count > 2, (Int(first) << 8 | Int(bytes[1])) % 31 == 0 {
            self = .zlib
        } else {
            self = .other
        }
    }

    /// The opcode that states a protocol of 0 to 5.
    private static func isPickle(_ bytes: Bytes) -> Bool {
        bytes.count > 1 && bytes[0] == PickleOpcode.proto.rawValue && bytes[1] <= 5
    }

    static let sizeOfZFileHeader = 21

    /// A number between spaces, as Python's `int` reads it.
    private static func isZFile(_ bytes: Bytes) -> Bool {
        bytes.starts(with: [0x5A, 0x46]) && bytes.count > sizeOfZFileHeader
            && bytes[2..<sizeOfZFileHeader].allSatisfy { "0123456789abcdefABCDEFxX_+ \t\n\r".utf8.contains($0) }
    }

    /// A length of 8 bytes, then that much JSON.
    private static func isSafetensors(_ bytes: Bytes) -> Bool {
        guard let length = try? bytes.load(UInt64.self, at: 0), bytes.count > 8 else { return false }
        return bytes[8] == UInt8(ascii: "{") && length >= 2 && length <= bytes.count - 8
    }
}

import ByteIO
import Pickle

/// NumPy's arrays: a header, then elements, or a pickle where the elements are objects.
///
/// Source: `numpy/lib/format.py`.
extension FileScan {
    mutating func scanNumPy(_ part: ScanPart) {
        guard let header = ArrayHeader(part.bytes) else {
            return add(.brokenPickle, .review, part, "is a NumPy array whose header is cut short")
        }
        guard let data = try? part.bytes.slice(at: header.end, count: part.bytes.count - header.end) else { return }
        var inner = part.inner("objects", data)
        inner.offset = header.end
        guard !header.hasObjects, let (size, width) = header.elements, size <= data.count else {
            _ = scanPickles(inner, isExpected: header.hasObjects)
            return
        }
        // Bytes may be anything, and nobody unpickles them.
        if size == data.count, width == 1 { return }
        guard !scanElements(inner, count: size), size < data.count,
            let rest = try? data.slice(at: size, count: data.count - size)
        else { return }
        let behind = part.inner("after the elements @0x\(String(header.end + size, radix: 16))", rest)
        // Several arrays may be saved to one file.
        if ScanForm(rest, isWholeFile: false) == .numpy {
            _ = scan(behind)
        } else if !scanPickles(behind, isExpected: false) {
            scanTrail(part, from: header.end + size)
        }
    }

    /// Reports elements that are a whole pickle with imports. By accident elements may begin like a pickle, but not be a
    /// whole one.
    /// - Returns: whether they are one.
    private mutating func scanElements(_ part: ScanPart, count: Int) -> Bool {
        guard part.bytes.first == PickleOpcode.proto.rawValue || count < part.bytes.count else { return false }
        let walk = OpcodeWalk(part.bytes, limit: limits.probedBytes)
        guard walk.hasImports, walk.end == .stop else { return false }
        let isWhole = count < part.bytes.count || part.bytes.dropFirst(walk.position).allSatisfy { $0 == 0 }
        guard isWhole else { return false }
        let before = findings.count
        _ = scanPickles(part, isExpected: false)
        if findings.count == before {
            add(.hiddenData, .review, part, "is a pickle, where the header promises numbers")
        }
        return true
    }
}

/// What the header of an array says about the data after it.
struct ArrayHeader {
    /// Where the data begins.
    let end: Int
    /// Whether the dtype has objects in it as NumPy writes it: `'|O'`, `'O8'`, alone or as a field's. It reads many
    /// other spellings: `'object'`, `'i4,O'`, `'\x4f'`.
    let hasObjects: Bool
    /// The bytes of all elements and of one, 1 for texts of bytes too; nil unless the dtype is a plain one such as
    /// `'<f8'`.
    let elements: (byteCount: Int, width: Int)?

    init?(_ bytes: Bytes) {
        guard let version = try? bytes.load(UInt8.self, at: 6),
            let length = version == 1
                ? (try? bytes.load(UInt16.self, at: 8)).map(Int.init)
                : (try? bytes.load(UInt32.self, at: 8)).map(Int.init),
            let header = try? bytes.slice(at: version == 1 ? 10 : 12, count: length)
        else { return nil }
        end = (version == 1 ? 10 : 12) + length
        let text = Array(header)
        hasObjects = Self.describesObjects(text)
        elements = Self.elements(text)
    }

    private static func describesObjects(_ text: [UInt8]) -> Bool {
        for index in text.indices where text[index] == UInt8(ascii: "O") {
            var before = index - 1
            if before >= 0, "|<>=".utf8.contains(text[before]) { before -= 1 }
            let isQuoted = before >= 0 && (text[before] == UInt8(ascii: "'") || text[before] == UInt8(ascii: "\""))
            let rest = text[(index + 1)...].drop { (0x30...0x39).contains($0) }
            if isQuoted, let next = rest.first, next == UInt8(ascii: "'") || next == UInt8(ascii: "\"") { return true }
        }
        return false
    }

    /// NumPy refuses longer headers unless it is told otherwise.
    private static let plainHeader = 10_000

    private static func elements(_ text: [UInt8]) -> (byteCount: Int, width: Int)? {
        guard text.count <= plainHeader, isPlain(text), let type = value(of: "'descr':", in: text),
            type.first == UInt8(ascii: "'"),
            let code = String(bytes: type.dropFirst().prefix { $0 != UInt8(ascii: "'") }), !code.contains(","),
            let kind = code.drop(while: { "|<>=".contains($0) }).first, "?bBiufcmMSUV".contains(kind),
            let shape = value(of: "'shape':", in: text), shape.first == UInt8(ascii: "(")
        else { return nil }
        let digits = code.drop { !$0.isNumber }.prefix { $0.isNumber }
        guard var count = kind == "?" ? 1 : Int(digits) else { return nil }
        let width = "SV".contains(kind) ? 1 : count
        if kind == "U" { count = count.multipliedReportingOverflow(by: 4).partialValue }
        for extent in shape.dropFirst().prefix(while: { $0 != UInt8(ascii: ")") }).split(separator: UInt8(ascii: ",")) {
            guard let text = String(bytes: extent.filter { $0 != 0x20 }) else { return nil }
            if text.isEmpty { continue }
            guard let extent = Int(text), extent >= 0 else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else { return nil }
            count = product
        }
        return count >= 0 ? (count, width) : nil
    }

    /// Whether a header has each key once and one type, as NumPy writes it: four texts, three of them keys. NumPy takes
    /// the last of several values under one key: `{'descr': '|u1', …, 'descr': 'object'}`.
    private static func isPlain(_ text: [UInt8]) -> Bool {
        text.count { $0 == UInt8(ascii: "'") } == 8 && !text.contains { "\"\\#".utf8.contains($0) }
    }

    private static func value(of key: String, in text: [UInt8]) -> ArraySlice<UInt8>? {
        let key = Array(key.utf8)
        guard text.count >= key.count else { return nil }
        for start in 0...text.count - key.count where text[start..<start + key.count].elementsEqual(key) {
            return text[(start + key.count)...].drop { $0 == 0x20 }
        }
        return nil
    }
}

extension String {
    fileprivate init?(bytes: some Sequence<UInt8>) { self.init(validating: Array(bytes), as: UTF8.self) }
}

import ByteIO
import Pickle

/// Finds the bytes that a value of a pickle will be once it is loaded, also where calls of the standard library make them.
struct StaticBytes {
    let graph: PickleGraph
    /// How many bytes calls may still decode and unpack, in total.
    private var budget = 1 << 26
    /// Values that were looked into: each is once, however often it is used.
    private var seen: Set<PickleNodeID> = []

    private static let maximumDepth = 6
    /// How many values of one call are looked into.
    private static let maximumValues = 1024

    init(_ graph: PickleGraph) { self.graph = graph }

    /// The byte strings among the arguments of a call, and in the calls among them, that were not returned before.
    mutating func all(in values: [PickleValue]) -> [Bytes] {
        var found: [Bytes] = []
        var pending = Array(values.prefix(Self.maximumValues).reversed())
        var count = 0
        while let value = pending.popLast(), count < Self.maximumValues {
            count += 1
            guard case .node(let id) = value, seen.insert(id).inserted else { continue }
            if let bytes = bytes(value) {
                found.append(bytes)
            } else if let object = graph.object(value) {
                pending += object.states.flatMap { graph.tuple($0) ?? [$0] }.prefix(Self.maximumValues)
                pending += graph.arguments(of: object).prefix(Self.maximumValues)
            } else if let items = graph.sequence(value) {
                pending += items.prefix(Self.maximumValues)
            }
        }
        return found
    }

    mutating func bytes(_ value: PickleValue, _ depth: Int = 0) -> Bytes? {
        // What is appended to a `bytearray` is not followed.
        if let object = graph.object(value), !object.steps.isEmpty { return nil }
        if let bytes = graph.bytes(value) { return bytes }
        guard case .node(let id) = value, depth < Self.maximumDepth, budget > 0 else { return nil }
        if case .byteString(let bytes) = graph[id] { return bytes }
        guard let object = graph.object(value), let name = graph.callee(of: object)?.qualifiedName else { return nil }
        let arguments = graph.arguments(of: object)
        guard let first = arguments.first else { return nil }
        let text = graph.text(first)
        let input = bytes(first, depth + 1) ?? text.map { Bytes(utf8: $0) }
        budget -= input?.count ?? 0
        switch name {
        case "_codecs.encode", "codecs.encode":
            return text.flatMap { Self.encoded($0, arguments.dropFirst(), in: graph) }
        case "base64.b64decode", "base64.decodebytes", "binascii.a2b_base64":
            return arguments.count == 1 ? input.map { Self.base64($0) } : nil
        case "base64.urlsafe_b64decode": return input.map { Self.base64($0, isForURLs: true) }
        case "binascii.unhexlify", "binascii.a2b_hex": return input.flatMap(Self.hexadecimal)
        case "zlib.decompress": return unpacked(input, .zlib)
        case "gzip.decompress": return unpacked(input, .gzip)
        case "builtins.bytes", "builtins.bytearray":
            if let text { return Self.encoded(text, arguments.dropFirst(), in: graph) }
            guard let items = graph.sequence(first) else { return input }
            let bytes = items.compactMap { graph.integer($0).flatMap { UInt8(exactly: $0) } }
            return bytes.count == items.count ? Bytes(bytes) : nil
        default: return nil
        }
    }

    private mutating func unpacked(_ input: Bytes?, _ wrapping: Bytes.DeflateWrapping) -> Bytes? {
        guard let input, budget > 0 else { return nil }
        let bytes = input.inflated(wrapping, limit: budget).bytes
        budget -= bytes.count
        return bytes
    }

    // MARK: Encodings

    /// - Parameter arguments: the encoding and what is done with characters that it lacks.
    /// - Returns: nil for another encoding than UTF-8, ASCII and Latin-1, and for characters that it lacks.
    private static func encoded(_ text: String, _ arguments: ArraySlice<PickleValue>, in graph: PickleGraph) -> Bytes? {
        let encoding: String? = if let name = arguments.first { graph.text(name) } else { "utf-8" }
        let largest: UInt32
        switch encoding?.lowercased() {
        case "utf-8", "utf8": return Bytes(utf8: text)
        case "ascii": largest = 0x7F
        case "latin1", "latin-1", "iso-8859-1", "iso8859-1": largest = 0xFF
        default: return nil
        }
        let scalars = text.unicodeScalars.map(\.value)
        return scalars.allSatisfy { $0 <= largest } ? Bytes(scalars.map { UInt8($0) }) : nil
    }

    /// Skips what is not a digit, as Python does.
    /// - Parameter isForURLs: whether `-` and `_` are digits.
    static func base64(_ text: Bytes, isForURLs: Bool = false) -> Bytes {
        var bytes: [UInt8] = []
        var (value, bits) = (UInt32(0), 0)
        for byte in text {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = byte - UInt8(ascii: "A")
            case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = byte - UInt8(ascii: "a") + 26
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0") + 52
            case UInt8(ascii: "+"): digit = 62
            case UInt8(ascii: "/"): digit = 63
            case UInt8(ascii: "-") where isForURLs: digit = 62
            case UInt8(ascii: "_") where isForURLs: digit = 63
            default: continue
            }
            value = value << 6 & 0xFF_FFFF | UInt32(digit)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(bits)))
            }
        }
        return Bytes(bytes)
    }

    static func hexadecimal(_ text: Bytes) -> Bytes? {
        let digits = Array(text)
        guard digits.count.isMultiple(of: 2) else { return nil }
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { index in
            UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16)
        }
        return bytes.count == digits.count / 2 ? Bytes(bytes) : nil
    }
}

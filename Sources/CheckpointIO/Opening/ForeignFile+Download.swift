import ByteIO

/// What servers and downloads leave in the place of a file.
extension ForeignFile {
    /// How many bytes must be zero before a file counts as one that was never filled.
    static let zerosRead = 1 << 16

    static func isZeros(_ bytes: Bytes) -> Bool {
        bytes.count >= 16 && bytes.prefix(zerosRead).allSatisfy { $0 == 0 }
    }

    /// Words for a server's refusal in XML or JSON: `<Error><Code>AccessDenied</Code>…`, `{"message": "Not Found"}`.
    static func serverMessage(_ head: [UInt8]) -> String? {
        let text = String(decoding: head, as: UTF8.self).drop { $0.isWhitespace || $0 == "\u{FEFF}" }
        if text.hasPrefix("<?xml") || text.hasPrefix("<Error") {
            let parts = [element("Code", in: text), element("Message", in: text)].compactMap { $0 }
            let said = parts.isEmpty ? "" : " that says '\(parts.joined(separator: ": "))'"
            return "is an XML page\(said), not a checkpoint: the download was answered with it"
        }
        guard text.hasPrefix("{") else { return nil }
        for name in ["error", "message", "detail"] {
            if let said = member(name, in: text) {
                return "is JSON text that says '\(said)', not a checkpoint: the download was answered with it"
            }
        }
        return nil
    }

    /// Characters of a server's words that are repeated.
    static let longestMessage = 80

    private static func element(_ name: String, in text: Substring) -> String? {
        guard let start = range(of: "<\(name)>", in: text),
            let end = range(of: "</\(name)>", in: text[start.upperBound...])
        else { return nil }
        return String(text[start.upperBound..<end.lowerBound].prefix(longestMessage))
    }

    /// The string under a name at the start of JSON text; escapes in it stay as they are.
    private static func member(_ name: String, in text: Substring) -> String? {
        guard let key = range(of: "\"\(name)\"", in: text) else { return nil }
        let rest = text[key.upperBound...].drop { $0 == ":" || $0.isWhitespace }
        guard rest.first == "\"" else { return nil }
        let value = rest.dropFirst().prefix { $0 != "\"" }.prefix(longestMessage)
        return value.isEmpty ? nil : String(value)
    }

    private static func range(of word: String, in text: Substring) -> Range<Substring.Index>? {
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(word) { return start..<text.index(start, offsetBy: word.count) }
            start = text.index(after: start)
        }
        return nil
    }

    /// What a name says that a downloader gives to a file until it is whole; empty for other names.
    static func hint(ofPath path: String) -> String {
        let endings = [".part", ".partial", ".crdownload", ".download", ".incomplete", ".aria2", ".!ut", ".tmp"]
        guard let ending = endings.first(where: { path.lowercased().hasSuffix($0) }) else { return "" }
        return "; the name ends in '\(ending)', as that of a download that is not finished"
    }
}

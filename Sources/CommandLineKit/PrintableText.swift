extension String {
    /// The text with control characters and line breaks written as escapes (`\u{1b}`), so that a name from a
    /// file can neither drive the terminal nor look like two lines.
    package var printable: String {
        if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return self }
        guard unicodeScalars.contains(where: \.isUnprintable) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.isUnprintable: text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension String {
    /// What one line on standard error shows of a message: a file may hold names of a megabyte.
    var line: String {
        let text = printable
        let limit = 2000
        guard text.utf8.count > limit, text.count > limit else { return text }
        return text.prefix(limit / 2) + " … " + text.suffix(limit / 2)
    }
}

extension Unicode.Scalar {
    /// Controls, line and paragraph separators, and the marks that turn the direction of writing.
    fileprivate var isUnprintable: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
